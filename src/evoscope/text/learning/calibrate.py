"""Temperatures, thresholds and intervals, from texts that the network has not learned from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from evoscope.measure import (
    absolute_score,
    conformal_quantile,
    fit_class_scaling,
    sigmoid,
)
from evoscope.multitask import Labels
from evoscope.runtime import Pack, Session
from evoscope.text.analysis.calibration import (
    Calibration,
    ClassScale,
    LabelScaling,
    plain_calibration,
)
from evoscope.text.analysis.contract import WHOLE, output_names
from evoscope.text.benchmark import steady_threshold, tuned_thresholds
from evoscope.text.learning.source import TextSource
from evoscope.text.taxonomy import TAXONOMY

_AT_ONCE = 64
_FEWEST = 10
"""Texts with a label, and without, below which its scaling is left alone."""
_LEVEL = 0.9
MISS_COSTS = 4.0
"""A crisis or a threat that is missed costs as much as this many false alarms."""

ORDINARY = ("wiki_context_toxicity",)
"""Corpora of ordinary texts: of those that are not known to be unsafe, hardly any may be called."""
_SHARE = {"toxic": 4.0, "threatening": 2.0, "self_harm": 4.0}
"""How many more of them than another label one may be called on: most that is unsafe is toxic, and
a threat or a crisis that nobody hears of is the worst miss."""
MOST_FALSE_ALARMS = 0.0175
"""Share of ordinary texts that may be called unsafe, by any label: a little below the 2 % that are
promised, for the share is estimated."""
_SHARES = 400
"""Steps in which the share that a single label may have is sought."""

Outputs = Mapping[str, NDArray[np.float32]]


def outputs_of(network: nn.Module, source: TextSource) -> dict[str, NDArray[np.float32]]:
    """Answer every text, in its order; the network is left in the mode it was in.

    Args:
        network: a `TextNetwork`, on the CPU.
        source: of the texts, as tokens.
    """
    was_training = network.training
    network.eval()
    with torch.no_grad():
        found = _all(
            source,
            lambda inputs: {name: one.numpy() for name, one in network(**inputs).items()},
        )
    network.train(was_training)
    return found


def answers_of(pack: Pack, source: TextSource) -> dict[str, NDArray[np.float32]]:
    """Answer every text by the graph of a pack, in its order, on one thread.

    What is fitted on these fits what a user runs, rounded as it is there.

    Args:
        pack: that answers by itself.
        source: of the texts, as tokens.
    """
    session = Session(pack)
    return _all(
        source,
        lambda inputs: session.run(WHOLE, {name: one.numpy() for name, one in inputs.items()}),
    )


def _all(
    source: TextSource, run: Callable[[Mapping[str, Tensor]], Mapping[str, NDArray[Any]]]
) -> dict[str, NDArray[np.float32]]:
    found: dict[str, NDArray[np.float32]] = {}
    for rows in torch.split(source.kinds.argsort(stable=True), _AT_ONCE):
        for name, values in run(source.batch(rows, torch.Generator()).inputs).items():
            if name not in found:
                found[name] = np.empty((len(source), values.shape[1]), dtype=np.float32)
            found[name][rows.numpy()] = values
    return {name: found[name] for name in output_names()}


def fit_text_calibration(
    outputs: Outputs,
    labels: Labels,
    learned: Mapping[str, Sequence[str]],
    *,
    ordinary: NDArray[np.bool_] | None = None,
) -> Calibration:
    """Fit a temperature, a bias and a threshold a label; of intent one temperature; intervals.

    Thresholds have the best F1, those of safety the lowest cost where a miss costs four false
    alarms, each the mean over resampled texts. Those of safety are raised until less than 2 % of
    ordinary texts are called by any of them: corpora of unsafe texts do not say how often that
    happens. What there are too few texts for is left as it is.

    Args:
        outputs: of the network, or of the graph that was made of it.
        labels: of the same texts.
        learned: labels that it had something to learn from, by task.
        ordinary: ``(n,)`` texts of everyday talk and writing; default: none are known to be.
    """
    plain = plain_calibration({task: tuple(names) for task, names in learned.items()})
    scalings = {
        name: _labels(name, outputs[f"{name}.logits"], *_known(labels, name), plain.labels[name])
        for name in plain.labels
    }
    if ordinary is not None and ordinary.any():
        true, known = _known(labels, "safety")
        scalings["safety"] = _seldom(
            scalings["safety"],
            outputs["safety.logits"][ordinary],
            true[ordinary],
            known[ordinary],
        )
    return plain.model_copy(
        update={
            "labels": scalings,
            "intent": _classes(outputs["intent.logits"], *_known(labels, "intent"), plain.intent),
            "vad": _vad(outputs, *_known(labels, "vad")),
            "rows": {task.name: _rows(_known(labels, task.name)[1]) for task in TAXONOMY.tasks},
        }
    )


def cost_threshold(
    probability: NDArray[np.float64],
    true: NDArray[np.bool_],
    counts: NDArray[np.int64] | None = None,
    *,
    miss_costs: float = MISS_COSTS,
) -> float:
    """Find the threshold with the lowest cost of misses and false alarms on these very cases.

    Args:
        probability: ``(n,)``.
        true: ``(n,)``.
        counts: ``(n,)`` how often each case comes; default: once.
        miss_costs: false alarms that a miss is worth.

    Example:
        >>> p, t = np.array([0.1, 0.3, 0.4, 0.9]), np.array([False, True, False, True])
        >>> round(cost_threshold(p, t), 3)
        0.2
    """
    order = np.argsort(-probability, kind="stable")
    p, t = probability[order], true[order]
    often = np.ones(p.size, dtype=np.int64) if counts is None else counts[order]
    hits, alarms = np.cumsum(often * t), np.cumsum(often * ~t)
    cost = np.concatenate([[miss_costs * hits[-1]], miss_costs * (hits[-1] - hits) + alarms])
    # Equal probabilities are called together.
    cost[1:-1][p[:-1] == p[1:]] = np.inf
    called = int(cost.argmin())
    if called == 0:
        return float(np.nextafter(p[0], 2.0))
    return float(p[-1] if called == p.size else (p[called - 1] + p[called]) / 2.0)


def _seldom(
    scaling: LabelScaling,
    logits: NDArray[np.float32],
    true: NDArray[np.float32],
    known: NDArray[np.bool_],
) -> LabelScaling:
    """Raise thresholds, each to its share of calls, until few ordinary texts are called."""
    innocent = ~(known & (true >= 0.5)).any(axis=1)
    z = logits[innocent].astype(np.float64) / np.array(scaling.temperature)
    p = np.asarray(sigmoid(z + np.array(scaling.bias)))
    threshold = np.array(scaling.threshold)
    own = np.array([_SHARE.get(label, 1.0) for label in TAXONOMY["safety"].labels])
    for share in np.linspace(MOST_FALSE_ALARMS, 0.0, _SHARES, endpoint=False):
        quantiles = zip(p.T, 1.0 - np.minimum(share * own, MOST_FALSE_ALARMS), strict=True)
        at = np.array([np.quantile(column, q, method="higher") for column, q in quantiles])
        raised = np.maximum(threshold, np.nextafter(at, 2.0))
        if (p >= raised).any(axis=1).mean() <= MOST_FALSE_ALARMS:
            break
    return scaling.model_copy(update={"threshold": tuple(float(one) for one in raised)})


def _labels(
    task: str,
    logits: NDArray[np.float32],
    true: NDArray[np.float32],
    known: NDArray[np.bool_],
    plain: LabelScaling,
) -> LabelScaling:
    temperature, bias, threshold = (
        list(part) for part in (plain.temperature, plain.bias, plain.threshold)
    )
    for j in range(logits.shape[1]):
        z = logits[known[:, j], j].astype(np.float64)
        there = true[known[:, j], j] >= 0.5
        if min(there.sum(), (~there).sum()) < _FEWEST:
            continue
        # Two classes, of which the logit is the distance.
        scaling = fit_class_scaling(np.column_stack([np.zeros_like(z), z]), there.astype(int))
        temperature[j] = scaling.temperature
        bias[j] = scaling.bias[1] - scaling.bias[0]
        p = sigmoid(z / temperature[j] + bias[j])
        threshold[j] = (
            steady_threshold(partial(cost_threshold, p, there), there)
            if task == "safety"
            else float(tuned_thresholds(p[:, None], there[:, None])[0])
        )
    return LabelScaling(
        temperature=tuple(temperature), bias=tuple(bias), threshold=tuple(threshold)
    )


def _classes(
    logits: NDArray[np.float32],
    true: NDArray[Any],
    known: NDArray[np.bool_],
    plain: ClassScale,
) -> ClassScale:
    classes = true[known].astype(int)
    # A class that no text is of would be taken for impossible.
    if np.unique(classes).size < logits.shape[1]:
        return plain
    fitted = fit_class_scaling(logits[known], classes)
    return ClassScale(temperature=fitted.temperature, bias=fitted.bias)


def _vad(
    outputs: Outputs, true: NDArray[np.float32], known: NDArray[np.bool_]
) -> tuple[float, ...]:
    whole = known.all(axis=1)
    if whole.sum() < _FEWEST:
        return ()
    mean, spread = outputs["vad.mean"], np.exp(0.5 * outputs["vad.log_variance"])
    scores = absolute_score(mean[whole], true[whole], spread[whole])
    return tuple(conformal_quantile(column, level=_LEVEL) for column in scores.T)


def _known(labels: Labels, task: str) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    return labels.targets[task].numpy(), labels.present[task].numpy()


def _rows(known: NDArray[np.bool_]) -> int:
    return int(known.reshape(len(known), -1).any(axis=1).sum())
