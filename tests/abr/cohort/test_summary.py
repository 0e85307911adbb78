from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from evoscope.abr.cohort import Cohort, describe

Write = Callable[..., Cohort]
Rows = Callable[..., dict[str, Any]]


def test_it_counts_what_a_reader_would_count_by_hand(write: Write, rows: Rows) -> None:
    unmarked = {"marked_V_present": [False, None, True], "marked_V_amplitude_uv": None}
    unmarked |= {"marked_V_latency_ms": [None, None, 6.0]}
    left = {"ear": ["left"] * 3, "series_id": ["A left"] * 3}
    found = describe(
        write(rows(["A"]), rows(["A"], loss="snhl") | left | unmarked, rows(["B"], loss=None))
    )
    assert json.loads(json.dumps(found)) == found
    assert [found[name] for name in ("recordings", "patients", "ears", "series")] == [9, 2, 3, 3]
    assert found["classes"] == {
        "normal": {"recordings": 3, "share": 1 / 3, "patients": 1, "marked_v": 1.0},
        "snhl": {"recordings": 3, "share": 1 / 3, "patients": 1, "marked_v": 0.5},
        "unlabelled": {"recordings": 3, "share": 1 / 3, "patients": 1, "marked_v": 1.0},
    }
    assert found["levels_db"] == {"20": 3, "40": 3, "60": 3}
    assert found["age_years"] == {"1": 3, "2": 3, "unknown": 3}
    assert found["rates_hz"] == {"33.1": 9}
    assert (found["n_samples"], found["sampling_rate_hz"], found["onset_sample"]) == (
        200, 15_000.0, 14.6
    )  # fmt: skip


def test_a_class_nobody_marked_has_no_share(write: Write, rows: Rows) -> None:
    unknown = dict.fromkeys(["marked_V_present", "marked_V_latency_ms", "marked_V_amplitude_uv"])
    found = describe(write(rows(["A"]) | unknown))
    assert found["classes"]["normal"]["marked_v"] is None
