"""``python -m evoscope.text.learning.vad_by_encoder``: encoders beside each other on EmoBank.

Trains the same heads on each encoder, frozen and with its upper layers, judges them on the dev
part, and the pack of the first seed as it runs in eight bits. Goes on where it stopped.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import evoscope
from evoscope.measure.results import commit_of, write_text
from evoscope.text.analysis import assemble
from evoscope.text.backbones import find_backbone
from evoscope.text.benchmark import Tfidf, number_figures, tfidf_numbers
from evoscope.text.benchmark.document import row
from evoscope.text.benchmark.figures import RESAMPLES
from evoscope.text.benchmark.vad_by_encoder import (
    ALONE,
    CORPUS,
    METRIC,
    VadByEncoder,
    VadRun,
    vad_rows,
)
from evoscope.text.learning.ablation.run import answers
from evoscope.text.learning.before import read_before
from evoscope.text.learning.calibrate import answers_of
from evoscope.text.learning.fit import (
    TextCorpora,
    TrainedText,
    load_corpora,
    text_sources,
    train_on,
)
from evoscope.text.learning.pack import write_text_pack
from evoscope.text.learning.recipe import TextRecipe, changed, load_recipe

Numbers = NDArray[np.floating[Any]]
RESULT = "text_vad_by_encoder.json"
HEADS, UPPER = "heads", "three upper layers, heads"
_ROOT = Path(__file__).resolve().parents[4]
_ALIKE: dict[str, Any] = {
    "corpora": (CORPUS,),
    "precision": "bf16",
    "epochs": 3,
    "sampling": {"kind": "alike"},
    "network": {"head_hidden_dims": (128,), "dropout": 0.2},
}
"""In place of what the recipe ``quick`` says: what the shipped network learns by."""
_UPPER: dict[str, Any] = {
    "rates": {"factors": {"backbone.*": 0.15}, "layer_decay": 0.9},
    "ema_decay": 0.99,
}


def recipe_of(backbone: str, learns: str, *, depth: int, seed: int) -> TextRecipe:
    """The recipe of a run.

    Args:
        backbone: name or folder of the encoder.
        learns: the heads alone, or three upper layers, too.
        depth: layers of the encoder.
        seed: of the network.
    """
    fields = {**_ALIKE, "backbone": backbone, "seed": seed}
    if learns == UPPER:
        fields |= {**_UPPER, "freezing": {"strategy": "partial", "layers": depth - 3}}
    return changed(load_recipe("quick"), fields)


class Bench:
    """Trains and judges; what runs share is read once.

    Args:
        corpora: EmoBank.
        cache: folder of what frozen layers said of texts.
    """

    def __init__(self, corpora: TextCorpora, *, cache: Path) -> None:
        self._corpora, self._cache = corpora, cache
        (self._train,), (self._dev,) = corpora.training, corpora.validation

    def tfidf(self) -> VadRun:
        """Judge regressions on words and on pieces of words."""
        features = Tfidf(self._train.texts)
        found = tfidf_numbers(features, self._train.targets["vad"], self._dev.texts)
        return self._judged((ALONE, "TF-IDF, ridge", "-"), 0, found)

    def train(self, backbone: str, learns: str, seed: int, *, pack: bool) -> list[VadRun]:
        """Train a network; judge it as it was trained, and its pack in eight bits.

        Args:
            backbone: name or folder of the encoder.
            learns: what does.
            seed: of the network.
            pack: whether to make one.
        """
        files = find_backbone(backbone)
        depth = int(files.config["num_hidden_layers"])
        recipe = recipe_of(backbone, learns, depth=depth, seed=seed)
        # Epochs are not judged: the last one counts, whatever dev says of it.
        sources = replace(text_sources(recipe, self._corpora, files), judged_on=None)
        with TemporaryDirectory() as folder:
            trained = train_on(
                recipe, sources, files, folder=Path(folder) / "run", cache=self._cache
            )
            dev = read_before(
                trained.network, sources.held, recipe,
                encoder_sha256=files.sha256, cache=self._cache,
            )  # fmt: skip
            found = answers(trained.network, dev)["vad.mean"]
            runs = [self._judged((files.name, learns, recipe.precision), seed, found)]
            if pack:
                found = self._in_eight_bits(trained, recipe, Path(folder))
                runs.append(self._judged((files.name, learns, "int8"), seed, found))
        return runs

    def _in_eight_bits(self, trained: TrainedText, recipe: TextRecipe, folder: Path) -> Numbers:
        made = write_text_pack(
            folder / "pack", trained, recipe, self._corpora, name="vad",
            version=evoscope.__version__, commit=commit_of(_ROOT), wall_seconds=0.0,
        )  # fmt: skip
        whole = assemble(made, folder / "whole", precision="int8", backbone=trained.backbone.folder)
        return answers_of(whole, trained.validation)["vad.mean"]

    def _judged(self, name: tuple[str, str, str], seed: int, found: Numbers) -> VadRun:
        dev, task = self._dev, "vad"
        figures = number_figures(
            task, found, dev.targets[task], dev.known[task],
            fitted=self._train.targets[task].mean(axis=0), groups=dev.groups, resamples=RESAMPLES,
        )  # fmt: skip
        kept = tuple(row(CORPUS, one) for one in figures if one.metric == METRIC)
        encoder, learns, runs_in = name
        return VadRun(encoder=encoder, learns=learns, runs_in=runs_in, seed=seed, figures=kept)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is not there yet, the cheaper first; write the result file after each."""
    options = _options().parse_args(arguments)
    torch.set_num_threads(1)
    corpora = load_corpora((CORPUS,), folder=options.data)
    bench = Bench(corpora, cache=options.cache)
    path = options.output / RESULT
    runs: list[VadRun] = []
    if path.is_file():
        runs += VadByEncoder.model_validate_json(path.read_text("utf-8")).runs
    names = {backbone: find_backbone(backbone).name for backbone in options.backbones}
    done = {(run.encoder, run.learns, run.seed) for run in runs}
    todo = [
        (backbone, learns, seed)
        for learns in (HEADS, UPPER)
        for seed in range(options.seeds)
        for backbone in options.backbones
        if (names[backbone], learns, seed) not in done
    ]
    first = [] if any(run.encoder == ALONE for run in runs) else [None]
    for one in (*first, *todo):
        new = [bench.tfidf()] if one is None else bench.train(*one, pack=one[-1] == 0)
        runs += new
        found = VadByEncoder(
            commit=commit_of(_ROOT), texts=len(corpora.training[0]), runs=tuple(runs)
        )
        write_text(found.model_dump_json(indent=1) + "\n", path)
        for told in vad_rows(found.model_copy(update={"runs": tuple(new)})):
            print(*told, sep=" | ", flush=True)
    return 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evoscope.text.learning.vad_by_encoder",
                                     description=__doc__)  # fmt: skip
    parser.add_argument("-o", "--output", type=Path, default=_ROOT / "benchmarks/results")
    parser.add_argument("--data", type=Path, help="folder of the corpora")
    parser.add_argument("--cache", type=Path, default=_ROOT / "runs/text-vad/cache")
    parser.add_argument("--backbones", nargs="+", default=("minilm-l6", "mpnet"))
    parser.add_argument("--seeds", type=int, default=3)
    return parser


if __name__ == "__main__":
    sys.exit(main())
