"""One trace judged: how noisy, is there a response, and what should be done next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from evoscope.abr.averaging import (
    Call,
    FTest,
    SubAverages,
    call_response,
    f_test,
    more_sweeps,
    residual_noise,
)
from evoscope.abr.classical.prepare import Prepared
from evoscope.abr.findings import NoiseSource, Wave

# Residual noise that clinics aim for, in nV (Eclipse manual: 40 adults, 20 children).
ADULT_TARGET_NV, CHILD_TARGET_NV = 40.0, 20.0
# Milliseconds around the response window the noise may be taken from: like it, and not more.
NOISE_BEFORE_MS, NOISE_AFTER_MS = 1.0, 2.0


@dataclass(frozen=True)
class Detection:
    """Noise, test and call of one trace."""

    noise_source: NoiseSource
    residual_nv: float | None
    test: FTest | None
    snr_db: float | None
    call: Call
    more_sweeps: int | None
    stopping: str


def noise_window(prepared: Prepared) -> slice:
    """Samples the noise is estimated from: the response window and a little around it.

    Noise further away is another noise: devices blank, filter and overlap the ends of a trace.
    """
    per_ms = prepared.sampling_rate_hz / 1000.0
    start = max(0, prepared.window.start - int(NOISE_BEFORE_MS * per_ms))
    stop = min(prepared.time_ms.size, prepared.window.stop + int(NOISE_AFTER_MS * per_ms))
    return slice(start, stop)


def detect(
    parts: SubAverages,
    prepared: Prepared,
    *,
    modelled_nv: float | None,
    response_probability: float | None,
    waves: Sequence[Wave],
    sweeps: int | None,
    child: bool,
) -> Detection:
    """Judge one trace.

    Args:
        parts: its sub-averages.
        prepared: the series it belongs to.
        modelled_nv: residual noise the series' model expects, when this trace measures none.
        response_probability: what the series says of this level.
        waves: waves named in it; wave V (rodents: the largest) gives the size of the response.
        sweeps: sweeps in the average.
        child: whether the children's noise target applies.
    """
    noise = residual_noise(parts, time_ms=prepared.time_ms, window=prepared.window)
    source, residual_nv = noise.source, noise.rms_nv
    if residual_nv is None and modelled_nv is not None:
        source, residual_nv = "model", modelled_nv
    test = f_test(
        parts,
        window=prepared.window,
        noise_window=noise_window(prepared),
    )
    mean = parts.mean()[prepared.window]
    snr_db = None
    if residual_nv is not None:
        power = float(mean.var()) / (residual_nv / 1000.0) ** 2
        snr_db = float(10 * np.log10(max(power - 1.0, 0.01)))
    sizes = [
        1000 * w.amplitude_uv.value
        for w in waves
        if w.amplitude_uv is not None and (w.name == "V" or not prepared.human)
    ]
    call = call_response(
        human=prepared.human,
        peak_to_trough_nv=max(sizes, default=None),
        residual_nv=residual_nv if test is not None else None,
        p_value=test.p_value if test is not None else None,
        response_probability=response_probability,
    )
    target = CHILD_TARGET_NV if child else ADULT_TARGET_NV
    extra, advice = _stopping(call, residual_nv, sweeps, target, measured=test is not None)
    return Detection(source, residual_nv, test, snr_db, call, extra, advice)


def _stopping(
    call: Call, residual_nv: float | None, sweeps: int | None, target_nv: float, *, measured: bool
) -> tuple[int | None, str]:
    if not measured or residual_nv is None:
        return None, "residual noise not measured: no advice"
    if call.call == "CR":
        return 0, "clear response: stop"
    if residual_nv <= target_nv:
        return 0, f"residual noise {residual_nv:.0f} nV, target {target_nv:.0f} nV: quiet enough"
    if sweeps is None:
        return None, f"residual noise {residual_nv:.0f} nV; target {target_nv:.0f} nV"
    extra = more_sweeps(residual_nv=residual_nv, sweeps=sweeps, target_nv=target_nv)
    return extra, f"{extra:,} more sweeps to reach {target_nv:.0f} nV"
