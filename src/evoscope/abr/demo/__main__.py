"""Make the bundled recordings again: ``python -m evoscope.abr.demo``."""

from __future__ import annotations

from pathlib import Path

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series

RIGHT_DB = (80, 70, 60, 50, 40, 30, 25, 20, 15, 10, 5)
LEFT_DB = (80, 70, 60, 55, 50, 45, 40, 35, 30, 20)

NOTE = "# Simulated by Evoscope (python -m evoscope.abr.demo): no person was measured.\n"


def make(folder: Path) -> None:
    """Simulate a normal right ear and a conductive loss of about 40 dB on the left."""
    right, _ = simulate_series(
        true_threshold_db=12, levels_db=RIGHT_DB, seed=11, subject="DEMO", ear="right"
    )
    left, _ = simulate_series(
        true_threshold_db=42, levels_db=LEFT_DB, seed=12, subject="DEMO", ear="left", loss="chl"
    )
    for name, series in (("right", right), ("left", left)):
        path = write_csv(series, folder / f"demo-{name}.csv")
        path.write_text(NOTE + path.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    make(Path(__file__).parent)
