"""Where waves go when the response they are in is filtered."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from evoscope.abr.encoding import ONSET_SAMPLE, SAMPLING_RATE_HZ

_MS = SAMPLING_RATE_HZ / 1000.0
_NEAR = 5
"""Samples to either side in which a peak is looked for: 0.33 ms."""
_TROUGH = 22
"""Samples after a peak in which its trough is looked for: 1.5 ms."""


def moved_waves(
    before: Float[Tensor, "n samples"],
    after: Float[Tensor, "n samples"],
    *,
    latency_ms: Float[Tensor, "n waves"],
    amplitude_uv: Float[Tensor, "n waves"],
) -> tuple[Float[Tensor, "n waves"], Float[Tensor, "n waves"]]:
    """Move latencies by what the nearest peak moves, scale amplitudes by what its height changes.

    Peaks and troughs are read in both traces in the same way, so that how they are read cancels.
    NaN where a latency is, or a trace.
    """
    peak_before, height_before = _read(before, latency_ms)
    peak_after, height_after = _read(after, latency_ms)
    ratio = height_after / height_before.clamp_min(1e-9)
    return latency_ms + (peak_after - peak_before) / _MS, amplitude_uv * ratio


def _read(traces: Tensor, latency_ms: Tensor) -> tuple[Tensor, Tensor]:
    """Place of the peak in samples, between them, and its height over the trough."""
    known = ~latency_ms.isnan() & ~traces.isnan().any(1, keepdim=True)
    centre = (torch.nan_to_num(latency_ms) * _MS + ONSET_SAMPLE).round().long()
    near = _window(traces, centre, torch.arange(-_NEAR, _NEAR + 1))
    top, at = near.max(2)
    peak = centre - _NEAR + at
    sides = _window(traces, peak, torch.tensor([-1, 0, 1]))
    bend = sides[..., 0] - 2.0 * sides[..., 1] + sides[..., 2]
    part = 0.5 * (sides[..., 0] - sides[..., 2]) / torch.where(bend < 0, bend, -1.0)
    place = peak + torch.where(bend < 0, part.clamp(-0.5, 0.5), 0.0)
    height = top - _window(traces, peak, torch.arange(_TROUGH + 1)).amin(2)
    unknown = torch.full_like(height, torch.nan)
    return torch.where(known, place.to(height), unknown), torch.where(known, height, unknown)


def _window(traces: Tensor, centre: Tensor, offsets: Tensor) -> Tensor:
    """Values at offsets from places ``(n, waves)``: ``(n, waves, offsets)``; ends are held."""
    place = (centre[..., None] + offsets).clamp(0, traces.shape[1] - 1)
    return traces.gather(1, place.flatten(1)).view(place.shape)
