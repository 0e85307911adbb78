"""Three ears of three subjects, the second corrected, for tests that look at several."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series

from .serving import Server

MARKED_DB = 40.0  # what anna says of the second ear: the analysis says 60
LEVELS = (10, 20, 30, 40, 60, 80)


@dataclass(frozen=True)
class Ears:
    """What was uploaded: ids in the order of the subjects TAB-A, TAB-B, TAB-C."""

    upload: str
    series: tuple[str, ...]
    thresholds: tuple[float, ...]


@contextmanager
def three_ears(server: Server) -> Iterator[Ears]:
    """Upload them; forget them afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for seed, (subject, ear, threshold) in enumerate(
            (("TAB-A", "right", 18.0), ("TAB-B", "left", 52.0), ("TAB-C", "right", 34.0)), start=1
        ):
            made, _ = simulate_series(
                true_threshold_db=threshold,
                levels_db=LEVELS,
                seed=seed,
                subject=subject,
                ear=ear,  # type: ignore[arg-type]
            )
            path = write_csv(made, Path(folder) / f"{subject}.csv")
            files.append((path.name, path.read_bytes()))
    found = [server.series(one)["summary"] for one in server.analyze(*files)]
    found.sort(key=lambda one: one["subject"])
    ids = tuple(one["id"] for one in found)
    server.correct(ids[1], "anna", kind="threshold", status="estimated", value_db=MARKED_DB)
    server.correct(ids[1], "anna", kind="wave", level_db=80, wave="V", present=True, latency_ms=6.5)
    server.correct(ids[1], "anna", kind="wave", level_db=80, wave="I", present=True, latency_ms=2.0)
    yield Ears(found[0]["upload"], ids, tuple(one["threshold_db"] for one in found))
    with server.asking() as api:
        api.delete(f"/uploads/{found[0]['upload']}")
