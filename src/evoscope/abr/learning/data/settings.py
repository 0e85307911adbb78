"""How recordings are varied in training."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from evoscope.multitask.settings import Settings

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class Augmentation(Settings):
    """What is varied, in what share of the series; 0 switches it off.

    Nothing scales a response: its amplitude is clinical. What moves a response moves its labels.

    Attributes:
        swap_halves: the noise trace of a recording changes its sign: which half is A is chance.
        fewer_recordings: recordings left out at random; two remain.
        coarser_levels: every other level left out; two recordings remain.
        one_recording: all but one left out: a recording tells less by itself.
        silent: the response taken out of all recordings: nothing but a response tells of one.
        raised_threshold: the response taken out of the softer levels.
        more_noise: noise of other recordings of the cohort added.
        more_noise_ratio: its power over the recording's own, drawn evenly on a logarithmic scale.
        other_filter: another band, on waveform, noise and clean response alike.
        high_pass_hz, low_pass_hz: ranges of its corners, drawn evenly on a logarithmic scale.
        moved_onset: time zero moved, and the latencies with it.
        most_moved_ms: how far at most.
        moved_tones, most_moved_tones_ms: the same of tones, whose time zero devices set at their
            begin, at the end of their rise, or at their middle.
        cut_short: less of the recording: it begins later or ends earlier.
        latest_start_ms, earliest_end_ms: how much of it is left at least.
        replicates: every recording as two of half the sweeps, without halves.
        missing_halves: no halves: no noise trace, and the residual noise modelled or unknown.
        hidden_noise: of the series without halves, those with noise that nothing tells of.
        hidden_noise_ratio: its power over that of the known noise, drawn evenly on a logarithmic
            scale.
        other_level_scale: all levels of a series, and its threshold, moved together, and the scale
            named as assumed: calibrations and reference values differ by so much.
        most_level_shift_db: how far at most.
        missing_conditions: share of single conditions not known, the same for a whole series.

    Raises:
        ValueError: a range that does not rise, or shares of more than all series.

    Example:
        >>> Augmentation(more_noise=0.3).more_noise_ratio
        (0.1, 4.0)
    """

    swap_halves: bool = False
    fewer_recordings: Share = 0.0
    coarser_levels: Share = 0.0
    one_recording: Share = 0.0
    silent: Share = 0.0
    raised_threshold: Share = 0.0
    more_noise: Share = 0.0
    more_noise_ratio: tuple[float, float] = (0.1, 4.0)
    other_filter: Share = 0.0
    high_pass_hz: tuple[float, float] = (30.0, 300.0)
    low_pass_hz: tuple[float, float] = (1000.0, 3000.0)
    moved_onset: Share = 0.0
    most_moved_ms: Annotated[float, Field(gt=0.0, le=2.0)] = 0.2
    moved_tones: Share = 0.0
    most_moved_tones_ms: Annotated[float, Field(gt=0.0, le=4.0)] = 2.0
    cut_short: Share = 0.0
    latest_start_ms: Annotated[float, Field(ge=-0.9, le=2.0)] = 1.0
    earliest_end_ms: Annotated[float, Field(ge=5.0, le=24.0)] = 9.5
    replicates: Share = 0.0
    missing_halves: Share = 0.0
    hidden_noise: Share = 0.0
    hidden_noise_ratio: tuple[float, float] = (0.1, 4.0)
    other_level_scale: Share = 0.0
    most_level_shift_db: Annotated[float, Field(gt=0.0, le=40.0)] = 15.0
    missing_conditions: Share = 0.0

    @model_validator(mode="after")
    def _rising(self) -> Augmentation:
        for name in ("more_noise_ratio", "hidden_noise_ratio", "high_pass_hz", "low_pass_hz"):
            low, high = getattr(self, name)
            if not 0.0 < low <= high:
                raise ValueError(f"{name} should rise from above 0. Found {low:g} to {high:g}.")
        if self.silent + self.raised_threshold > 1.0:
            raise ValueError(
                "silent and raised_threshold should be shares of one whole. "
                f"Found {self.silent:g} and {self.raised_threshold:g}."
            )
        if self.replicates + self.missing_halves > 1.0:
            raise ValueError(
                "replicates and missing_halves should be shares of one whole. "
                f"Found {self.replicates:g} and {self.missing_halves:g}."
            )
        return self
