"""Every step draws from its own seed, so a resumed run repeats an uninterrupted one."""

from __future__ import annotations

from hashlib import blake2b

import torch


def derived_seed(*parts: int | str) -> int:
    """Mix numbers and names into one seed of 63 bits.

    Example:
        >>> derived_seed(0, "step", 7) == derived_seed(0, "step", 7)
        True
        >>> derived_seed(0, "step", 7) == derived_seed(0, "step", 8)
        False
    """
    digest = blake2b("/".join(map(str, parts)).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def generator(*parts: int | str) -> torch.Generator:
    """Make a CPU generator from `derived_seed`."""
    return torch.Generator().manual_seed(derived_seed(*parts))


def seed_layers(device: torch.device, *parts: int | str) -> None:
    """Seed what dropout and other layers draw from, on the CPU and on the device.

    ``torch.manual_seed`` does the same for every device there is, at a hundred times the cost: too
    much for something done every step.
    """
    seed = derived_seed(*parts)
    torch.default_generator.manual_seed(seed)
    if device.type == "cuda":
        torch.cuda.default_generators[device.index or 0].manual_seed(seed)
    elif device.type == "mps":
        torch.mps.manual_seed(seed)
