import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from evoscope.abr.findings import Document, Findings, Trace
from evoscope.abr.report.figures import draw
from evoscope.abr.report.latency_intensity import latency_intensity, norm_line
from evoscope.abr.report.levels import levels_of, threshold_level
from evoscope.abr.report.rows import Row, extent_rows, interrupted, row_spacing_uv
from evoscope.abr.report.threshold_curve import threshold_curve
from evoscope.abr.report.waterfall import waterfall
from evoscope.abr.report.window import time_window_ms

Factory = Callable[..., Findings]


def test_every_status_is_drawn_at_300_dpi(rich_document: Document) -> None:
    for findings in rich_document.series[1:]:
        pictures = draw(findings)
        assert [p.name for p in pictures] == ["waterfall", "latency", "threshold"]
        for picture in pictures:
            with Image.open(io.BytesIO(picture.png)) as image:
                assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)
            assert picture.svg.startswith("<svg")
            assert findings.info.name in picture.alt


def test_a_big_series_stays_under_a_megabyte(series_factory: Factory) -> None:
    pictures = draw(series_factory(replicates=10))
    assert sum(len(p.svg) for p in pictures) < 900_000


def test_alt_text_says_what_the_picture_says(series_factory: Factory) -> None:
    findings = series_factory()
    assert "Threshold 10 dB nHL (90 % interval 5 to 15)" in waterfall(findings).alt
    assert "Waves marked: I, II, III, IV, V" in waterfall(findings).alt
    assert "wave V 5.91 ms at 60 dB to 7.82 ms at 10 dB" in latency_intensity(findings).alt


def test_absent_waves_are_not_marked(series_factory: Factory) -> None:
    silent = series_factory(status="no_response")
    assert "Waves marked: none" in waterfall(silent).alt
    assert "no wave was found" in latency_intensity(silent).alt
    assert "No response: threshold above 60 dB nHL" in threshold_curve(silent).alt


def test_the_norm_is_in_doubt_where_the_file_states_no_reference(series_factory: Factory) -> None:
    stated, unstated = (series_factory(level_reference=ref) for ref in ("nHL", "unknown"))
    assert "assuming dB nHL" in latency_intensity(unstated).alt
    assert "assuming" not in latency_intensity(stated).alt


def test_an_unknown_species_has_no_norm(series_factory: Factory) -> None:
    stranger = series_factory(species="unknown", levels=(60.0, 70.0))
    assert norm_line(stranger, "V", [60.0]) is None
    assert "No published norm" in latency_intensity(stranger).alt


def test_the_marked_row_is_the_softest_level_at_or_above_threshold(series_factory: Factory) -> None:
    findings = series_factory()
    between = findings.threshold.model_copy(update={"value_db": 12.0})
    assert threshold_level(findings) == 10.0
    assert threshold_level(findings.model_copy(update={"threshold": between})) == 15.0
    assert threshold_level(series_factory(status="inconclusive")) is None


@pytest.mark.parametrize("values", [np.zeros(400), np.full(400, 3.0)])
def test_flat_recordings_are_drawn(series_factory: Factory, values: np.ndarray) -> None:
    findings = series_factory(levels=(60.0,), status="no_response")
    trace = Trace(start_ms=-2.0, step_ms=0.05, values_uv=tuple(values))
    flat = findings.recordings[0].model_copy(update={"trace": trace, "denoised": trace})
    pictures = draw(findings.model_copy(update={"recordings": (flat,)}))
    assert len(pictures) == 3
    assert row_spacing_uv([]) == 1.0


def rows_of(findings: Findings, noise_uv: float = 0.0) -> list[Row]:
    rows = [Row(level, np.linspace(-1.0, 12.0, 300)) for level in levels_of(findings)]
    rng = np.random.default_rng(1)
    for row in rows:
        row.thin = [trace + rng.normal(0.0, noise_uv, trace.size) for trace in row.thin]
    return rows


def test_a_large_trace_is_interrupted_not_flattened_like_a_saturated_amplifier() -> None:
    wave = 4.0 * np.sin(np.linspace(0.0, 6.3, 200))
    drawn, ends = interrupted(wave, 1.0)
    flat = np.diff(drawn) == 0.0
    assert not flat.any()
    assert np.isnan(drawn).any()
    assert len(ends) == 4  # out and back, above and below: each end gets its mark
    assert np.isfinite(drawn[ends]).all()


def test_noisy_recordings_get_room_and_the_response_keeps_at_least_half(
    series_factory: Factory,
) -> None:
    findings = series_factory(replicates=2)
    response = max(np.ptp(row.bold[row.settled]) for row in rows_of(findings)) / 1.5
    noisy = rows_of(findings, noise_uv=0.3 * response)
    spacing = row_spacing_uv(noisy)
    assert response < spacing < 2.0 * response
    samples = np.concatenate([trace for row in noisy for trace in row.thin])
    assert np.mean(np.abs(samples) < 0.6 * spacing) > 0.97
    drowned = rows_of(findings, noise_uv=100.0 * response)
    assert row_spacing_uv(drowned) == pytest.approx(2.0 * response)


def test_no_trace_leaves_the_top_or_bottom_of_the_picture(series_factory: Factory) -> None:
    rows = rows_of(series_factory(levels=(20.0, 60.0)))
    rows[0].bold[150] = 1.3 * row_spacing_uv(rows)
    spacing = row_spacing_uv(rows)
    lowest, highest = extent_rows(rows, spacing)
    assert highest >= np.nanmax(rows[0].bold) / spacing
    assert lowest <= np.nanmin(rows[-1].thin[0]) / spacing - 1.0


def test_a_recording_of_a_few_samples_is_drawn(series_factory: Factory) -> None:
    findings = series_factory(levels=(60.0,), status="no_response")
    trace = Trace(start_ms=50.0, step_ms=0.05, values_uv=(0.1,))
    short = findings.recordings[0].model_copy(update={"trace": trace, "denoised": trace})
    assert len(draw(findings.model_copy(update={"recordings": (short,)}))) == 3


def test_a_late_wave_is_never_cut_off(series_factory: Factory) -> None:
    findings = series_factory(levels=(60.0,))
    wave = findings.recordings[0].wave("V")
    assert wave is not None
    assert wave.latency_ms is not None
    late = wave.model_copy(update={"latency_ms": wave.latency_ms.model_copy(update={"value": 14})})
    recording = findings.recordings[0].model_copy(update={"waves": (late,)})
    window = time_window_ms(findings.model_copy(update={"recordings": (recording,)}))
    assert window == (-1.0, 16.0)


def test_names_that_look_like_formulas_or_lack_a_font_are_drawn(series_factory: Factory) -> None:
    for name in ("$x_{", "\u6f22\u5b57 click", "a\nb\x00c", "n" * 400):
        findings = series_factory(levels=(60.0,), name=name)
        assert threshold_curve(findings).png


def test_the_same_findings_give_the_same_bytes(series_factory: Factory) -> None:
    findings = series_factory(levels=(20.0, 60.0))
    first, second = threshold_curve(findings), threshold_curve(findings)
    assert (first.png, first.svg) == (second.png, second.svg)


def test_figures_leave_the_users_matplotlib_settings_alone(series_factory: Factory) -> None:
    import matplotlib as mpl

    before = dict(mpl.rcParams)
    threshold_curve(series_factory(levels=(60.0,)))
    assert dict(mpl.rcParams) == before
