"""What comes with the package answers at once, without a training stack, as its card says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from evoscope.runtime import Pack, PackError, open_pack, shipped
from evoscope.text.analysis import TextEngine
from evoscope.text.analysis.assemble import open_text_pack
from evoscope.text.authored import authored_texts
from evoscope.text.benchmark.counterparts import identity_pairs
from evoscope.text.cache import cache_folder
from evoscope.text.taxonomy import TAXONOMY

MEGABYTES = 12.0


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVOSCOPE_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def pack() -> Pack:
    return open_pack(shipped("default", package="evoscope.text"))


@pytest.fixture(scope="module")
def engine() -> TextEngine:
    return TextEngine()


@pytest.fixture(scope="module")
def texts() -> list[str]:
    return [one.text for one in authored_texts() if one.template.part == "dev"][:200]


def test_it_answers_without_a_training_stack(engine: TextEngine) -> None:
    # The graph has been put together by the fixture: this process only runs it.
    code = (
        "import sys\n"
        "from evoscope import TextEngine\n"
        "print(TextEngine().analyze('Thank you so much, this made my day!').emotion)\n"
        "print(sorted({'torch', 'transformers', 'onnx', 'pandas', 'sklearn'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split("\n")[:2] == ["love", "[]"]


def test_it_tells_plain_cases_apart(engine: TextEngine) -> None:
    kind, cruel, sad, asks = engine.analyze(
        [
            "You are wonderful, I love this!",
            "You are a fucking idiot, shut up.",
            "I miss my grandmother so much since she died.",
            "Could you please tell me where the station is?",
        ]
    )
    assert kind.vad.valence > 0.55 > sad.vad.valence
    assert kind.emotion in ("love", "joy")
    assert sad.emotion == "sadness"
    assert kind.safety.safe
    assert not cruel.safety.safe
    assert asks.style.scores["polite"] > cruel.style.scores["polite"]
    assert asks.intent.label in ("question", "request")


def test_slips_and_drawn_out_words_read_as_what_was_meant(engine: TextEngine) -> None:
    meant, written = (
        engine.scores([text]).tasks
        for text in ("this is so awesome, thanks", "this is soooo awseome, thankss")
    )
    for task, values in meant.items():
        np.testing.assert_array_equal(values, written[task])


def test_its_card_is_that_of_the_recipe(pack: Pack) -> None:
    from evoscope.text.learning import TextRecipe, load_recipe

    stated = load_recipe("production")
    found = dict(pack.card.training.settings) if pack.card.training else {}
    # Read as a recipe: what it can say since then, it did not do. Of itself it may say more later.
    assert TextRecipe.model_validate({**found, "about": stated.about}) == stated


def test_it_stands_on_corpora_that_may_be_given_away(pack: Pack) -> None:
    names = {data.name for data in pack.card.data if data.used_for == "training"}
    assert "goemotions" in names
    assert not names & {"olid", "semeval2018_affect", "dialogue_acts"}
    assert any("Weakly supervised" in limit for limit in pack.card.limits)


def test_it_says_what_it_is_worth(pack: Pack) -> None:
    found = {(m.task, m.metric): m for m in pack.card.metrics if m.slice == "all"}
    for key in (("emotions_fine", "macro_f1_tuned"), ("safety", "macro_auc")):
        metric = found[key]
        assert metric.value is not None
        assert metric.trivial is not None
        assert metric.value > metric.trivial
        assert metric.n > 1000


def test_its_card_states_the_thresholds_that_it_calls_by(pack: Pack, engine: TextEngine) -> None:
    for task, limits in engine.thresholds.items():
        stated = pack.card.constants[f"threshold.{task}"].value
        assert stated == pytest.approx(limits)


def test_who_somebody_is_moves_no_alarm(engine: TextEngine) -> None:
    pairs = identity_pairs()
    plain, changed = (
        engine.scores([getattr(pair, side) for pair in pairs]).tasks["safety"]
        for side in ("plain", "changed")
    )
    limits = np.array(list(engine.thresholds["safety"].values()))
    assert (changed >= limits).any(axis=1).mean() <= 0.02
    assert np.abs(changed - plain)[:, TAXONOMY["safety"].index("toxic")].max() < 0.1


def test_it_is_small(pack: Pack) -> None:
    folder = Path(pack.folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    assert size / 1e6 <= MEGABYTES


def test_eight_bits_say_what_float32_says(engine: TextEngine, texts: list[str]) -> None:
    fine = TextEngine(precision="float32")
    narrow, wide = engine.scores(texts).tasks, fine.scores(texts).tasks
    for task in TAXONOMY.tasks:
        moved = np.abs(narrow[task.name] - wide[task.name])
        assert moved.mean() < 0.02, task.name
        if task.kind == "labels":
            at = np.array(list(engine.thresholds[task.name].values()))
            same = (narrow[task.name] >= at) == (wide[task.name] >= at)
            assert same.mean() > 0.97, task.name


def test_of_two_processes_that_put_it_together_the_slower_takes_what_is_there(
    pack: Pack, engine: TextEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = open_text_pack(pack.folder).folder

    def late(_pack: Pack, folder: Path, **_asked: object) -> Pack:
        shutil.copytree(there, folder)  # by the quicker one
        raise PackError("The folder of a new pack should be new.", "Found a pack.", "Replace it.")

    monkeypatch.setenv("EVOSCOPE_CACHE", str(tmp_path / "cache"))
    home = sys.modules["evoscope.text.analysis.assemble"]  # the package has a function of this name
    monkeypatch.setattr(home, "assemble", late)
    opened = open_text_pack(pack.folder)
    assert opened.folder.parent == cache_folder() == tmp_path / "cache"
    assert opened.sha256 == open_pack(there).sha256
