"""Series -> Findings, by the classical methods."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

import evoscope
from evoscope.abr.analysis.assumptions import Assumed, fill_gaps
from evoscope.abr.analysis.checks import (
    gap_warning,
    modelled_warning,
    series_warnings,
    timing_warnings,
    usable,
)
from evoscope.abr.analysis.faults import fault_warnings, without_outliers
from evoscope.abr.analysis.gathered import of_records, shortened
from evoscope.abr.analysis.implausible import amplitude_warning, swapped_warning
from evoscope.abr.analysis.intervals import intervals_of
from evoscope.abr.analysis.options import Options
from evoscope.abr.analysis.processing import processing_steps
from evoscope.abr.averaging import PRESETS, SubAverages, check_time_zero, f_test
from evoscope.abr.classical.cosines import HUMAN_CLICK, HUMAN_TONE, RODENT, Band
from evoscope.abr.classical.denoise import Denoiser, fit_denoiser
from evoscope.abr.classical.detection import detect, noise_window
from evoscope.abr.classical.growth import Growth, fit_growth
from evoscope.abr.classical.prepare import Prepared, prepare
from evoscope.abr.classical.threshold import (
    VISIBLE_SNR,
    decide_threshold,
    inconclusive,
    response_probability,
)
from evoscope.abr.classical.waves import (
    LevelTrace,
    Named,
    TraceNoise,
    name_replicate,
    trace_noise,
    track,
    write_down,
)
from evoscope.abr.findings import (
    Analyzer,
    Findings,
    LossType,
    RecordingFindings,
    SeriesInfo,
    Threshold,
    Trace,
)
from evoscope.abr.recording import Recording, Series

ANALYZER = Analyzer(name="classical", version=evoscope.__version__)
# Prior probability of a response in a trace without a series: low, so that a wave is named only
# where the F test is significant, and one noise trace in twenty gets a wave V, not one in five.
ALONE_PRIOR = 0.2
# A normal threshold, for human and other, where the series gives none.
NORMAL_THRESHOLD_DB = {True: 0.0, False: 30.0}
CHILD_YEARS = 12.0
# An F test this significant at one level forbids to call the whole ear silent.
SIGN_P = 0.003
# What is drawn and kept of a trace, in ms after onset.
DRAWN_MS = (-2.0, 25.0)
CAP_WARNING = (
    "A compound action potential has no waves I to V: none are named. The threshold is that of the "
    "potential."
)


def analyze(series: Series, *, options: Options | None = None) -> Findings:
    """Analyze one series: waves, threshold, noise, calls, each with what it rests on.

    Args:
        series: recordings of one ear and stimulus over levels, as ``evoscope.read`` gives them.
        options: settings; the defaults follow the files.

    Returns:
        Findings. What cannot be told is said (``inconclusive``, ``cannot tell``), not raised.

    Example:
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, truth = simulate_series(true_threshold_db=20, levels_db=range(0, 90, 10),
        ...                                 seed=1)
        >>> threshold = analyze(series).threshold
        >>> threshold.status, abs(threshold.value_db - truth.true_threshold_db) <= 10
        ('estimated', True)
    """
    options = options or Options()
    kept, left_out = usable(series)
    if not kept:
        return _nothing_to_see(series, options, left_out)
    kept, outliers = without_outliers(kept)
    assumed = fill_gaps(series.with_recordings(kept), options)
    zero = check_time_zero(assumed.series)
    assumed = replace(assumed, series=zero.series)
    warnings = (
        *left_out,
        *outliers,
        *assumed.warnings,
        *zero.warnings,
        *series_warnings(zero.series),
        *fault_warnings(kept),
        *of_records(kept),
    )
    human = assumed.species == "human"
    preset = None if options.filter_preset is None else PRESETS[options.filter_preset]
    try:
        prepared = prepare(zero.series, human=human, preset=preset)
    except ValueError as error:
        return _nothing_to_see(series, options, (*warnings, str(error)))
    return _Analysis(assumed, prepared, onset_confirmed=zero.confirmed).findings(
        warnings=(*warnings, *prepared.notes, *gap_warning(prepared.levels_db)),
        notes=(*assumed.notes, *((zero.note,) if zero.note else ())),
    )


@dataclass(frozen=True, eq=False)
class _Analysis:
    """The steps of one analysis, sharing what they all need."""

    assumed: Assumed
    prepared: Prepared
    onset_confirmed: bool

    @property
    def is_cap(self) -> bool:
        return self.prepared.series.key.response == "CAP"

    @property
    def species(self) -> str:
        return self.assumed.species

    def findings(self, *, warnings: tuple[str, ...], notes: tuple[str, ...]) -> Findings:
        prepared = self.prepared
        growth = fit_growth(prepared, band=self._band(), criterion=VISIBLE_SNR)
        traces = [self._level_trace(i, growth) for i in range(len(prepared.levels))]
        loudest_first = track(traces[::-1], prepared, species=self.species)
        named = loudest_first[::-1]
        denoiser = fit_denoiser(prepared, growth)
        levels = tuple(
            self._judge(trace, one, growth, denoiser, i, pooled=True)
            for i, (trace, one) in enumerate(zip(traces, named, strict=True))
        )
        recordings = []
        for recording, parts in zip(prepared.series, prepared.recordings, strict=True):
            i = prepared.levels_db.index(recording.level_db)
            trace = replace(
                traces[i],
                recording=recording,
                parts=parts,
                noise=self._noise(parts, i, growth),
            )
            if levels[i].pooled == 1:
                one = named[i]
            else:
                one = name_replicate(trace, named[i], prepared, species=self.species)
            recordings.append(self._judge(trace, one, growth, denoiser, i, pooled=False))
        threshold = self._threshold(growth, levels)
        timing = (CAP_WARNING,) if self.is_cap else self._doubts(traces, loudest_first)
        modelled = modelled_warning(levels)
        faults = (
            *amplitude_warning(levels, human=prepared.human),
            *swapped_warning(prepared),
        )
        return Findings(
            info=describe(prepared.series),
            recordings=tuple(recordings),
            levels=levels,
            threshold=threshold,
            loss_type=LossType(
                name="cannot tell",
                reason="The classical analyzer does not name a loss type: one ear's click or tone "
                "series does not separate them safely.",
            ),
            processing=(*notes, *processing_steps(prepared)),
            warnings=shortened((*warnings, *modelled, *timing, *faults)),
            analyzer=ANALYZER,
        )

    def _doubts(self, traces: list[LevelTrace], loudest_first: list[Named]) -> tuple[str, ...]:
        return timing_warnings(
            traces[::-1],
            loudest_first,
            self.prepared,
            species=self.species,
            onset_confirmed=self.onset_confirmed,
        )

    def _band(self) -> Band:
        if not self.prepared.human:
            return RODENT
        tone = self.prepared.series.recordings[0].stimulus.kind == "tone"
        return HUMAN_TONE if tone else HUMAN_CLICK

    def _modelled_uv(self, index: int, growth: Growth | None) -> float | None:
        window = self.prepared.window
        if growth is None:
            return None
        return growth.noise.rms_uv(index, window.stop - window.start)

    def _noise(self, parts: SubAverages, index: int, growth: Growth | None) -> TraceNoise:
        step_ms = 1000.0 / self.prepared.sampling_rate_hz
        return trace_noise(
            parts,
            window=self.prepared.window,
            step_ms=step_ms,
            modelled_rms_uv=self._modelled_uv(index, growth),
        )

    def _level_trace(self, index: int, growth: Growth | None) -> LevelTrace:
        prepared = self.prepared
        level_db, parts = prepared.levels_db[index], prepared.levels[index]
        threshold_db = NORMAL_THRESHOLD_DB[prepared.human]
        if growth is not None:
            probability = response_probability(growth, level_db)
            middle = growth.middle()
            if np.isfinite(middle):
                threshold_db = middle
        else:
            probability = self._probability_alone(parts)
        return LevelTrace(
            prepared.series.at(level_db)[0],
            parts,
            self._noise(parts, index, growth),
            level_db - threshold_db,
            probability,
        )

    def _probability_alone(self, parts: SubAverages) -> float:
        """P(response) of one trace from its F test: the bound of Sellke, Bayarri & Berger 2001."""
        test = f_test(
            parts,
            window=self.prepared.window,
            noise_window=noise_window(self.prepared),
        )
        if test is None:
            return 0.5
        p = min(max(test.p_value, 1e-12), 1 / np.e)
        for_noise = -np.e * p * np.log(p) * (1 - ALONE_PRIOR) / ALONE_PRIOR
        return float(1 / (1 + for_noise))

    def _judge(
        self,
        trace: LevelTrace,
        named: Named,
        growth: Growth | None,
        denoiser: Denoiser,
        index: int,
        *,
        pooled: bool,
    ) -> RecordingFindings:
        prepared = self.prepared
        members = prepared.series.at(prepared.levels_db[index])
        modelled_uv = self._modelled_uv(index, growth)
        recording = trace.recording
        waves = () if self.is_cap else write_down(named, trace.noise)
        years = recording.subject.age_years
        judged = detect(
            trace.parts,
            prepared,
            modelled_nv=None if modelled_uv is None else 1000 * modelled_uv,
            response_probability=trace.response_probability,
            waves=waves,
            sweeps=prepared.level_sweeps[index] if pooled else recording.sweeps,
            child=years is not None and years < CHILD_YEARS,
        )
        value = None if judged.test is None else judged.test.value
        is_half = judged.noise_source == "halves"
        return RecordingFindings(
            path=prepared.series.file if pooled and len(members) > 1 else recording.source.path,
            format=recording.source.format,
            record=0 if pooled and len(members) > 1 else recording.source.record,
            pooled=len(members) if pooled else 1,
            level_db=recording.level_db,
            sweeps=prepared.level_sweeps[index] if pooled else recording.sweeps,
            noise_source=judged.noise_source,
            residual_noise_nv=judged.residual_nv,
            fmp=None if is_half else value,
            half_f=value if is_half else None,
            p_value=None if judged.test is None else judged.test.p_value,
            snr_db=judged.snr_db,
            response_probability=trace.response_probability,
            call=judged.call.call,
            call_rule=judged.call.rule,
            more_sweeps=judged.more_sweeps,
            stopping=judged.stopping,
            waves=waves,
            intervals=intervals_of(waves, recording, species=self.species),
            trace=self._trace(trace.parts.mean()),
            denoised=self._trace(denoiser(trace.parts, index)),
            warnings=() if pooled and len(members) > 1 else recording.warnings,
        )

    def _trace(self, values: NDArray[np.float64]) -> Trace:
        time_ms = self.prepared.time_ms
        keep = (time_ms >= DRAWN_MS[0]) & (time_ms <= DRAWN_MS[1])
        return Trace(
            start_ms=float(time_ms[keep][0]),
            step_ms=1000.0 / self.prepared.sampling_rate_hz,
            values_uv=tuple(np.round(values[keep], 4).tolist()),
        )

    def _threshold(self, growth: Growth | None, levels: tuple[RecordingFindings, ...]) -> Threshold:
        known = [level.residual_noise_nv for level in levels if level.residual_noise_nv is not None]
        return decide_threshold(
            growth,
            levels_db=self.prepared.levels_db,
            reference=self.prepared.series.key.level_reference,
            residual_nv=float(np.median(known)) if known else None,
            human=self.prepared.human,
            last_ms=float(self.prepared.time_ms[-1]),
            sign_of_response=any(shows_response(level) for level in levels),
        )


def shows_response(found: RecordingFindings) -> bool:
    """Whether a level by itself shows a response, whatever its series says."""
    significant = found.p_value is not None and found.p_value < SIGN_P
    return significant or found.call == "CR" or any(wave.present for wave in found.waves)


def describe(series: Series) -> SeriesInfo:
    """Say what a series is, as understood from its files."""
    first: Recording = series.recordings[0]
    subject, stimulus = first.subject, first.stimulus
    return SeriesInfo(
        name=series.name,
        file=series.file,
        subject=subject.id,
        ear=subject.ear,
        species=subject.species,
        age_years=subject.age_years,
        age_weeks=subject.age_weeks,
        sex=subject.sex,
        stimulus=stimulus.label,
        frequency_hz=stimulus.frequency_hz,
        transducer=stimulus.transducer,
        rate_hz=stimulus.rate_hz,
        level_reference=stimulus.level_reference,
    )


def _nothing_to_see(series: Series, options: Options, warnings: tuple[str, ...]) -> Findings:
    """Findings of a series no recording of which can be analyzed."""
    assumed = fill_gaps(series, options)
    reason = " ".join(("No recording could be analyzed.", *warnings[-1:]))
    return Findings(
        info=describe(assumed.series),
        recordings=(),
        levels=(),
        threshold=inconclusive(series.key.level_reference, reason),
        loss_type=LossType(name="cannot tell", reason=reason),
        warnings=shortened(warnings),
        analyzer=ANALYZER,
    )
