"""What the files do not say and the analysis has to assume, said aloud."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import cast

from evoscope.abr.analysis.ages import apply_age
from evoscope.abr.analysis.options import Options
from evoscope.abr.recording import LevelReference, Recording, Series, Species, Stimulus

# Systems sold to animal laboratories: their files hold no species, and hardly ever a human.
ANIMAL_FORMATS = ("arf", "biosig", "epl", "psi")
# Beyond this tone frequency the listener is not human.
HUMAN_HIGHEST_HZ = 16_000.0
# No rodent is tested below it; laboratories write a click as "0.1 kHz" where only tones fit.
ANIMAL_LOWEST_HZ = 500.0


@dataclass(frozen=True, eq=False)
class Assumed:
    """A series with its gaps filled, and the sentences that say so."""

    series: Series
    species: Species
    warnings: tuple[str, ...]
    notes: tuple[str, ...]


def fill_gaps(series: Series, options: Options) -> Assumed:
    """Apply the options, assume a species where none is stated, correct calibrated levels."""
    warnings: list[str] = []
    notes: list[str] = []
    first = series.recordings[0]
    species = cast("Species", options.species or first.subject.species)
    if species == "unknown":
        species = guess_species(first)
        warnings.append(
            f"The files do not state the species: {species} norms were used (state it in the "
            "files, or as an option: --species)."
        )
    elif first.subject.species not in ("unknown", species):
        warnings.append(
            f"The files state {first.subject.species}; by option it was analyzed as {species}: "
            "norms, filters and windows are those of the option."
        )
    tone_hz = first.stimulus.frequency_hz
    if is_animal_format(first) and tone_hz is not None and tone_hz < ANIMAL_LOWEST_HZ:
        warnings.append(
            f"A tone of {tone_hz:g} Hz: tones below {ANIMAL_LOWEST_HZ:g} Hz in an animal format "
            "are often a code for click. It was analyzed as a tone: check the stimulus."
        )
    recordings = series.recordings
    if species != first.subject.species:
        recordings = tuple(
            replace(r, subject=replace(r.subject, species=species)) for r in recordings
        )
    aged = apply_age(recordings, species, options)
    recordings = aged.recordings
    warnings += aged.warnings
    notes += aged.notes
    reference = options.level_reference
    if reference is not None and first.stimulus.level_reference == "unknown":
        recordings = _restimulate(
            recordings, lambda s: replace(s, level_reference=cast("LevelReference", reference))
        )
        notes.append(f"Level reference set to dB {reference} by option.")
    elif reference is not None and reference != first.stimulus.level_reference:
        warnings.append(
            f"The files state dB {first.stimulus.level_reference}; the option dB {reference} was "
            "not applied: references are never mixed."
        )
    if options.calibration:
        table = options.calibration
        missing = sorted({r.level_db for r in recordings} - set(table))
        recordings = _restimulate(
            recordings, lambda s: replace(s, level_db=table.get(s.level_db, s.level_db))
        )
        notes.append("Levels corrected by the calibration file.")
        if missing:
            warnings.append(
                f"The calibration file does not hold {', '.join(f'{m:g}' for m in missing)} dB: "
                "these levels were left as they are."
            )
    if recordings[0].stimulus.level_reference == "unknown" and species == "human":
        warnings.append(
            "The level reference is not stated: latencies are compared with norms as if levels "
            "were dB nHL (state it in the files, or as an option: --level-reference)."
        )
    return Assumed(Series(recordings), species, tuple(warnings), tuple(notes))


def guess_species(recording: Recording) -> Species:
    """Human for clinical formats and audible tones, mouse for animal systems and ultrasound."""
    frequency_hz = recording.stimulus.frequency_hz
    ultrasound = frequency_hz is not None and frequency_hz > HUMAN_HIGHEST_HZ
    return "mouse" if is_animal_format(recording) or ultrasound else "human"


def is_animal_format(recording: Recording) -> bool:
    """Whether the file is one of a system for animal laboratories."""
    return recording.source.format.startswith(ANIMAL_FORMATS)


def _restimulate(
    recordings: tuple[Recording, ...], change: Callable[[Stimulus], Stimulus]
) -> tuple[Recording, ...]:
    return tuple(replace(r, stimulus=change(r.stimulus)) for r in recordings)
