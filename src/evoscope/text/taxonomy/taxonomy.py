"""One versioned object says what the tasks are; an artefact that says otherwise is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evoscope.runtime import Taxonomy
from evoscope.text.taxonomy.fine_emotions import EMOTION_WEIGHTS
from evoscope.text.taxonomy.labels import (
    EMOTIONS,
    EMOTIONS_FINE,
    INTENT,
    SAFETY,
    STYLE,
    VAD,
    WEAKLY_SUPERVISED,
)

Kind = Literal["labels", "classes", "numbers"]
"""Independent yes/no probabilities; one of several; numbers on a scale."""


class TaxonomyError(ValueError):
    """An artefact, or a corpus, that means something else by its labels."""


@dataclass(frozen=True)
class Task:
    """One question put to a text.

    Attributes:
        name: of the task.
        kind: ``labels`` (any number of them), ``classes`` (exactly one), ``numbers``.
        labels: in the order of every array.
        low, high: ends of the scale of every value.
        units: ``"1"``: probabilities and shares have none.
        weak: labels learned from the small authored set only.
    """

    name: str
    kind: Kind
    labels: tuple[str, ...]
    low: float = 0.0
    high: float = 1.0
    units: str = "1"
    weak: tuple[str, ...] = ()

    def index(self, label: str) -> int:
        """Column of a label.

        Raises:
            TaxonomyError: no such label.

        Example:
            >>> TAXONOMY["vad"].index("arousal")
            1
        """
        if label not in self.labels:
            raise TaxonomyError(
                f"A label of {self.name} should be one of {list(self.labels)}. Found {label!r}. "
                "Labels are mapped by name: check the spelling."
            )
        return self.labels.index(label)

    def columns(self, theirs: Sequence[str]) -> NDArray[np.intp]:
        """Find, for each of our labels, its column in an array ordered by ``theirs``.

        Args:
            theirs: every label of the task once, in any order.

        Raises:
            TaxonomyError: labels missing, unknown or repeated.

        Example:
            >>> TAXONOMY["vad"].columns(["dominance", "valence", "arousal"]).tolist()
            [1, 2, 0]
        """
        if sorted(theirs) != sorted(self.labels):
            raise TaxonomyError(
                f"Labels of {self.name} should be {list(self.labels)}, in any order. "
                f"Found {list(theirs)}. Map them by name first."
            )
        return np.array([list(theirs).index(label) for label in self.labels], dtype=np.intp)


@dataclass(frozen=True)
class TextTaxonomy:
    """All tasks, with a version that changes whenever names, order or meaning do.

    Attributes:
        name: of the taxonomy.
        version: of it.
        tasks: in order.

    Example:
        >>> TAXONOMY.id, [task.name for task in TAXONOMY.tasks]
        ('evoscope.text/1', ['emotions', 'emotions_fine', 'vad', 'safety', 'style', 'intent'])
        >>> TAXONOMY.check({"vad": ["arousal", "valence", "dominance"]})
        Traceback (most recent call last):
            ...
        evoscope.text.taxonomy.taxonomy.TaxonomyError: vad should be ['valence', 'arousal', 'dominance'], in this order. Found ['arousal', 'valence', 'dominance']. Use what was made with taxonomy evoscope.text/1, or make it again.
    """  # noqa: E501  an error is one line

    name: str
    version: str
    tasks: tuple[Task, ...]

    @property
    def id(self) -> str:
        """Name and version, as artefacts state them."""
        return f"{self.name}/{self.version}"

    @property
    def sha256(self) -> str:
        """Hash of everything that the labels mean, the mapping of fine emotions included."""
        meaning = {
            "id": self.id,
            "tasks": [asdict(task) for task in self.tasks],
            "fine": EMOTION_WEIGHTS,
        }
        return hashlib.sha256(json.dumps(meaning, sort_keys=True).encode()).hexdigest()

    def __getitem__(self, task: str) -> Task:
        for one in self.tasks:
            if one.name == task:
                return one
        raise TaxonomyError(
            f"A task should be one of {[one.name for one in self.tasks]}. Found {task!r}."
        )

    def carried(self) -> dict[str, Taxonomy]:
        """Return what a model pack's card carries, by task.

        Example:
            >>> TAXONOMY.carried()["vad"].names
            ('valence', 'arousal', 'dominance')
        """
        return {task.name: Taxonomy(version=self.version, names=task.labels) for task in self.tasks}

    def stated(self) -> dict[str, object]:
        """Return what a run, a cache or a table carries: id, hash and labels, as JSON values.

        Example:
            >>> sorted(TAXONOMY.stated())
            ['id', 'labels', 'sha256']
        """
        labels = {task.name: list(task.labels) for task in self.tasks}
        return {"id": self.id, "sha256": self.sha256, "labels": labels}

    def check(self, labels: Mapping[str, Sequence[str]]) -> None:
        """Check the labels of an artefact, by task; a subset of the tasks is fine.

        Raises:
            TaxonomyError: an unknown task, other labels or another order.
        """
        for name, found in labels.items():
            wanted = list(self[name].labels)
            if list(found) != wanted:
                raise TaxonomyError(
                    f"{name} should be {wanted}, in this order. Found {list(found)}. "
                    f"Use what was made with taxonomy {self.id}, or make it again."
                )

    def check_stated(self, stated: Mapping[str, object]) -> None:
        """Check what an artefact wrote down with ``stated``.

        Raises:
            TaxonomyError: another version, or the same one with another meaning.

        Example:
            >>> TAXONOMY.check_stated(TAXONOMY.stated())
        """
        for key, wanted in (("id", self.id), ("sha256", self.sha256)):
            if stated.get(key) != wanted:
                raise TaxonomyError(
                    f"The taxonomy's {key} should be {wanted!r}. Found {stated.get(key)!r}. "
                    "Make the artefact again with this version of Evoscope."
                )


def _task(name: str, kind: Kind, labels: tuple[str, ...]) -> Task:
    return Task(name=name, kind=kind, labels=labels, weak=WEAKLY_SUPERVISED.get(name, ()))


TAXONOMY = TextTaxonomy(
    name="evoscope.text",
    version="1",
    tasks=(
        _task("emotions", "labels", EMOTIONS),
        _task("emotions_fine", "labels", EMOTIONS_FINE),
        _task("vad", "numbers", VAD),
        _task("safety", "labels", SAFETY),
        _task("style", "labels", STYLE),
        _task("intent", "classes", INTENT),
    ),
)
"""The one taxonomy of this version of Evoscope."""
