"""Lists of words as baselines: VADER, NRCLex, two of profanity where installed, and one of ours."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from types import ModuleType

import numpy as np
from numpy.typing import NDArray

from evoscope.text.keywords import word_pattern
from evoscope.text.taxonomy import EMOTIONS

SWEAR_WORDS = (
    "ass", "asshole", "bastard", "bitch", "bitches", "bloody hell", "bollocks", "bullshit",
    "clown", "cock", "crap", "cunt", "damn", "dick", "dickhead", "douche", "dumb", "dumbass",
    "fool", "fools", "fuck", "fucked", "fucker", "fuckin", "fucking", "goddamn", "hell", "hoe",
    "hoes", "idiot", "idiotic", "idiots", "jackass", "jerk", "liar", "liars", "loser", "losers",
    "moron", "morons", "motherfucker", "pathetic", "piss", "pissed", "prick", "pussy", "scum",
    "shit", "shithole", "shitty", "shut up", "slut", "stfu", "stupid", "suck", "sucks", "trash",
    "twat", "wanker", "whore", "wtf",
)  # fmt: skip
"""Swear words and insults: a short list, for the figure that a list gets."""

_SWEARING = word_pattern(SWEAR_WORDS)


def _module(name: str, package: str) -> ModuleType:
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        raise ImportError(
            f"The baseline should be read from {package}. Found it not installed. "
            f"Install it: pip install {package}."
        ) from missing


def swearing(texts: Sequence[str]) -> NDArray[np.float64]:
    """Say 1 where a text holds a swear word or an insult of our list, as a whole word; ``(n,)``.

    Example:
        >>> swearing(["what the hell", "Hello from the assembly"]).tolist()
        [1.0, 0.0]
    """
    return np.array([float(_SWEARING.search(text) is not None) for text in texts])


def vader_valence(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return VADER's compound score on our scale of 0 to 1, ``(n,)``.

    Source: Hutto & Gilbert 2014.

    Raises:
        ImportError: vaderSentiment is not installed.
    """
    analyzer = _module(
        "vaderSentiment.vaderSentiment", "vaderSentiment"
    ).SentimentIntensityAnalyzer()
    return np.array([(1.0 + analyzer.polarity_scores(text)["compound"]) / 2.0 for text in texts])


def nrc_emotions(texts: Sequence[str]) -> NDArray[np.float64]:
    """Share of a text's words that the NRC lexicon ties to each emotion, ``(n, 11)``.

    Words are looked up whole. Emotions that the lexicon lacks stay 0; a text with none of its
    words is neutral.

    Source: Mohammad & Turney 2013.

    Raises:
        ImportError: nrclex is not installed.
    """
    counter = _module("nrclex", "nrclex").NRCLex()
    answer = np.zeros((len(texts), len(EMOTIONS)))
    for i, text in enumerate(texts):
        words = text.casefold().split()
        words = [word.strip(".,;:!?\"'()[]") for word in words]
        counter.load_token_list(words)
        found = counter.raw_emotion_scores
        for j, emotion in enumerate(EMOTIONS):
            answer[i, j] = found.get(emotion, 0) / max(1, len(words))
        answer[i, EMOTIONS.index("neutral")] = float(not answer[i].any())
    return np.clip(answer, 0.0, 1.0)


def profanity_probability(texts: Sequence[str]) -> NDArray[np.float64]:
    """Return what alt-profanity-check makes of each text, ``(n,)``.

    Raises:
        ImportError: alt-profanity-check is not installed.
    """
    check = _module("profanity_check", "alt-profanity-check")
    return np.asarray(check.predict_prob(list(texts)), dtype=np.float64)


def better_profanity(texts: Sequence[str]) -> NDArray[np.float64]:
    """Say 1 where better-profanity finds a word of its list, disguised ones too; ``(n,)``.

    Raises:
        ImportError: better-profanity is not installed.
    """
    found = _module("better_profanity", "better-profanity").profanity
    return np.array([float(found.contains_profanity(text)) for text in texts])
