"""Which patients train, validate and test: decided once, written down, hard to get wrong."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort.classes import SEVERITY
from evoscope.abr.cohort.reader import Cohort
from evoscope.abr.formats.errors import FormatError

Part = Literal["train", "val", "test"]
PARTS: tuple[Part, ...] = get_args(Part)
SPLIT_VERSION = 1
UNLABELLED = "unlabelled"
_FIELDS = ("version", "seed", "cohort_sha256", "counts", "patients")


@dataclass(frozen=True)
class Split:
    """A patient split of one cohort.

    Attributes:
        seed: what it was drawn with.
        cohort_sha256: the cohort's ``table_sha256``.
        patients: patient id -> ``train``, ``val`` or ``test``.
        counts: part -> class -> patients; a patient counts with the worse ear.
    """

    seed: int
    cohort_sha256: str
    patients: Mapping[str, Part]
    counts: Mapping[str, Mapping[str, int]]

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical content: what a checkpoint stores, and an evaluation checks."""
        return _content_sha256(self._content())

    def rows(self, cohort: Cohort, part: Part) -> NDArray[np.intp]:
        """Return the rows of the cohort that belong to a part, ``(n,)``, ascending.

        Raises:
            FormatError: a patient of the cohort that the split does not know.
            ValueError: an unknown part.
        """
        if part not in PARTS:
            raise ValueError(f"part should be one of {PARTS}. Found {part!r}.")
        found: list[int] = []
        row = 0
        for batch in cohort.batches(["patient_id"]):
            for patient in batch.column(0).to_pylist():
                if patient not in self.patients:
                    raise _not_of_this_cohort(cohort.path, f"patient {patient!r} in no part")
                if self.patients[patient] == part:
                    found.append(row)
                row += 1
        return np.array(found, dtype=np.intp)

    def save(self, path: str | Path) -> Path:
        """Write the split, whole or not at all.

        Raises:
            FormatError: there is a file that is not this cohort's split: it is not replaced.
        """
        where = Path(path)
        if where.exists():
            stated, _ = _parse(where)
            if stated["cohort_sha256"] != self.cohort_sha256:
                raise FormatError(
                    str(where),
                    "",
                    "A split should replace only a split of the same cohort. Found another's.",
                    "Choose another name, or put the cohort in a folder of its own.",
                )
        content = self._content()
        text = json.dumps(
            content | {"sha256": _content_sha256(content)}, indent=1, ensure_ascii=False
        )
        partial = where.with_name(f".{where.name}.partial-{os.getpid()}-{secrets.token_hex(4)}")
        try:
            partial.write_text(text + "\n", encoding="utf-8")
            partial.replace(where)
        except OSError as error:
            raise FormatError(
                str(where), "", f"It should be writable. Found: {error.strerror or error}."
            ) from error
        finally:
            partial.unlink(missing_ok=True)
        return where

    def _content(self) -> dict[str, Any]:
        return {
            "version": SPLIT_VERSION,
            "seed": self.seed,
            "cohort_sha256": self.cohort_sha256,
            "counts": {part: dict(self.counts[part]) for part in PARTS},
            "patients": dict(self.patients),
        }


def split_path(cohort: Cohort) -> Path:
    """Where a cohort's split is: ``split.json`` beside it.

    A folder with several cohorts has one ``<name>.split.json`` for each of the others; that name
    wins where it is there.
    """
    own = named_split_path(cohort)
    return own if own.exists() else cohort.path.with_name("split.json")


def named_split_path(cohort: Cohort) -> Path:
    """Name of the split of a cohort that shares its folder with others."""
    return cohort.path.with_name(f"{cohort.path.stem}.split.json")


def make_split(cohort: Cohort, *, seed: int) -> Split:
    """Split the patients of a cohort 70 / 15 / 15 within each class.

    A patient is of the class of the worse ear (normal, chl, snhl, neuropathy, total: later is
    worse). The order of a class's patients is that of SHA-256(seed, patient): it depends on
    nothing else, so the same patients split alike on every machine and in every row order. A
    class of three patients or more has one in every part.

    Raises:
        ValueError: a negative seed.
    """
    if seed < 0:
        raise ValueError(f"seed should be 0 or more. Found {seed}.")
    strata: dict[str, list[str]] = defaultdict(list)
    for patient, worst in worst_classes(cohort).items():
        strata[worst].append(patient)
    parts: dict[str, Part] = {}
    counts: dict[str, dict[str, int]] = {part: {} for part in PARTS}
    for worst in (*SEVERITY, UNLABELLED):
        members = sorted(strata[worst], key=lambda patient: _rank(seed, patient))
        sizes = _sizes(len(members))
        for part, size in sizes.items():
            counts[part][worst] = size
        drawn = [part for part, size in sizes.items() for _ in range(size)]
        parts.update(zip(members, drawn, strict=True))
    ordered = {patient: parts[patient] for patient in sorted(parts)}
    return Split(seed, cohort.table_sha256(), ordered, counts)


def save_split(cohort: Cohort, seed: int) -> Split:
    """Split a new cohort and save that beside it, under its name where another one is there."""
    split = make_split(cohort, seed=seed)
    named = named_split_path(cohort)
    named.unlink(missing_ok=True)  # of an earlier cohort of this name, which is gone
    try:
        split.save(cohort.path.with_name("split.json"))
    except FormatError:
        split.save(named)
    return split


def load_split(path: str | Path, cohort: Cohort) -> Split:
    """Read a split and check that it is whole and this cohort's.

    Raises:
        FormatError: no such file, content that was changed, another cohort, a patient of the
            cohort that is missing, one that the cohort does not have, or one in two parts.
    """
    where = Path(path)
    stated, patients = _parse(where)
    split = Split(stated["seed"], stated["cohort_sha256"], patients, stated["counts"])
    worst = worst_classes(cohort)
    for what, names in (
        ("patients of the cohort in no part", worst.keys() - patients.keys()),
        ("patients that the cohort does not have", patients.keys() - worst.keys()),
    ):
        if names:
            raise _not_of_this_cohort(where, f"{len(names)} {what}, such as {min(names)!r}")
    if cohort.table_sha256() != split.cohort_sha256:
        raise _not_of_this_cohort(where, "the hash of another")
    return split


def worst_classes(cohort: Cohort) -> dict[str, str]:
    """Return every patient's worst class, ``unlabelled`` where no ear has one, in file order."""
    rank = {name: i for i, name in enumerate((UNLABELLED, *SEVERITY))}
    worst: dict[str, str] = {}
    for batch in cohort.batches(["patient_id", "loss_type"]):
        patients, classes = (column.to_pylist() for column in batch.columns)
        for patient, found in zip(patients, classes, strict=True):
            name = found or UNLABELLED
            if rank[name] >= rank[worst.get(patient, UNLABELLED)]:
                worst[patient] = name
    return worst


def _sizes(n: int) -> dict[Part, int]:
    # Whole numbers: where 0.15 n is rounded must not hang on a float. An odd one is tested.
    held_out = (30 * n + 50) // 100
    least = 1 if n >= len(PARTS) else 0
    val = max(least, held_out // 2)
    test = max(least, held_out - held_out // 2)
    return {"train": n - val - test, "val": val, "test": test}


def _rank(seed: int, patient: str) -> bytes:
    return hashlib.sha256(json.dumps([seed, patient]).encode()).digest()


def _content_sha256(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _parse(path: Path) -> tuple[dict[str, Any], dict[str, Part]]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        # json keeps the last of two equal keys: a patient in two parts would pass unseen.
        double = [key for key, n in Counter(key for key, _ in pairs).items() if n > 1]
        if double:
            raise FormatError(
                str(path),
                f"patient {double[0]!r}",
                "A patient should be in one part. Found the patient twice: that is leakage.",
                "Make the split again.",
            )
        return dict(pairs)

    try:
        stated = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once)
    except FileNotFoundError:
        raise FormatError(
            str(path), "", "A split should be there. Found nothing.", "Make one with make_split."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(
            str(path), "", f"A split should be a JSON file. Found: {str(error)[:100]}"
        ) from error
    if not isinstance(stated, dict) or set(stated) != {*_FIELDS, "sha256"}:
        raise FormatError(
            str(path),
            "",
            f"A split should hold {', '.join(_FIELDS)} and sha256. Found something else.",
            "Make the split again.",
        )
    content = {name: stated[name] for name in _FIELDS}
    patients = stated["patients"]
    whole = stated["version"] == SPLIT_VERSION and isinstance(patients, dict)
    if not whole or _content_sha256(content) != stated["sha256"]:
        raise FormatError(
            str(path),
            "",
            "A split should be as it was made. Found a hash that does not fit its content.",
            "Restore the file, or make the split again and train again.",
        )
    for patient, part in patients.items():
        if part not in PARTS:
            raise FormatError(
                str(path),
                f"patient {patient!r}",
                f"It should be in one of {PARTS}. Found {part!r}.",
            )
    return content, patients


def _not_of_this_cohort(path: Path, found: str) -> FormatError:
    return FormatError(
        str(path),
        "",
        f"The split should be this cohort's. Found {found}.",
        "Use the split that was made from this cohort, or make a new one.",
    )
