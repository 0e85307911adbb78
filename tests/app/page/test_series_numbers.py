"""What the page computes by itself agrees with what the server, or another program, computes."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from scipy.signal import find_peaks

from evoscope.abr.findings import Threshold, ThresholdStatus, Trace
from evoscope.abr.findings.series import CurvePoint
from evoscope.abr.report.words import threshold_answer
from evoscope.app.readings.amplitude import amplitude_at

from .looking import open_series
from .serving import Server


@pytest.fixture(scope="module")
def modules(browser: Any, server: Server) -> Iterator[Any]:
    """A tab in which the page's modules can be asked."""
    page = browser.new_page()
    page.goto(f"{server.url}#/table")
    yield page
    page.close()


def asked(page: Any, module: str, call: str, given: Any) -> Any:
    return page.evaluate(f"(given) => import('/js/{module}.js').then((m) => {call})", given)


def trace(seed: int, step_ms: float = 0.05) -> Trace:
    noise = np.random.default_rng(seed).normal(size=300)
    smooth = np.convolve(noise, np.hanning(15), mode="same")
    values = tuple(round(float(value), 4) for value in smooth)
    return Trace(start_ms=-1.0, step_ms=step_ms, values_uv=values)


@pytest.mark.parametrize("species", ["human", "mouse"])
def test_the_amplitude_of_a_drag_is_the_one_that_is_kept(modules: Any, species: str) -> None:
    for seed, step_ms in enumerate((0.05, 0.04, 1 / 15)):
        made = trace(seed, step_ms)
        at = [round(float(ms), 3) for ms in np.linspace(-2.0, 21.0, 231)]
        given = {"trace": made.model_dump(), "at": at, "species": species}
        call = "given.at.map((ms) => m.amplitudeAt(given.trace, ms, given.species))"
        found = asked(modules, "series/amplitude", call, given)
        expected = [amplitude_at(made, ms, species=species) for ms in at]
        for ms, ours, kept in zip(at, found, expected, strict=True):
            # Half-way between two samples, the two languages round to different ones.
            place = (ms - made.start_ms) / made.step_ms
            if abs(place % 1 - 0.5) > 1e-6:
                assert ours == pytest.approx(kept, abs=1e-4), ms


BEYOND = [
    ("below_range", None, 46.7),
    ("below_range", None, 20.0),
    ("below_range", None, None),
    ("no_response", 72.4, None),
    ("no_response", 80.0, None),
    ("inconclusive", 5.0, 80.0),
]


@pytest.mark.parametrize(("status", "low", "high"), BEYOND)
@pytest.mark.parametrize("levels", [(20.0, 50.0, 80.0), ()])
def test_a_threshold_beyond_the_levels_is_said_as_in_the_report(
    modules: Any,
    status: ThresholdStatus,
    low: float | None,
    high: float | None,
    levels: tuple[float, ...],
) -> None:
    found = Threshold(
        status=status,
        low_db=low,
        high_db=high,
        level_reference="nHL",
        method="m",
        criterion=0.5,
        evidence_name="r",
        curve=tuple(CurvePoint(level_db=one, evidence=0.5, fitted=None) for one in levels),
    )
    call = "[m.thresholdWords(given), m.thresholdNote({ ...given, reason: '-' })]"
    words, note = asked(modules, "series/words", call, found.model_dump())
    further = "" if note == "-" else f" ({note})"
    # The page's words stand under a heading that says of what they are.
    assert words.replace(": ", ": threshold ", 1) + further == threshold_answer(found)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("spacing", [16, 34, 84, 150])
def test_the_scale_bar_is_below_the_last_trace_and_of_a_round_size(
    modules: Any, width: int, spacing: int
) -> None:
    """Whatever the gain: a bar on a trace is read as a part of it."""
    call = """import('/js/plot/layers.js').then(({ scaleBar }) => given.gains.map((gain) => {
      const place = m.layout({ ...given, gain, window: [-1, 12] });
      return [scaleBar(place), place.base(given.rows - 1), place.bottom, place.pxPerUv];
    }))"""
    gains = [0.125, 0.7, 1.0, 3.3, 32.0]
    given = {"rows": 9, "width": width, "spacing": spacing, "rowUv": 0.3, "gains": gains}
    for bar, last, bottom, px_per_uv in asked(modules, "plot/geometry", call, given):
        assert last < bar["to"] < bar["from"] < bottom
        assert bar["from"] - bar["to"] == pytest.approx(bar["uv"] * px_per_uv)
        assert f"{bar['uv']:e}"[0] in "125"
        assert float(f"{bar['uv']:.0e}") == pytest.approx(bar["uv"])


def test_no_number_is_broken_on_a_phone(page: Any, server: Server, own_series: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    open_series(page, server, own_series)
    page.get_by_text("Quality and processing").click()
    table = page.get_by_role("region", name="Quality of levels")
    lines = "(cells) => cells.map((one) => one.getClientRects()[0].height)"
    heights = table.locator("th, td").evaluate_all(lines)
    assert len(heights) > 8
    assert max(heights) < 50  # of one line: two are 60
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_peaks_are_where_another_program_finds_them(modules: Any) -> None:
    made = trace(7)
    values = np.array(made.values_uv)
    peaks = made.start_ms + made.step_ms * find_peaks(values)[0]
    call = "given.at.map((ms) => m.peakNear(given.trace, ms))"
    given = {"trace": made.model_dump(), "at": [float(one) + 0.02 for one in peaks]}
    found = np.array(asked(modules, "plot/traces", call, given))
    assert np.abs(found - peaks).max() <= made.step_ms / 2 + 1e-9


def test_values_between_samples_are_interpolated(modules: Any) -> None:
    made = trace(3)
    at = np.linspace(-1.2, 14.5, 77)
    times = made.start_ms + made.step_ms * np.arange(len(made.values_uv))
    call = "given.at.map((ms) => m.valueAt(given.trace, ms))"
    given = {"trace": made.model_dump(), "at": at.tolist()}
    found = np.array(asked(modules, "plot/traces", call, given), dtype=float)
    expected = np.interp(at, times, made.values_uv, left=np.nan, right=np.nan)
    np.testing.assert_allclose(found, expected, atol=1e-9)


def test_a_line_between_levels_and_its_threshold_are_the_same(modules: Any) -> None:
    levels = [80, 60, 40, 20]
    call = (
        "[0, 1, 2, 3, 4].map((g) => m.gapOf({ value_db: null, ...m.thresholdAt(g, given) }, given))"
    )
    assert asked(modules, "series/picks", call, levels) == [0, 1, 2, 3, 4]


def test_tables_are_read_as_they_are_written(modules: Any) -> None:
    rows = [{"a": 'say "x", y', "b": ""}, {"a": "1;2", "b": "two\nlines"}, {"a": "", "b": "-0.5"}]
    written = io.StringIO()
    table = csv.DictWriter(written, ["a", "b"])
    table.writeheader()
    table.writerows(rows)
    assert asked(modules, "series/csv", "m.parseCsv(given)", written.getvalue()) == rows


def test_ticks_are_round_and_within(modules: Any) -> None:
    given = [[-1.0, 12.0], [0.0, 0.37], [3.0, 3.0], [-0.04, 1.04], [1e-9, 4e-9]]
    for (low, high), found in zip(
        given,
        asked(modules, "plot/scale", "given.map(([a, b]) => m.ticks(a, b))", given),
        strict=True,
    ):
        assert 1 <= len(found) <= 8
        assert low - 1e-12 <= min(found) <= max(found) <= high + 1e-12
        steps = np.diff(found)
        assert np.allclose(steps, steps[:1]) if len(steps) else low == high
