"""Which generator a name means."""

from __future__ import annotations

from pathlib import Path

from evoscope.abr.generation import contract
from evoscope.abr.generation.cvae import CVAEGenerator
from evoscope.abr.generation.cvae import contract as cvae_contract
from evoscope.abr.generation.generator import Generator
from evoscope.runtime import PackError, open_pack
from evoscope.runtime.shipped import shipped

AnyGenerator = Generator | CVAEGenerator
PACKAGE = "evoscope.abr"
# Model -> folder of the shipped pack.
_NAMED = {"diffusion": "generator", "cvae": "cvae"}


def open_generator(model: str | Path) -> AnyGenerator:
    """Open the shipped generator of a kind, or a pack by its folder.

    Args:
        model: ``diffusion``, ``cvae``, or the folder of a pack of either.

    Raises:
        PackError: the folder is not a generator's pack.

    Example:
        >>> open_generator("no-such-folder")
        Traceback (most recent call last):
        ...
        evoscope.runtime.errors.PackError: A model pack should be a folder with a card.json in it.
        Found nothing at no-such-folder. Check the path.
    """
    folder = Path(model)
    if str(model) in _NAMED and not folder.is_dir():
        folder = shipped(_NAMED[str(model)], package=PACKAGE)
    pack = open_pack(folder)
    purpose = pack.card.purpose
    if purpose == contract.PURPOSE:
        return Generator(pack)
    if purpose == cvae_contract.PURPOSE:
        return CVAEGenerator(pack)
    raise PackError(
        f"The pack's purpose should be {contract.PURPOSE} or {cvae_contract.PURPOSE}.",
        f"Found {purpose!r} in {folder}.",
    )
