"""What both analyzers begin with: recordings that can be used, gaps filled, one time axis."""

from __future__ import annotations

from dataclasses import dataclass, replace

from evoscope.abr.analysis.assumptions import Assumed, fill_gaps
from evoscope.abr.analysis.checks import gap_warning, series_warnings, usable
from evoscope.abr.analysis.faults import fault_warnings, without_outliers
from evoscope.abr.analysis.gathered import of_records
from evoscope.abr.analysis.options import Options
from evoscope.abr.averaging import PRESETS, check_time_zero
from evoscope.abr.classical.prepare import Prepared, prepare
from evoscope.abr.recording import Series


@dataclass(frozen=True, eq=False)
class Intake:
    """A series ready for an analyzer.

    Attributes:
        assumed: the series with its gaps filled and its time zero checked.
        prepared: the same, filtered for detection and pooled per level.
        onset_confirmed: whether the stimulus' own artefact agrees with time zero.
        warnings, notes: what was found and done on the way, in sentences.
    """

    assumed: Assumed
    prepared: Prepared
    onset_confirmed: bool
    warnings: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def series(self) -> Series:
        """The series as it is analyzed."""
        return self.prepared.series

    @property
    def species(self) -> str:
        """Species whose norms apply."""
        return self.assumed.species

    @property
    def is_cap(self) -> bool:
        """Whether these are compound action potentials, which have no waves I to V."""
        return self.series.key.response == "CAP"


@dataclass(frozen=True, eq=False)
class Refused:
    """A series no recording of which can be analyzed, and why."""

    series: Series
    warnings: tuple[str, ...]


def take_in(series: Series, options: Options) -> Intake | Refused:
    """Check, complete and prepare a series."""
    kept, left_out = usable(series)
    if not kept:
        return Refused(fill_gaps(series, options).series, left_out)
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
        return Refused(fill_gaps(series, options).series, (*warnings, str(error)))
    return Intake(
        assumed,
        prepared,
        zero.confirmed,
        warnings=(*warnings, *prepared.notes, *gap_warning(prepared.levels_db)),
        notes=(*assumed.notes, *((zero.note,) if zero.note else ())),
    )
