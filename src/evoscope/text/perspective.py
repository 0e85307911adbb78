"""The layout of the Perspective API, for programs written for it: an offline answer in its terms.

Only what a head of ours answers has a score. TOXICITY, PROFANITY and THREAT are read from toxic,
profane and threatening; for SEVERE_TOXICITY, IDENTITY_ATTACK and INSULT there is no head, and the
score is null rather than borrowed from a neighbour. The scores are ours, not Google's: thresholds
have to be chosen again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from evoscope.text.findings import TextFindings

HEADS: dict[str, str | None] = {
    "TOXICITY": "toxic",
    "SEVERE_TOXICITY": None,
    "IDENTITY_ATTACK": None,
    "INSULT": None,
    "PROFANITY": "profane",
    "THREAT": "threatening",
}
"""Our label of safety, by their attribute."""


def perspective_view(
    findings: TextFindings, *, characters: int, attributes: Iterable[str] | None = None
) -> dict[str, Any]:
    """Write findings in the layout of a Perspective response.

    Args:
        findings: of a text.
        characters: length of that text: the one span that the scores are of.
        attributes: wanted; default: all six.

    Raises:
        ValueError: an attribute that is not one of the six.
    """
    wanted = list(HEADS) if attributes is None else list(attributes)
    if unknown := [name for name in wanted if name not in HEADS]:
        raise ValueError(f"attributes should be among {list(HEADS)}. Found {unknown}.")
    scores: dict[str, Any] = {}
    for name in wanted:
        label = HEADS[name]
        if label is None:
            scores[name] = None
            continue
        score = {"value": findings.safety.scores[label], "type": "PROBABILITY"}
        scores[name] = {
            "spanScores": [{"begin": 0, "end": characters, "score": score}],
            "summaryScore": score,
        }
    known = [] if findings.language == "und" else [findings.language]
    return {"attributeScores": scores, "languages": known or ["en"], "detectedLanguages": known}
