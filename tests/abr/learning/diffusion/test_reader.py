"""Parameters from a waveform: a place is read as well as it can be seen, noise by its precision."""

from __future__ import annotations

import torch

from evoscope.abr.diffusion import convert, noised
from evoscope.abr.learning.diffusion.reader import ParameterReader, reading_velocity
from evoscope.abr.learning.unet import PARAMETERS

K = len(PARAMETERS)


def test_a_reading_and_a_noisy_parameter_are_weighed_by_their_precision() -> None:
    generator = torch.Generator().manual_seed(0)
    n = 4000
    clean = torch.randn(n, K, generator=generator)
    read = clean + 0.3 * torch.randn(n, K, generator=generator)
    for ratio in (0.05, 0.3, 20.0):
        sigma = torch.full((n,), ratio)
        x = noised(x0=clean, eps=torch.randn(n, K, generator=generator), sigma=sigma)
        v = reading_velocity(read, torch.full((n, K), 0.3), noisy=x, sigma=sigma)
        found = convert(v, x=x, sigma=sigma, given="v", wanted="x0")
        best = 1.0 / (1.0 / 0.3**2 + 1.0 / ratio**2)
        assert abs(float((found - clean).square().mean()) / best - 1.0) < 0.05


def test_a_reader_learns_where_a_peak_is() -> None:
    torch.manual_seed(0)
    times = torch.arange(60.0)
    reader = ParameterReader(4, length=60)
    optimizer = torch.optim.Adam(reader.parameters(), lr=0.01)

    def peaks(n: int) -> tuple[torch.Tensor, torch.Tensor]:
        place = 10.0 + 40.0 * torch.rand(n)
        bump = torch.exp(-0.5 * ((times - place[:, None]) / 3.0).square())
        return bump[:, None].expand(n, 4, 60) * 3.0, (place - 30.0) / 12.0

    for _ in range(200):
        features, place = peaks(32)
        value, _ = reader(features)
        loss = (value - place[:, None]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    features, place = peaks(200)
    with torch.no_grad():
        value, _ = reader(features)
    # To within a sample, where the bump is three samples wide and a guess is off by twelve.
    assert float((value[:, 0] - place).square().mean().sqrt()) * 12.0 < 1.0
