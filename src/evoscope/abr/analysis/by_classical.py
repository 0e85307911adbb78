"""Intake -> Findings, by the classical methods."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

import evoscope
from evoscope.abr.analysis.ages import unstated_age
from evoscope.abr.analysis.assembly import CAP_WARNING, describe, drawn, judge
from evoscope.abr.analysis.checks import delay_warnings, modelled_warning
from evoscope.abr.analysis.gathered import shortened
from evoscope.abr.analysis.implausible import amplitude_warning, swapped_warning
from evoscope.abr.analysis.intake import Intake
from evoscope.abr.analysis.misplaced import clock_fault
from evoscope.abr.analysis.processing import processing_steps
from evoscope.abr.averaging import SubAverages, f_test
from evoscope.abr.classical.cosines import HUMAN_CLICK, HUMAN_TONE, RODENT, Band
from evoscope.abr.classical.denoise import Denoiser, fit_denoiser
from evoscope.abr.classical.detection import noise_window
from evoscope.abr.classical.growth import Growth, fit_growth
from evoscope.abr.classical.prepare import Prepared
from evoscope.abr.classical.threshold import (
    VISIBLE_SNR,
    decide_threshold,
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
from evoscope.abr.findings import Analyzer, Findings, LossType, RecordingFindings, Threshold

ANALYZER = Analyzer(name="classical", version=evoscope.__version__)
# Prior probability of a response in a trace without a series: low, so that a wave is named only
# where the F test is significant, and one noise trace in twenty gets a wave V, not one in five.
ALONE_PRIOR = 0.2
# A normal threshold, for human and other, where the series gives none.
NORMAL_THRESHOLD_DB = {True: 0.0, False: 30.0}
# An F test this significant at one level forbids to call the whole ear silent.
SIGN_P = 0.003


def analyze_classical(intake: Intake, *, warnings: tuple[str, ...] = ()) -> Findings:
    """Analyze what was taken in: waves from norms and tracking, threshold from growth over levels.

    Args:
        intake: the series.
        warnings: what is to be said before all that the series itself gives rise to.
    """
    return _Analysis(intake).findings(warnings)


@dataclass(frozen=True, eq=False)
class _Analysis:
    """The steps of one analysis, sharing what they all need."""

    intake: Intake

    @property
    def prepared(self) -> Prepared:
        return self.intake.prepared

    @property
    def species(self) -> str:
        return self.intake.species

    def findings(self, warnings: tuple[str, ...]) -> Findings:
        intake, prepared = self.intake, self.prepared
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
            if levels[i].pooled == 1:  # the recording is its level
                recordings.append(levels[i])
                continue
            trace = replace(
                traces[i],
                recording=recording,
                parts=parts,
                noise=self._noise(parts, i, growth),
            )
            one = name_replicate(trace, named[i], prepared, species=self.species)
            recordings.append(self._judge(trace, one, growth, denoiser, i, pooled=False))
        threshold = self._threshold(growth, levels)
        timing = (CAP_WARNING,) if intake.is_cap else self._doubts(traces, loudest_first)
        unaged, as_adult = unstated_age(prepared.series, self.species, levels=levels, doubts=timing)
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
            processing=(
                *intake.notes,
                *processing_steps(prepared),
                "Threshold: where the response fitted over all levels reaches "
                f"{VISIBLE_SNR:g} of the residual noise power in the band.",
                *as_adult,
            ),
            warnings=shortened((*warnings, *intake.warnings, *modelled, *timing, *unaged, *faults)),
            analyzer=ANALYZER,
        )

    def _doubts(self, traces: list[LevelTrace], loudest_first: list[Named]) -> tuple[str, ...]:
        fault = clock_fault(
            traces[::-1],
            self.prepared,
            species=self.species,
            onset_confirmed=self.intake.onset_confirmed,
        )
        if fault is not None:
            return (fault,)
        return delay_warnings(traces[::-1], loudest_first, species=self.species)

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
            middle = growth.middle
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
        denoised = denoiser(trace.parts, index)
        return judge(
            self.prepared,
            trace.parts,
            trace.recording,
            level=index,
            pooled=pooled,
            waves=() if self.intake.is_cap else write_down(named, trace.noise),
            response_probability=trace.response_probability,
            modelled_uv=self._modelled_uv(index, growth),
            denoised=drawn(denoised, self.prepared.time_ms),
            species=self.species,
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
