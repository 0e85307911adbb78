"""Series -> Findings, by a trained network, or by the classical analyzer where it must not be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from evoscope.abr.analysis.ages import unstated_age
from evoscope.abr.analysis.assembly import describe, drawn, judge, nothing_to_see
from evoscope.abr.analysis.by_classical import NORMAL_THRESHOLD_DB, analyze_classical
from evoscope.abr.analysis.checks import delay_warnings, modelled_warning
from evoscope.abr.analysis.gathered import shortened
from evoscope.abr.analysis.implausible import amplitude_warning, swapped_warning
from evoscope.abr.analysis.intake import Intake, Refused, take_in
from evoscope.abr.analysis.learned import strata
from evoscope.abr.analysis.learned.answers import RowAnswers, answer_rows, loss_type_of
from evoscope.abr.analysis.learned.applies import why_not, why_not_encoded
from evoscope.abr.analysis.learned.calibration import quantile_of
from evoscope.abr.analysis.learned.domain import Domain
from evoscope.abr.analysis.learned.odd import Odd, oddities_of
from evoscope.abr.analysis.learned.reader import Reader
from evoscope.abr.analysis.learned.readings import read_threshold
from evoscope.abr.analysis.learned.support import CLAIM_A_RESPONSE, unsupported
from evoscope.abr.analysis.learned.thresholds import decide
from evoscope.abr.analysis.learned.turned import COPIES, copies_of, turned_fault
from evoscope.abr.analysis.misplaced import LOUDEST_LEVELS, SURE_OF_RESPONSE, clock_fault
from evoscope.abr.analysis.options import Options
from evoscope.abr.analysis.processing import processing_steps
from evoscope.abr.averaging import SubAverages
from evoscope.abr.classical.prepare import prepare
from evoscope.abr.classical.waves import LevelTrace, trace_noise, track
from evoscope.abr.encoding import Encoded, encode, grid_time_ms, network_preset
from evoscope.abr.findings import Findings, RecordingFindings, Threshold
from evoscope.abr.recording import Recording, Series
from evoscope.runtime.engine import Array

Read = dict[str, Array]


@dataclass(frozen=True, eq=False)
class _Ready:
    """A series on the network's grid: its recordings, and each level as one.

    ``levels`` is ``rows`` itself where every level has one recording.
    """

    intake: Intake
    rows: Encoded
    levels: Encoded


@dataclass(frozen=True, eq=False)
class _Foreign:
    """A series that is none for the network, and why."""

    intake: Intake
    reason: str


def analyze_learned(series: Sequence[Series], reader: Reader, options: Options) -> list[Findings]:
    """Analyze series with a network, all together.

    The network reads every recording of a series at once, and once more every level with its
    recordings pooled, where there are several. Calls, noise, statistics and warnings are those of
    the classical analyzer; it also answers, and says so, where a series is not one for the network.

    Args:
        series: any number.
        reader: of the network.
        options: as of the classical analyzer. A filter that they name is for calls and statistics:
            the network reads the band that it has learned from.
    """
    ready = [_ready(take_in(one, options), reader.calibration.domain) for one in series]
    asked = [one for one in ready if isinstance(one, _Ready)]
    views = [view for one in asked for view in (*_views(one), *copies_of(one.levels))]
    answers = iter(reader.read(views))
    found = []
    for one in ready:
        if isinstance(one, Refused):
            found.append(nothing_to_see(one, reader.analyzer))
        elif isinstance(one, _Foreign):
            found.append(_instead(one.intake, reader, one.reason))
        else:
            rows = next(answers)
            levels = rows if one.levels is one.rows else next(answers)
            turned = turned_fault([next(answers) for _ in COPIES], reader.calibration)
            found.append(_answer(one, reader, rows, levels, turned))
    return found


def _answer(
    ready: _Ready, reader: Reader, rows: Read, levels: Read, turned: str | None
) -> Findings:
    intake = ready.intake
    odd = oddities_of(rows, ready.rows, intake, reader.calibration.domain)
    if odd.too_many:
        why = f"the recordings are unlike those it was tried on ({odd.summary()})"
        return _instead(intake, reader, why)
    analysis = _Analysis(ready, reader, rows, levels, odd, turned)
    reason = analysis.why_not()
    if not reason:
        return analysis.findings()
    found = _instead(intake, reader, reason)
    if analysis.threshold.status in CLAIM_A_RESPONSE and found.threshold.status == "no_response":
        return found.model_copy(update={"threshold": _disputed(found.threshold, reader)})
    return found


def _instead(intake: Intake, reader: Reader, reason: str) -> Findings:
    said = f"The classical analyzer answered, not the model {reader.title}: {reason}."
    return analyze_classical(intake, warnings=(said,))


def _disputed(threshold: Threshold, reader: Reader) -> Threshold:
    """Neither of two readers that contradict each other is sure."""
    return threshold.model_copy(
        update={
            "status": "inconclusive",
            "low_db": None,
            "reason": "The classical analyzer finds no response at any level, but the model "
            f"{reader.title} reads one: more sweeps, or louder levels, would tell.",
        }
    )


def _ready(intake: Intake | Refused, domain: Domain) -> Refused | _Foreign | _Ready:
    if isinstance(intake, Refused):
        return intake
    reason = why_not(intake, domain)
    if reason:  # not put on the grid: single trials would all be filtered once more
        return _Foreign(intake, reason)
    series, human = intake.series, intake.prepared.human
    # Not the filter of the calls: the network weighs slow noise by itself.
    prepared = prepare(series, human=human, preset=network_preset(series, human=human))
    rows = encode(prepared)
    levels = len(prepared.levels)
    pooled = rows if len(series) == levels else encode(prepared, most=levels)
    reason = why_not_encoded(intake, rows, domain)
    return _Foreign(intake, reason) if reason else _Ready(intake, rows, pooled)


def _views(ready: _Ready) -> list[Encoded]:
    return [ready.rows] if ready.levels is ready.rows else [ready.rows, ready.levels]


class _Analysis:
    """The findings of one series that the network has read."""

    def __init__(
        self,
        ready: _Ready,
        reader: Reader,
        rows: Read,
        levels: Read,
        odd: Odd,
        turned: str | None,
    ) -> None:
        self.ready, self.reader, self.odd, self.turned = ready, reader, odd, turned
        self.intake, self.prepared = ready.intake, ready.intake.prepared
        calibration = reader.calibration
        self.rows_read = rows
        self.rows = answer_rows(
            rows, ready.rows, calibration, withheld=[bool(reason) for reason in odd.reasons]
        )
        if ready.levels is ready.rows:
            self.levels = self.rows
            return
        odd_levels = {
            ready.intake.series.recordings[members[0]].level_db
            for members, reason in zip(ready.rows.members, odd.reasons, strict=True)
            if reason
        }
        self.levels = answer_rows(
            levels,
            ready.levels,
            calibration,
            withheld=[level in odd_levels for level in self.prepared.levels_db],
        )

    def why_not(self) -> str:
        """Say why what the network read is not to be believed; empty if it is."""
        domain = self.reader.calibration.domain
        off_ms = self.rows.doubt_ms
        if domain.most_doubt_ms is not None and off_ms > domain.most_doubt_ms:
            return f"it cannot tell where wave V is (to {off_ms:.1f} ms)"
        if unsupported(self.level_findings, self.threshold):
            return (
                "it reads a response where the halves, trials or replicates of the recordings "
                "share none"
            )
        # The norm sees a wrong clock in some ears whose clock is right. A network that has never
        # met the like does not know where to look for the waves, either.
        if self.fault and (domain.usual_doubt_ms is None or off_ms > domain.usual_doubt_ms):
            return f"its waves are in doubt (to {off_ms:.1f} ms), and so is the clock. {self.fault}"
        return ""

    @cached_property
    def level_findings(self) -> tuple[RecordingFindings, ...]:
        return tuple(
            self._judge(
                self.levels,
                self.ready.levels,
                level,
                self.prepared.levels[level],
                self.intake.series.at(level_db)[0],
                pooled=True,
            )
            for level, level_db in enumerate(self.prepared.levels_db)
        )

    def _recording_findings(self) -> tuple[RecordingFindings, ...]:
        prepared, series, levels = self.prepared, self.intake.series, self.level_findings
        if self.ready.levels is self.ready.rows:  # every recording is its level
            return tuple(levels[prepared.levels_db.index(r.level_db)] for r in series)
        row_of = {i: row for row, group in enumerate(self.ready.rows.members) for i in group}
        return tuple(
            self._judge(
                self.rows,
                self.ready.rows,
                row_of[i],
                prepared.recordings[i],
                recording,
                pooled=False,
            )
            for i, recording in enumerate(series)
        )

    def findings(self) -> Findings:
        intake, prepared = self.intake, self.prepared
        series, levels = intake.series, self.level_findings
        doubts = self._doubts()
        unaged, as_adult = unstated_age(series, intake.species, levels=levels, doubts=doubts)
        return Findings(
            info=describe(series),
            recordings=self._recording_findings(),
            levels=levels,
            threshold=self.threshold,
            loss_type=loss_type_of(
                self.rows_read["loss_class.logits"][0],
                self.reader.calibration,
                doubt=self._no_type(),
            ),
            processing=(
                *intake.notes,
                *processing_steps(prepared),
                *self.ready.rows.notes,
                f"Waves, response, threshold and loss type were read by the model "
                f"{self.reader.title} from all recordings of the series at once, in the band they "
                "were recorded in; its intervals hold "
                f"{100 * self.reader.calibration.level:.0f} % in patients like those it was "
                "calibrated on.",
                *as_adult,
            ),
            warnings=shortened(
                (
                    *intake.warnings,
                    *self._oddities(),
                    *modelled_warning(levels),
                    *doubts,
                    *unaged,
                    *amplitude_warning(levels, human=prepared.human),
                    *swapped_warning(prepared),
                )
            ),
            analyzer=self.reader.analyzer,
        )

    def _oddities(self) -> list[str]:
        recordings = self.intake.series.recordings
        return [
            f"Record {recordings[members[0]].source.record} at "
            f"{recordings[members[0]].level_db:g} dB is unlike those the model was tried on "
            f"({reason}): its intervals, and that of the threshold, are withheld."
            for members, reason in zip(self.ready.rows.members, self.odd.reasons, strict=True)
            if reason
        ]

    def _judge(
        self,
        answers: RowAnswers,
        encoded: Encoded,
        row: int,
        parts: SubAverages,
        recording: Recording,
        *,
        pooled: bool,
    ) -> RecordingFindings:
        covered = answers.covered[row]
        model_nv = float(encoded.modelled_noise_nv[row])
        return judge(
            self.prepared,
            parts,
            recording,
            level=self.prepared.levels_db.index(recording.level_db),
            pooled=pooled,
            waves=answers.waves[row],
            response_probability=float(answers.response[row]),
            modelled_uv=None if np.isnan(model_nv) else model_nv / 1000.0,
            denoised=drawn(answers.signal_uv[row][covered], grid_time_ms(covered.size)[covered]),
            species=self.intake.species,
        )

    @cached_property
    def threshold(self) -> Threshold:
        prepared, calibration = self.prepared, self.reader.calibration
        levels_db = prepared.levels_db
        offset_db = self.ready.rows.level_offset_db
        told = bool(strata.measured(self.ready.rows.conditions).all())
        kind = strata.of_series(levels_db, noise_measured=told)
        widen = quantile_of(calibration.threshold_db, kind)
        return decide(
            read_threshold(self.rows_read["threshold.logits"][0]),
            levels_db=levels_db,
            offset_db=offset_db,
            reference=self.intake.series.key.level_reference,
            method=f"Distribution over thresholds, read from the whole series (model "
            f"{self.reader.title})",
            widen_db=float("nan") if any(self.odd.reasons) else widen,
            responses=self.levels.response.tolist(),
            response_sign=calibration.response_sign,
            silent_from=calibration.silent_from,
            human=prepared.human,
            last_ms=float(prepared.time_ms[-1]),
        )

    def _no_type(self) -> str:
        if any(self.odd.reasons):
            return "Some recordings are unlike those the model was tried on."
        if len(self.prepared.levels_db) < 2:
            return "A loss type shows in how the response changes with level. Found one level."
        if self.fault is not None:
            return "The waves are not where an ear with this clock and polarity has them."
        if self.threshold.status == "inconclusive":
            return "Where the response begins is not clear, and types differ in that."
        return ""

    @cached_property
    def traces(self) -> list[LevelTrace]:
        """The loudest levels, loudest first, as the classical methods look at them."""
        prepared = self.prepared
        loudest = range(len(prepared.levels_db))[::-1][:LOUDEST_LEVELS]
        threshold_db = self.threshold.fitted_db
        if threshold_db is None:
            threshold_db = NORMAL_THRESHOLD_DB[prepared.human]
        traces = []
        for level in loudest:
            level_db, parts = prepared.levels_db[level], prepared.levels[level]
            model_nv = float(self.ready.levels.modelled_noise_nv[level])
            noise = trace_noise(
                parts,
                window=prepared.window,
                step_ms=1000.0 / prepared.sampling_rate_hz,
                modelled_rms_uv=None if np.isnan(model_nv) else model_nv / 1000.0,
            )
            # A network hears less with a wrong clock: what the level's own test hears counts, too.
            p_value = self.level_findings[level].p_value
            tested = 0.0 if p_value is None else 1.0 - p_value
            probability = max(float(self.levels.response[level]), tested)
            recording = self.intake.series.at(level_db)[0]
            traces.append(LevelTrace(recording, parts, noise, level_db - threshold_db, probability))
        return traces

    @cached_property
    def fault(self) -> str | None:
        return self.turned or clock_fault(
            self.traces,
            self.prepared,
            species=self.intake.species,
            onset_confirmed=self.intake.onset_confirmed,
        )

    def _doubts(self) -> tuple[str, ...]:
        """Compare the peaks with the norm, as the classical analyzer does: a wrong clock shows."""
        if self.fault is not None:
            return (self.fault,)
        species = self.intake.species
        if self.traces[0].response_probability < SURE_OF_RESPONSE:
            return ()  # nothing would be said of the peaks, and naming them takes long
        named = track(self.traces, self.prepared, species=species)
        return delay_warnings(self.traces, named, species=species)
