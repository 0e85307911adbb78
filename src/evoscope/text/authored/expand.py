"""Templates filled in: the same texts on every machine, and none in both parts."""

from __future__ import annotations

import hashlib
import random
import re
from dataclasses import dataclass

from evoscope.text.authored.templates import Template, slot_values, templates

_VOWELS = "aeiouAEIOU"


@dataclass(frozen=True)
class AuthoredText:
    """A text, and the template that it comes from.

    Attributes:
        text: without slots.
        template: what it teaches, and in which part.
        document: the same for all texts of a template.
    """

    text: str
    template: Template
    document: str


def fillings(template: Template) -> tuple[AuthoredText, ...]:
    """Fill the slots of a template, differently each time; "a" becomes "an" before a vowel.

    Args:
        template: with slots or without; a slot with few values makes fewer texts than it asks for.

    Example:
        >>> hello = Template("Hello {name}!", "train", "intent", "social", True, "plain")
        >>> len({one.text for one in fillings(hello)})
        4
    """
    document = hashlib.sha256(template.text.encode()).hexdigest()[:12]
    # Seeded by the sentence itself: adding a template changes no other.
    drawn = random.Random(document)
    values = slot_values()
    order = {slot: drawn.sample(values[slot], len(values[slot])) for slot in template.slots}
    made: dict[str, AuthoredText] = {}
    for i in range(template.fillings if template.slots else 1):
        text = template.text
        for slot, shuffled in order.items():
            value = shuffled[i % len(shuffled)]
            if value[0] in _VOWELS:
                for article in ("a", "A"):
                    text = re.sub(rf"\b{article} (?={{{slot}}})", f"{article}n ", text)
            text = text.replace(f"{{{slot}}}", value)
        # A slot at the start of a sentence starts it as a sentence does.
        if template.text.startswith("{"):
            text = text[0].upper() + text[1:]
        made.setdefault(text, AuthoredText(text, template, document))
    return tuple(made.values())


def authored_texts() -> tuple[AuthoredText, ...]:
    """Fill in all templates, of both parts.

    Raises:
        ImportError: pyyaml is not installed.

    Example:
        >>> len(authored_texts()) > 1000
        True
    """
    return tuple(text for template in templates() for text in fillings(template))
