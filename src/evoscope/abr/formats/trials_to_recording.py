"""From stimulus times in a continuous EEG to one recording per condition."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.continuous_eeg import (
    MARGIN_MS,
    WINDOW_START_MS,
    WINDOW_STOP_MS,
    ContinuousEeg,
    TrialWindows,
    fair_halves,
)
from evoscope.abr.recording import Epochs, Recording, Source, Stimulus, Subject


def average_trials(
    *,
    eeg: ContinuousEeg,
    onsets_s: NDArray[np.float64],
    inverted: NDArray[np.bool_] | None,
    stimulus: Stimulus,
    subject: Subject,
    source: Source,
) -> Recording | None:
    """Return the plain average of one condition's trials, with the trials behind it.

    Nothing is filtered, rejected or baseline-corrected: the average still carries the EEG's slow
    activity, and the trials have the margins to filter it away.

    Args:
        eeg: the continuous signal.
        onsets_s: ``(n_trials,)`` stimulus onsets in seconds from the first sample, as played.
        inverted: ``(n_trials,)`` whether the stimulus was inverted, or ``None`` when not stated.
        stimulus: what was played.
        subject: to whom.
        source: from which file.

    Returns:
        The recording; ``None`` when no trial lies wholly inside the signal and free of gaps, or
        when the signal is flat.
    """
    per_ms = eeg.sampling_rate_hz / 1000.0
    before = int(np.ceil((MARGIN_MS - WINDOW_START_MS) * per_ms))
    margin = int(np.floor(MARGIN_MS * per_ms))
    n_trial = before + int(np.ceil((MARGIN_MS + WINDOW_STOP_MS) * per_ms)) + 1
    n_window = n_trial - 2 * margin
    # An absurd time is outside the recording, not an integer overflow.
    onsets = np.clip(onsets_s, -1e9, 1e9) * eeg.sampling_rate_hz
    nearest = np.rint(onsets).astype(np.int64)
    keep = eeg.whole(nearest - before, n_trial)
    if not keep.any():
        return None
    starts, onsets = nearest[keep] - before, onsets[keep]
    inverted = inverted[keep] if inverted is not None else None
    # Onsets fall between samples: their mean is the onset of the average.
    onset_sample = before + float(np.mean(onsets - nearest[keep]))
    in_a = fair_halves(inverted if inverted is not None else np.zeros(starts.size, dtype=bool))
    if in_a.all():
        halves, average = None, eeg.mean(starts + margin, n_window)
    else:
        halves = np.stack([eeg.mean(starts[part] + margin, n_window) for part in (in_a, ~in_a)])
        # The mean of the halves, not of the trials: they differ when a half has a trial more,
        # and (A + B) / 2 must be the average.
        average = halves.mean(axis=0)
    waveform = average.astype(np.float32)
    if np.ptp(waveform) == 0:
        return None
    dropped = int(keep.size - starts.size)
    return Recording(
        waveform=waveform,
        sampling_rate_hz=eeg.sampling_rate_hz,
        onset_sample=onset_sample - margin,
        stimulus=stimulus,
        subject=subject,
        source=source,
        halves=None if halves is None else halves.astype(np.float32),
        sweeps=starts.size,
        epochs=Epochs(
            n_trials=starts.size,
            n_samples=n_trial,
            sampling_rate_hz=eeg.sampling_rate_hz,
            onset_sample=onset_sample,
            loader=TrialWindows(eeg, starts, n_trial),
            inverted=inverted,
        ),
        warnings=(
            (f"{dropped} of {keep.size} trials reach outside the recording or hold NaN: left out.",)
            if dropped
            else ()
        ),
    )
