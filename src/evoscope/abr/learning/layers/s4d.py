"""S4D: a linear state space per channel, run as a convolution as long as the signal."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers.long_convolution import convolve


class S4D(nn.Module):
    """Diagonal state space layer: x' = A x + B u, y = 2 Re(C x) + D u, per channel.

    A = -exp(log_decay) + i frequency, initialised at -1/2 + i pi n ("S4D-Lin"); B = 1; sampled by
    zero-order hold with a learned step. Complex numbers are written out in reals, which is several
    times faster on a CPU. Source: Gu, Gupta, Goel and Re 2022.

    It differs from the usual: a second set of C reads the signal backwards, because a recording
    is complete when it is read, and a sample's future tells as much about its noise as its past.

    Args:
        channels: channels of the signal; each has its own states.
        length: samples of the signals it will mostly see; sets the range of the first steps.
        states: complex states per channel.
        bidirectional: read the signal backwards as well.

    Example:
        >>> S4D(4, length=50)(torch.randn(2, 4, 50)).shape
        torch.Size([2, 4, 50])
    """

    def __init__(
        self, channels: int, *, length: int, states: int = 16, bidirectional: bool = True
    ) -> None:
        super().__init__()
        # Memories from a few samples to the whole signal.
        fast, slow = math.log(0.2), math.log(min(0.1, 1.0 / length))
        self.log_step = nn.Parameter(torch.rand(channels) * (fast - slow) + slow)
        self.log_decay = nn.Parameter(torch.full((channels, states), math.log(0.5)))
        self.frequency = nn.Parameter(math.pi * torch.arange(states).float().repeat(channels, 1))
        # The last axis holds real and imaginary part; the first the direction of reading.
        directions = 2 if bidirectional else 1
        self.output = nn.Parameter(torch.randn(directions, channels, states, 2) / states**0.5)
        self.skip = nn.Parameter(torch.ones(channels))
        self._cached: tuple[tuple[object, ...], Tensor] | None = None

    def forward(self, x: Float[Tensor, "n channels length"]) -> Float[Tensor, "n channels length"]:
        """Run the state space over the signals, starting at rest."""
        # A long sum of small terms: 8 bits of mantissa lose it, and no FFT takes them.
        with torch.autocast(x.device.type, enabled=False):
            return convolve(x.to(self.skip.dtype), self.kernel(x.shape[-1]))

    def kernel(self, length: int) -> Float[Tensor, "channels lags"]:
        """Return the impulse response, in the order that :func:`convolve` takes.

        Computed once for a network that is only read; any change of a parameter renews it.
        """
        if self.training or torch.is_grad_enabled():
            return self._impulse_response(length)
        # A version counts in-place changes: an optimiser's, a loaded checkpoint's, an average's.
        state = tuple((p._version, p.device, p.dtype) for p in self.parameters())
        if self._cached is None or self._cached[0] != (length, *state):
            self._cached = ((length, *state), self._impulse_response(length))
        return self._cached[1]

    def _impulse_response(self, length: int) -> Tensor:
        decay, step = self.log_decay.exp(), self.log_step.exp().unsqueeze(-1)
        shrink, turn = decay * step, self.frequency * step
        # B after a zero-order hold: (exp(step A) - 1) / A.
        real, imag = torch.exp(-shrink) * turn.cos() - 1.0, torch.exp(-shrink) * turn.sin()
        size = decay.square() + self.frequency.square()
        held_real = (imag * self.frequency - real * decay) / size
        held_imag = (-real * self.frequency - imag * decay) / size
        c_real, c_imag = self.output.unbind(-1)
        weight_real = c_real * held_real - c_imag * held_imag
        weight_imag = c_real * held_imag + c_imag * held_real
        lag = torch.arange(length, device=decay.device, dtype=decay.dtype)
        size_at, angle_at = torch.exp(-shrink.unsqueeze(-1) * lag), turn.unsqueeze(-1) * lag
        response = 2.0 * (
            torch.einsum("dcs,csl->dcl", weight_real, size_at * angle_at.cos())
            - torch.einsum("dcs,csl->dcl", weight_imag, size_at * angle_at.sin())
        )
        now = response[0, :, :1] + self.skip.unsqueeze(-1)
        past = response[0, :, 1:]
        # The reading backwards starts one sample ahead: the present is counted once.
        future = response[1, :, : length - 1] if len(response) > 1 else torch.zeros_like(past)
        return torch.cat([now, past, future.flip(-1)], dim=-1)
