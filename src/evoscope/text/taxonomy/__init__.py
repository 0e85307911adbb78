"""What a text is asked: five tasks, their labels in order, one version and one hash."""

from evoscope.text.taxonomy.fine_emotions import (
    EMOTION_WEIGHTS,
    emotion_probabilities,
    has_emotions,
    soft_emotions,
)
from evoscope.text.taxonomy.labels import (
    EMOTIONS,
    EMOTIONS_FINE,
    INTENT,
    SAFETY,
    STYLE,
    VAD,
    WEAKLY_SUPERVISED,
)
from evoscope.text.taxonomy.taxonomy import TAXONOMY, Task, TaxonomyError, TextTaxonomy

__all__ = [
    "EMOTIONS",
    "EMOTIONS_FINE",
    "EMOTION_WEIGHTS",
    "INTENT",
    "SAFETY",
    "STYLE",
    "TAXONOMY",
    "VAD",
    "WEAKLY_SUPERVISED",
    "Task",
    "TaxonomyError",
    "TextTaxonomy",
    "emotion_probabilities",
    "has_emotions",
    "soft_emotions",
]
