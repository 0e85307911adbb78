"""What a network is worth on texts that it did not learn from, before anything is exported."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from evoscope.multitask import Labels
from evoscope.text.analysis.contract import output_names
from evoscope.text.benchmark import class_figures, label_figures, number_figures
from evoscope.text.benchmark.figures import Figure
from evoscope.text.learning.calibrate import fit_text_calibration
from evoscope.text.learning.source import TextSource
from evoscope.text.taxonomy import TAXONOMY

_AT_ONCE = 512


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


def figures_of(
    outputs: Mapping[str, NDArray[np.float32]], labels: Labels, *, resamples: int = 0
) -> dict[tuple[str, str, str], Figure]:
    """Figures of every task, by task, metric and slice.

    Thresholds are fitted on crossed halves; scores are calibrated on the same texts.

    Args:
        outputs: of `answers`.
        labels: of the same texts.
        resamples: of texts, for 90 % intervals; 0: none.
    """
    scores = fit_text_calibration(outputs, labels, {}).scores(outputs)
    found: dict[tuple[str, str, str], Figure] = {}
    for task in TAXONOMY.tasks:
        t, k = labels.targets[task.name].numpy(), labels.present[task.name].numpy()
        rows = k.reshape(len(k), -1).any(axis=1)
        p = scores[task.name][rows]
        if task.kind == "classes":
            figures = class_figures(task.name, p, t[rows], resamples=resamples)
        elif task.kind == "labels":
            figures = label_figures(task.name, p, t[rows], k[rows], resamples=resamples)
        else:
            figures = number_figures(
                task.name, p, t[rows], k[rows], fitted=t[rows].mean(axis=0), resamples=resamples
            )
        found |= {(one.task, one.metric, one.slice): one for one in figures}
    return found
