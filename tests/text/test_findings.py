"""A program that reads the findings finds the promised keys, by the published schema."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest
from pydantic import ValidationError

from evoscope.text.findings import (
    Chosen,
    Highlight,
    Interval,
    Safety,
    TextDocument,
    TextFindings,
    UsedModel,
    Vad,
    json_schema,
)
from evoscope.text.perspective import perspective_view
from evoscope.text.taxonomy import EMOTIONS, EMOTIONS_FINE, INTENT, SAFETY, STYLE


def findings(**changed: Any) -> TextFindings:
    fields: dict[str, Any] = {
        "emotion": "joy",
        "emotion_scores": dict.fromkeys(EMOTIONS, 0.1),
        "emotion_scores_fine": dict.fromkeys(EMOTIONS_FINE, 0.1),
        "vad": Vad(
            valence=0.7, arousal=0.5, dominance=0.5,
            intervals={"valence": Interval(low=0.6, high=0.8)},
        ),
        "safety": Safety(safe=True, scores={**dict.fromkeys(SAFETY, 0.1), "toxic": 0.2}),
        "style": Chosen(label="casual", scores=dict.fromkeys(STYLE, 0.2)),
        "intent": Chosen(label="social", scores=dict.fromkeys(INTENT, 1 / 6)),
        "language": "en",
        "model": UsedModel(name="text", version="1", sha256="0" * 64),
    }  # fmt: skip
    return TextFindings(**{**fields, **changed})


def test_keys_are_the_promised_ones() -> None:
    plain = findings().to_dict()
    assert list(plain) == [
        "emotion", "emotion_scores", "emotion_scores_fine", "vad", "safety", "style", "intent",
        "language", "warnings", "model",
    ]  # fmt: skip
    assert list(plain["vad"]) == ["valence", "arousal", "dominance", "intervals"]
    assert list(plain["safety"]) == ["safe", "scores"]
    assert list(plain["style"]) == list(plain["intent"]) == ["label", "scores"]
    assert json.loads(findings().to_json()) == plain


def test_highlights_are_there_when_asked_for() -> None:
    one = Highlight(start=0, end=4, task="safety", label="toxic", weight=0.3)
    assert findings(highlights=(one,)).to_dict()["highlights"][0]["label"] == "toxic"


def test_documents_follow_the_schema() -> None:
    document = TextDocument(version="0", texts=(findings(),)).model_dump(mode="json")
    jsonschema.validate(document, json_schema())
    document["texts"][0]["emotion_scores"]["joy"] = 2.0
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, json_schema())


@pytest.mark.parametrize(
    "changed",
    [
        {"emotion": "delight"},
        {"emotion_scores": dict.fromkeys(EMOTIONS[::-1], 0.1)},
        {"emotion_scores": {**dict.fromkeys(EMOTIONS, 0.1), "joy": float("nan")}},
        {"intent": Chosen(label="joke", scores=dict.fromkeys(INTENT, 0.1))},
        {"sentiment": "positive"},
    ],
)
def test_other_labels_orders_and_keys_are_refused(changed: dict[str, Any]) -> None:
    with pytest.raises((ValidationError, ValueError)):
        findings(**changed)


def test_the_perspective_view_has_its_layout_and_null_without_a_head() -> None:
    view = perspective_view(findings(), characters=11)
    scores = view["attributeScores"]
    assert set(scores) == {
        "TOXICITY", "SEVERE_TOXICITY", "IDENTITY_ATTACK", "INSULT", "PROFANITY", "THREAT"
    }  # fmt: skip
    assert scores["INSULT"] is None
    assert scores["TOXICITY"]["summaryScore"] == {"value": 0.2, "type": "PROBABILITY"}
    (span,) = scores["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"]) == (0, 11)
    assert view["detectedLanguages"] == ["en"]
    assert set(perspective_view(findings(), characters=1, attributes=["THREAT"])[
        "attributeScores"]) == {"THREAT"}  # fmt: skip
    with pytest.raises(ValueError, match="LIKELY_TO_REJECT"):
        perspective_view(findings(), characters=1, attributes=["LIKELY_TO_REJECT"])
