"""Files of evoked responses, one module per format: read, find, group, write."""

from __future__ import annotations

from pathlib import Path

from evoscope.abr.formats.csv_writer import write_csv
from evoscope.abr.formats.discovery import Discovery, discover
from evoscope.abr.formats.dispatch import read_recordings
from evoscope.abr.formats.epl_writer import write_epl
from evoscope.abr.formats.errors import FormatError, NotARecordingError
from evoscope.abr.formats.grouping import group
from evoscope.abr.formats.ihs_writer import write_ihs
from evoscope.abr.recording import Series

__all__ = [
    "Discovery",
    "FormatError",
    "NotARecordingError",
    "discover",
    "group",
    "read",
    "read_recordings",
    "write_csv",
    "write_epl",
    "write_ihs",
]


def read(path: str | Path) -> list[Series]:
    """Read a file, a folder or a glob: its recordings, grouped into series.

    In a folder, what is not a recording is passed over (:func:`discover` tells what and why).

    Raises:
        NotARecordingError: a file that no reader knows, or a folder without recordings.
        FormatError: a recording that is damaged or incomplete.

    Example:
        >>> import tempfile
        >>> import numpy as np
        >>> from evoscope.abr.recording import Recording, Source, Stimulus, Subject
        >>> recs = [Recording(waveform=np.arange(20) * level, sampling_rate_hz=20_000,
        ...                   onset_sample=0, stimulus=Stimulus(kind="click", level_db=level),
        ...                   subject=Subject(id="P3"), source=Source(path="x", format="made"))
        ...         for level in (60, 40)]
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     [(s.name, s.levels_db) for s in read(write_csv(recs, folder + "/a.csv"))]
        [('P3 click', (40.0, 60.0))]
    """
    found = discover([path])
    if not found.recordings:
        reasons = "; ".join(f"{Path(name).name}: {why}" for name, why in found.skipped[:3])
        raise NotARecordingError(
            str(path),
            "",
            f"At least one recording should be here. Found none among {len(found.skipped)} files.",
            reasons,
        )
    return group(r for file in found.recordings for r in read_recordings(file))
