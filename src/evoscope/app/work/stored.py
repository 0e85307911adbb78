"""Recordings as bytes: what the store keeps of a series, so that it can be analyzed again."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np

from evoscope.abr.recording import Recording, Series, Source, Stimulus, Subject

FORMAT = 1
_PLAIN = ("sampling_rate_hz", "onset_sample", "onset_source", "sweeps", "sweeps_rejected")
_STIMULUS = tuple(Stimulus.__dataclass_fields__)
_SUBJECT = tuple(Subject.__dataclass_fields__)
WITHOUT_TRIALS = (
    "The single trials were not kept: this analysis is of the averages and their halves."
)


def to_bytes(series: Series) -> bytes:
    """Write the averages and half-averages of a series; single trials are not kept.

    Example:
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, _ = simulate_series(true_threshold_db=20, levels_db=[40, 60], seed=1)
        >>> from_bytes(to_bytes(series)).levels_db
        (40, 60)
    """
    arrays: dict[str, Any] = {}
    described = []
    for i, one in enumerate(series.recordings):
        arrays[f"average_{i}"] = one.waveform
        if one.halves is not None:
            arrays[f"halves_{i}"] = one.halves
        described.append(
            {
                **{name: getattr(one, name) for name in _PLAIN},
                "band_hz": one.band_hz,
                "response": one.response,
                "warnings": list(one.warnings),
                "had_trials": one.epochs is not None,
                "stimulus": {name: getattr(one.stimulus, name) for name in _STIMULUS},
                "subject": {name: getattr(one.subject, name) for name in _SUBJECT},
                "source": {
                    "path": one.source.path,
                    "format": one.source.format,
                    "record": one.source.record,
                },
            }
        )
    text = json.dumps({"format": FORMAT, "recordings": described}, default=_plain_number)
    arrays["described"] = np.frombuffer(text.encode(), dtype=np.uint8)
    written = io.BytesIO()
    np.savez_compressed(written, **arrays)
    return written.getvalue()


def from_bytes(data: bytes) -> Series:
    """Read what ``to_bytes`` wrote.

    Raises:
        ValueError: it was written by another version.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        stated = json.loads(arrays["described"].tobytes())
        if stated["format"] != FORMAT:
            raise ValueError(
                f"Kept recordings should be of format {FORMAT}. Found {stated['format']}."
            )
        return Series(
            tuple(
                _recording(one, arrays[f"average_{i}"], arrays.get(f"halves_{i}", None))
                for i, one in enumerate(stated["recordings"])
            )
        )


def _recording(described: dict[str, Any], average: Any, halves: Any) -> Recording:
    made = Recording(
        waveform=average,
        halves=halves,
        stimulus=Stimulus(**described["stimulus"]),
        subject=Subject(**described["subject"]),
        source=Source(**described["source"]),
        band_hz=None if described["band_hz"] is None else tuple(described["band_hz"]),
        response=described["response"],
        warnings=tuple(described["warnings"]),
        **{name: described[name] for name in _PLAIN},
    )
    return made.with_warning(WITHOUT_TRIALS) if described["had_trials"] else made


def _plain_number(value: object) -> object:
    """Readers leave numpy's numbers here and there."""
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} should be a JSON value.")
