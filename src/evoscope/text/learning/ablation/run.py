"""One run of a row: train, answer the dev parts, one line of figures."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict
from torch import nn

from evoscope.measure import auc, macro_over_labels
from evoscope.multitask import Ensemble, Labels
from evoscope.text.analysis.contract import output_names
from evoscope.text.backbones import find_backbone
from evoscope.text.benchmark import class_figures, label_figures, number_figures
from evoscope.text.benchmark.figures import Figure
from evoscope.text.learning.ablation.rows import ENSEMBLE, JUDGED, Row, base_of
from evoscope.text.learning.before import read_before
from evoscope.text.learning.calibrate import fit_text_calibration
from evoscope.text.learning.chosen import judged_texts
from evoscope.text.learning.fit import (
    TextCorpora,
    TextSources,
    TrainedText,
    text_sources,
    train_on,
)
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.orders import UNFINISHED
from evoscope.text.learning.source import TextSource
from evoscope.text.learning.tasks import asked, text_tasks
from evoscope.text.taxonomy import TAXONOMY

FIGURES: Mapping[str, int] = {
    "emotions_fine_f1": 1,
    "rare_f1": 1,
    "emotions_f1": 1,
    "vad_r": 1,
    "safety_auc": 1,
    "style_auc": 1,
    "intent_f1": 1,
    "ece": -1,
    "gap": -1,
    "cpu_seconds": -1,
}
"""Figure -> 1 where more is better, -1 where less is."""
_RARE = 0.015
"""Share of the dev texts below which a fine emotion is rare."""
_AT_ONCE = 512
_SEEN = 1500
"""Training texts that the gap is measured on."""


class Line(BaseModel):
    """One run: a line of the file.

    Attributes:
        row, seed: which.
        metrics: by name; see `FIGURES`.
        n: dev texts behind each.
        steps: of the optimiser; epochs: that were run.
        texts: of the training part.
        learned_sha256: of the texts and labels that were learned from and judged on.
        commit: of the code.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: str
    seed: int
    metrics: dict[str, float | None]
    n: dict[str, int]
    steps: int
    epochs: int
    texts: int
    learned_sha256: str
    commit: str


class Bench:
    """Runs rows, one after the other; what they share is read once.

    Args:
        corpora: train and dev parts.
        cache: folder of what frozen layers said of texts.
        commit: of the code.
    """

    def __init__(self, corpora: TextCorpora, *, cache: Path, commit: str) -> None:
        judged = judged_texts(corpora.validation, JUDGED)
        self._corpora = TextCorpora(corpora.training, judged)
        self._cache, self._commit = cache, commit
        self._sources: dict[tuple[object, ...], TextSources] = {}
        self._members: dict[int, TrainedText] = {}
        self._sha256 = "+".join(
            corpus.sha256[:8] for corpus in (*corpora.training, *self._corpora.validation)
        )

    def run(self, row: Row, seed: int) -> Line:
        """Train a row by a seed, and judge it."""
        if row.name == ENSEMBLE:
            return self._ensemble(row, seed)
        recipe = row.recipe.model_copy(update={"seed": seed})
        sources = self._of(row)
        with TemporaryDirectory() as folder:
            spent = time.process_time()
            trained = train_on(
                recipe,
                sources if row.watched else replace(sources, judged_on=None),
                find_backbone(recipe.backbone),
                folder=Path(folder) / "run",
                cache=self._cache,
            )
            spent = time.process_time() - spent
        if trained.run.ended.startswith(UNFINISHED):
            raise KeyboardInterrupt(f"{row.name}, seed {seed}: {trained.run.ended}")
        if row.name == base_of(row).name:
            self._members[seed] = trained
        return self._judged(
            row, seed, trained.network, spent, trained.run.steps, trained.run.epochs
        )

    def _ensemble(self, row: Row, seed: int) -> Line:
        """The members are those of the base; which of them comes first changes nothing."""
        base = base_of(row)
        for other in range(3):
            if other not in self._members:
                self.run(base, other)
        members = [self._members[other] for other in range(3)]
        labels = self._of(row).learned_from.labels
        tasks = asked(text_tasks(base.recipe.losses), labels)
        whole = Ensemble([one.network for one in members], tasks).eval()
        steps = sum(one.run.steps for one in members)
        return self._judged(row, seed, whole, 0.0, steps, 3 * base.recipe.epochs)

    def _of(self, row: Row) -> TextSources:
        recipe = row.recipe
        key = (*recipe.texts.items(), *recipe.hasty.items(), recipe.network.buckets)
        if key not in self._sources:
            files = find_backbone(recipe.backbone)
            self._sources[key] = text_sources(recipe, self._corpora, files)
        return self._sources[key]

    def _judged(
        self, row: Row, seed: int, network: nn.Module, spent: float, steps: int, epochs: int
    ) -> Line:
        sources = self._of(row)
        read = self._reader(row, network)
        dev = sources.held
        outputs = answers(network, read(dev))
        values, counts = dev_figures(outputs, dev.labels)
        seen = np.random.default_rng(0).permutation(len(sources.learned_from))[:_SEEN]
        learned_from = read(sources.learned_from)
        known = sources.learned_from.labels[torch.from_numpy(seen)]
        before = answers(network, learned_from, seen)
        values["gap"] = _fine_auc(before, known) - _fine_auc(outputs, dev.labels)
        values["cpu_seconds"] = round(spent, 2) if spent else None
        counts["gap"] = counts["emotions_fine_f1"]
        counts["cpu_seconds"] = len(sources.learned_from)
        return Line(
            row=row.name,
            seed=seed,
            metrics={name: values[name] for name in FIGURES},
            n={name: counts[name] for name in FIGURES},
            steps=steps,
            epochs=epochs,
            texts=len(sources.learned_from),
            learned_sha256=self._sha256,
            commit=self._commit,
        )

    def _reader(self, row: Row, network: nn.Module) -> Callable[[TextSource], TextSource]:
        first = cast(
            "TextNetwork", network.members[0] if isinstance(network, Ensemble) else network
        )
        files = find_backbone(row.recipe.backbone)

        def read(source: TextSource) -> TextSource:
            return read_before(
                first,
                source,
                row.recipe,
                encoder_sha256=files.sha256,
                cache=self._cache,
            )

        return read


def answers(
    network: nn.Module, source: TextSource, rows: NDArray[np.intp] | None = None
) -> dict[str, NDArray[np.float32]]:
    """Outputs for texts of a source, in its order or that of ``rows``."""
    chosen = torch.arange(len(source)) if rows is None else torch.from_numpy(rows)
    order = source.kinds[chosen].argsort(stable=True)
    found: dict[str, NDArray[np.float32]] = {}
    network.eval()
    with torch.no_grad():
        for some in torch.split(order, _AT_ONCE):
            inputs = source.batch(chosen[some], torch.Generator()).inputs
            for name, values in network(**inputs).items():
                if name not in found:
                    found[name] = np.empty((len(chosen), values.shape[1]), dtype=np.float32)
                found[name][some.numpy()] = values.float().numpy()
    return {name: found[name] for name in output_names()}


def dev_figures(
    outputs: Mapping[str, NDArray[np.float32]], labels: Labels
) -> tuple[dict[str, float | None], dict[str, int]]:
    """Figures of the dev parts: thresholds on crossed halves, scores calibrated on the same."""
    scores = fit_text_calibration(outputs, labels, {}).scores(outputs)
    found: dict[tuple[str, str, str], Figure] = {}
    for task in TAXONOMY.tasks:
        t, k = labels.targets[task.name].numpy(), labels.present[task.name].numpy()
        rows = k.reshape(len(k), -1).any(axis=1)
        p = scores[task.name][rows]
        if task.kind == "classes":
            figures = class_figures(task.name, p, t[rows])
        elif task.kind == "labels":
            figures = label_figures(task.name, p, t[rows], k[rows])
        else:
            figures = number_figures(task.name, p, t[rows], k[rows], fitted=t[rows].mean(axis=0))
        found |= {(one.task, one.metric, one.slice): one for one in figures}
    fine = labels.targets["emotions_fine"].numpy()[labels.present["emotions_fine"].numpy()[:, 0]]
    rare = [
        label
        for label, share in zip(TAXONOMY["emotions_fine"].labels, fine.mean(axis=0), strict=True)
        if 0 < share < _RARE
    ]
    chosen = {
        "emotions_fine_f1": [("emotions_fine", "macro_f1_tuned", "all")],
        "rare_f1": [("emotions_fine", "f1_tuned", f"label={label}") for label in rare],
        "emotions_f1": [("emotions", "macro_f1_tuned", "all")],
        "vad_r": [("vad", "correlation", f"label={label}") for label in TAXONOMY["vad"].labels],
        "safety_auc": [("safety", "macro_auc", "all")],
        "style_auc": [("style", "macro_auc", "all")],
        "intent_f1": [("intent", "macro_f1", "all")],
        "ece": [("emotions_fine", "macro_ece", "all")],
    }
    values = {
        name: _mean([found[key].found.value for key in keys]) for name, keys in chosen.items()
    }
    # A small dev part may have no rare label.
    return values, {k: found[keys[0]].found.n if keys else 0 for k, keys in chosen.items()}


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _fine_auc(outputs: Mapping[str, NDArray[np.float32]], labels: Labels) -> float:
    known = labels.present["emotions_fine"].numpy()
    true = np.where(known, labels.targets["emotions_fine"].numpy(), 0.0) >= 0.5
    value = macro_over_labels(auc, outputs["emotions_fine.logits"], true, known).value
    return float("nan") if value is None else value
