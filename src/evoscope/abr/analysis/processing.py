"""What was done to the data, one sentence a step."""

from __future__ import annotations

from evoscope.abr.classical.prepare import Prepared


def processing_steps(prepared: Prepared) -> tuple[str, ...]:
    """Describe filtering, rejection, averaging and noise in order."""
    steps = []
    preset = prepared.preset
    if preset.high_pass_hz > 0:
        steps.append(
            f"Band-passed {preset.high_pass_hz:g}-{preset.low_pass_hz:g} Hz, zero phase "
            f"(preset {preset.name}: {preset.why})."
        )
    elif preset.low_pass_hz < prepared.sampling_rate_hz / 2:
        steps.append(
            f"Low-passed at {preset.low_pass_hz:g} Hz, zero phase "
            f"(preset {preset.name}: {preset.why})."
        )
    else:
        steps.append("Not filtered.")
    if prepared.trials:
        used = sum(t.used for t in prepared.trials)
        rejected = sum(t.rejected for t in prepared.trials)
        steps.append(
            f"{rejected:,} of {used + rejected:,} trials rejected as artefact (above twice the "
            "median peak); the rest averaged in blocks weighted by their noise, polarities in "
            "equal parts."
        )
    replicates = len(prepared.recordings) - len(prepared.levels)
    if replicates:
        steps.append(
            f"{len(prepared.recordings)} recordings pooled into {len(prepared.levels)} levels, "
            "weighted by sweeps."
        )
    start, stop = (
        prepared.time_ms[prepared.window.start],
        prepared.time_ms[prepared.window.stop - 1],
    )
    steps.append(f"Responses were looked for from {start:.1f} to {stop:.1f} ms.")
    sources = sorted({level.source for level in prepared.levels} - {"none"})
    steps.append(
        "Noise known from: " + ", ".join(sources) + "."
        if sources
        else "Noise modelled from the differences between neighbouring levels."
    )
    return tuple(steps)
