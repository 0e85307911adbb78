"""Any message gets five answers, or a sentence that says why not."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from evoscope.runtime import Pack, PackError
from evoscope.text.analysis import TextEngine, cache_folder
from evoscope.text.analysis.highlights import passages
from evoscope.text.perspective import perspective_view
from evoscope.text.taxonomy import TAXONOMY

SECRET = "zanzibar@example.org is my password"


@pytest.fixture(scope="module")
def engine(pack: Pack) -> TextEngine:
    return TextEngine(pack.folder)


def test_five_answers_under_fixed_keys(engine: TextEngine) -> None:
    found = engine.analyze("you are so lovely").to_dict()
    assert list(found) == [
        "emotion", "emotion_scores", "emotion_scores_fine", "vad", "safety", "style", "intent",
        "language", "warnings", "model",
    ]  # fmt: skip
    assert len(found["emotion_scores_fine"]) == 28
    assert sum(found["intent"]["scores"].values()) == pytest.approx(1.0, abs=1e-4)
    low, value = found["vad"]["intervals"]["valence"]["low"], found["vad"]["valence"]
    assert 0.0 <= low <= value <= found["vad"]["intervals"]["valence"]["high"] <= 1.0


def test_it_tells_apart_what_it_was_taught(engine: TextEngine) -> None:
    good, bad = engine.analyze(["so what a lovely .", "so what a idiot ."])
    label = TAXONOMY["safety"].labels[0]
    assert good.safety.scores[label] > 0.6 > 0.4 > bad.safety.scores[label]
    assert good.vad.valence > bad.vad.valence


def test_a_list_is_answered_in_its_order_and_like_one_by_one(pack: Pack) -> None:
    engine = TextEngine(pack.folder, precision="float32", batch_size=2)
    texts = ["idiot", "you are so lovely and it is a great day to me .", "", "thanks !", "hate it"]
    for one, text in zip(engine.analyze(texts), texts, strict=True):
        alone = engine.analyze(text)
        a, b = one.to_dict(), alone.to_dict()
        assert a["safety"]["scores"] == pytest.approx(b["safety"]["scores"], abs=2e-5)
        assert one.warnings == alone.warnings


@pytest.mark.parametrize(
    "text",
    ["", "   \n", "\x00\x07", "\ud83d", "<script>alert(1)</script>", "😀" * 10_000, "a" * 200_000,
     "word " * 4_000, "́" * 500, "@" * 300],
    ids=["empty", "blank", "control", "surrogate", "html", "emoji", "letters", "words", "marks",
         "at"],
)  # fmt: skip
def test_odd_texts_are_answered(engine: TextEngine, text: str) -> None:
    found = engine.analyze(text)
    assert all(np.isfinite(list(found.safety.scores.values())))
    assert "script" not in found.to_json()


@pytest.mark.parametrize("text", [None, b"bytes", 3, {"text": "a"}])
def test_what_is_no_text_is_refused(engine: TextEngine, text: object) -> None:
    with pytest.raises(TypeError, match="should be a str"):
        engine.analyze(text)  # type: ignore[call-overload]
    with pytest.raises(TypeError, match="Text 2 of 2"):
        engine.analyze(["fine", text])  # type: ignore[list-item]


def test_no_texts_no_answers(engine: TextEngine) -> None:
    assert engine.analyze([]) == []


def test_a_long_text_is_not_worse_than_its_parts(engine: TextEngine) -> None:
    label = TAXONOMY["safety"].labels[0]
    once = engine.analyze("what a day is it idiot .")
    often = engine.analyze("what a day is it idiot . " * 60)
    assert any("windows" in warning for warning in often.warnings)
    assert often.safety.scores[label] <= once.safety.scores[label] + 0.15


def test_nothing_of_a_text_is_logged_or_answered(
    engine: TextEngine, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = engine.analyze(SECRET, highlight=True).to_json()
    out, err = capsys.readouterr()
    for word in ("zanzibar", "password"):
        assert word not in answer + out + err + caplog.text


def test_other_languages_are_answered_with_a_warning(engine: TextEngine) -> None:
    found = engine.analyze("Das habe ich nicht gewusst, danke")
    assert found.language == "de"
    assert "German" in found.warnings[0]


def test_the_word_that_matters_is_pointed_at(engine: TextEngine) -> None:
    pointed = set()
    for text in ("so  what a lovely .", "so  what a idiot ."):
        found = engine.analyze(text, highlight=True)
        pointed |= {text[o.start : o.end] for o in found.highlights if o.task == "emotions"}
        assert ("highlights" in found.to_dict()) is bool(found.highlights)
    # Without the one word it may say the same by default; without the other it cannot.
    assert pointed & {"lovely", "idiot"}
    assert len(passages("w " * 5_000)) <= 48


def test_thresholds_decide_what_is_safe(engine: TextEngine) -> None:
    found = engine.analyze("so what a lovely .")
    over = [s >= engine.thresholds["safety"][k] for k, s in found.safety.scores.items()]
    assert found.safety.safe is not any(over)
    assert set(engine.thresholds["emotions_fine"]) == set(TAXONOMY["emotions_fine"].labels)


def test_perspective_programs_find_their_keys(engine: TextEngine) -> None:
    view = perspective_view(engine.analyze("idiot"), characters=5)
    assert 0.0 <= view["attributeScores"]["TOXICITY"]["summaryScore"]["value"] <= 1.0


def test_the_graph_is_put_together_once(pack: Pack) -> None:
    TextEngine(pack.folder)
    (folder,) = [p for p in cache_folder().iterdir() if pack.sha256 and _made_of(p, pack)]
    before = (folder / "card.json").stat().st_mtime_ns
    told: list[str] = []
    again = TextEngine(pack.folder, tell=told.append)
    assert (folder / "card.json").stat().st_mtime_ns == before
    assert told == []
    # What answers is named by what was trained, wherever it was put together.
    assert again.model.sha256 == pack.sha256


def _made_of(folder: Path, pack: Pack) -> bool:
    card = json.loads((folder / "card.json").read_text("utf-8"))["card"]
    made = card["constants"]["made_from_sha256"]
    return bool(made["value"] == pack.sha256 and "int8" in made["meaning"])


def no_pack(*_: object, **__: object) -> Path:
    raise PackError("A pack should be shipped.", "Found none.")


def test_without_a_model_the_error_says_how_to_make_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoscope.text.analysis.engine.shipped", no_pack)
    with pytest.raises(PackError, match="evoscope text train quick"):
        TextEngine()


def test_analysis_needs_no_training_stack(pack: Pack) -> None:
    code = (
        "import sys; from evoscope.text.analysis import TextEngine\n"
        f"TextEngine({str(pack.folder)!r}).analyze('you are so lovely')\n"
        "print(sorted({'torch', 'transformers', 'onnx', 'pandas', 'sklearn'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
