"""From the numbers of a network to probabilities, calls and intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from evoscope.measure import sigmoid, softmax
from evoscope.text.taxonomy import TAXONOMY

Numbers = NDArray[np.float64]


class _Fitted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LabelScaling(_Fitted):
    """Of labels that are each there or not.

    Attributes:
        temperature: divides the logits, one a label.
        bias: added afterwards.
        threshold: from which probability on a label is called.
    """

    temperature: tuple[float, ...]
    bias: tuple[float, ...]
    threshold: tuple[float, ...]


class ClassScale(_Fitted):
    """Of one class out of several; see `LabelScaling`."""

    temperature: float = Field(gt=0)
    bias: tuple[float, ...]


class Calibration(_Fitted):
    """What was fitted on texts that the network has not learned from.

    Attributes:
        labels: by task whose labels are each there or not.
        intent: of the one task of classes.
        vad: half a 90 % interval, in standard deviations as the network states them; empty where
            it could not be fitted.
        learned: labels that the network had something to learn from, by task; what it says of the
            others means nothing.
        rows: texts that it stands on, by task.
    """

    labels: dict[str, LabelScaling]
    intent: ClassScale
    vad: tuple[float, ...] = ()
    learned: dict[str, tuple[str, ...]]
    rows: dict[str, int] = {}

    def scores(self, outputs: Mapping[str, NDArray[np.float32]]) -> dict[str, Numbers]:
        """Return calibrated scores ``(n, labels)`` of every task, from the outputs of the graph."""
        return Calibrator(self).scores(outputs)

    def thresholds(self) -> dict[str, dict[str, float]]:
        """From which probability on each label is called, by task; never, where none was learned.

        Example:
            >>> plain_calibration({"safety": ("toxic",)}).thresholds()["safety"]["profane"]
            inf
        """
        return {
            task: {
                label: limit if label in self.learned.get(task, ()) else math.inf
                for label, limit in zip(TAXONOMY[task].labels, fitted.threshold, strict=True)
            }
            for task, fitted in self.labels.items()
        }

    def half_widths(self, outputs: Mapping[str, NDArray[np.float32]]) -> Numbers | None:
        """Half the 90 % intervals of VAD, ``(n, 3)``; ``None`` where none were fitted."""
        return Calibrator(self).half_widths(outputs)


class Calibrator:
    """A calibration laid out for many calls: the labels of all tasks lie side by side.

    Args:
        calibration: to apply.
    """

    def __init__(self, calibration: Calibration) -> None:
        self._labelled = [task for task in TAXONOMY.tasks if task.kind == "labels"]
        fitted = [calibration.labels[task.name] for task in self._labelled]
        self._temperature = np.concatenate([one.temperature for one in fitted])
        self._bias = np.concatenate([one.bias for one in fitted])
        self._intent_temperature = calibration.intent.temperature
        self._intent_bias = np.array(calibration.intent.bias)
        self._vad = np.array(calibration.vad)

    def scores(self, outputs: Mapping[str, NDArray[np.float32]]) -> dict[str, Numbers]:
        """See `Calibration.scores`."""
        logits = np.concatenate([outputs[f"{one.name}.logits"] for one in self._labelled], axis=1)
        labels = sigmoid(logits.astype(np.float64) / self._temperature + self._bias)
        found: dict[str, Numbers] = {}
        start = 0
        for task in TAXONOMY.tasks:
            if task.kind == "labels":
                end = start + len(task.labels)
                found[task.name] = labels[:, start:end]
                start = end
            elif task.kind == "classes":
                logits = outputs[f"{task.name}.logits"].astype(np.float64)
                found[task.name] = softmax(logits / self._intent_temperature + self._intent_bias)
            else:
                mean = outputs[f"{task.name}.mean"]
                found[task.name] = mean.clip(task.low, task.high).astype(np.float64)
        return found

    def half_widths(self, outputs: Mapping[str, NDArray[np.float32]]) -> Numbers | None:
        """See `Calibration.half_widths`."""
        if not self._vad.size:
            return None
        return self._vad * np.exp(0.5 * outputs["vad.log_variance"].astype(np.float64))


def plain_calibration(learned: Mapping[str, tuple[str, ...]]) -> Calibration:
    """Return one that changes nothing, and calls from one half on.

    Example:
        >>> plain_calibration({}).labels["safety"].threshold[0]
        0.5
    """
    return Calibration(
        labels={
            task.name: LabelScaling(
                temperature=(1.0,) * len(task.labels),
                bias=(0.0,) * len(task.labels),
                threshold=(0.5,) * len(task.labels),
            )
            for task in TAXONOMY.tasks
            if task.kind == "labels"
        },
        intent=ClassScale(temperature=1.0, bias=(0.0,) * len(TAXONOMY["intent"].labels)),
        learned=dict(learned),
    )
