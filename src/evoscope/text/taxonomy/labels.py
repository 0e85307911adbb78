"""The labels of each task, in the order of every array, file and graph."""

from __future__ import annotations

EMOTIONS = (
    "joy", "love", "surprise", "sadness", "anger", "fear", "disgust", "calm", "excitement",
    "confusion", "neutral",
)  # fmt: skip
"""Any of them may be there at once."""

EMOTIONS_FINE = (
    "admiration", "amusement", "anger", "annoyance", "approval", "caring", "confusion",
    "curiosity", "desire", "disappointment", "disapproval", "disgust", "embarrassment",
    "excitement", "fear", "gratitude", "grief", "joy", "love", "nervousness", "optimism", "pride",
    "realization", "relief", "remorse", "sadness", "surprise", "neutral",
)  # fmt: skip
"""The labels of GoEmotions (Demszky et al. 2020), in the order of that corpus."""

VAD = ("valence", "arousal", "dominance")
"""Numbers from 0 to 1."""

SAFETY = ("toxic", "profane", "threatening", "harassment", "self_harm")
"""Independent of one another. Distress is not toxicity: ``self_harm`` says that someone may need
help, never that a message is bad."""

STYLE = ("formal", "casual", "assertive", "empathetic", "humorous", "polite")
"""Independent of one another."""

INTENT = ("statement", "question", "request", "command", "expression", "social")
"""Exactly one of them."""

WEAKLY_SUPERVISED: dict[str, tuple[str, ...]] = {
    "safety": ("threatening", "harassment", "self_harm"),
    "style": ("assertive", "empathetic", "humorous"),
    "intent": INTENT,
}
"""Labels learned from a set written for the purpose, by task: no clean public labels exist.

What is measured on that set says whether the lesson was learned, not how often the world agrees.
"""
