"""Encoded cohorts on disk: numpy archives without pickle, named by what they were made of."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Collection
from dataclasses import asdict, fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from evoscope.abr.averaging import Preset
from evoscope.abr.cohort import Cohort
from evoscope.abr.encoding.encode import ENCODER_VERSION
from evoscope.abr.encoding.encoded_cohort import EncodedCohort


def cache_path(
    folder: Path, cohort: Cohort, patients: Collection[str], *, preset: Preset | None, most: int
) -> Path:
    """Name the file that holds these patients, so encoded; another cohort has another name."""
    stated = {
        "encoder": ENCODER_VERSION,
        "cohort": cohort.file_sha256(),
        "patients": sorted(patients),
        "preset": None if preset is None else asdict(preset),
        "most": most,
    }
    digest = hashlib.sha256(json.dumps(stated, sort_keys=True).encode()).hexdigest()
    return folder / f"encoded-{digest[:32]}.npz"


def save(encoded: EncodedCohort, path: Path) -> None:
    """Write an encoded cohort, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.stem}.partial-{os.getpid()}-{secrets.token_hex(4)}.npz")
    try:
        np.savez(part, **{f.name: getattr(encoded, f.name) for f in fields(EncodedCohort)})
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def load(path: Path) -> EncodedCohort:
    """Read an encoded cohort back.

    Raises:
        ValueError: a damaged file.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return EncodedCohort(**{f.name: arrays[f.name] for f in fields(EncodedCohort)})
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        raise ValueError(
            f"{path} should hold an encoded cohort. Found: {str(error)[:100]}. Delete it: it is "
            "made again."
        ) from error
