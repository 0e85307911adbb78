"""A tiny encoder, a network trained on it for a moment, and its pack."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from evoscope.multitask.verdict import ending
from evoscope.multitask.verdict.figures import judge_task
from evoscope.runtime import Pack
from evoscope.text.learning import TrainedText, train_text, write_text_pack

from .tiny import tiny_backbone, tiny_corpora, tiny_recipe


@pytest.fixture(scope="session", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("EVOSCOPE_CACHE", str(tmp_path_factory.mktemp("cache")))
        # Hundreds of resamples of a verdict that no test here reads.
        patch.setattr(ending, "judge_task", partial(judge_task, resamples=2))
        yield


@pytest.fixture(scope="session")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_backbone(tmp_path_factory.mktemp("backbone") / "tiny")


@pytest.fixture(scope="session")
def trained(backbone: Path, tmp_path_factory: pytest.TempPathFactory) -> TrainedText:
    """Upper layer, attention pooling, n-grams twice: everything that an export has to carry."""
    recipe = full_recipe(backbone)
    return train_text(recipe, tiny_corpora(), folder=tmp_path_factory.mktemp("run") / "run")


@pytest.fixture(scope="session")
def pack(trained: TrainedText, backbone: Path, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return write_text_pack(
        tmp_path_factory.mktemp("packs") / "tiny",
        trained,
        full_recipe(backbone),
        tiny_corpora(),
        name="tiny",
        version="1",
        commit="0",
        wall_seconds=1.0,
    )


def full_recipe(backbone: Path):  # type: ignore[no-untyped-def]
    return tiny_recipe(
        backbone,
        epochs=9,
        freezing={"strategy": "partial", "layers": 1},
        network={
            "pooling": "attention",
            "head_hidden_dims": (16,),
            "dropout": 0.1,
            "dropout_samples": 2,
            "ngrams": {"buckets": 64, "width": 8},
            "linear": {"buckets": 64},
            "longest": 24,
        },
    )
