"""A set written for heads without clean public labels: weak supervision, and called so.

Templates with slots, filled in by a rule; half of them are hard negatives (idioms, grief,
quotations, news, fiction). No template is in both parts. What is measured on the dev part says
whether a head has learned the lesson of the train part, not how it does in the world.
"""

from evoscope.text.authored.expand import AuthoredText, authored_texts, fillings
from evoscope.text.authored.templates import (
    FILLINGS,
    PRESENT,
    Template,
    TemplateError,
    templates,
)

__all__ = [
    "FILLINGS",
    "PRESENT",
    "AuthoredText",
    "Template",
    "TemplateError",
    "authored_texts",
    "fillings",
    "templates",
]
