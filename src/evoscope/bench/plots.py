"""The pictures of the docs that are drawn of result files, and which of them are stale.

A picture carries the hash of the contents it was drawn of: those of another machine's matplotlib
may differ in their pixels.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from matplotlib.figure import Figure
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from evoscope.abr.benchmark.evaluation import Evaluation
from evoscope.abr.report.canvas import style
from evoscope.bench.growth_plot import draw_growth
from evoscope.bench.peers_plot import draw_peers
from evoscope.bench.table import RESULTS, ROOT

_KEY = "Made-Of"
_DPI, _COLORS = 160, 64
Draw = Callable[..., Figure]


@dataclass(frozen=True)
class Plot:
    """A picture of a page.

    Attributes:
        path: of the checkout.
        files: result files that it is drawn of.
        draw: their evaluations, in that order, to a figure.
    """

    path: str
    files: tuple[str, ...]
    draw: Draw

    def contents(self, root: Path) -> list[str] | None:
        """Of its files; ``None`` while one of them is not there."""
        paths = [root / RESULTS / name for name in self.files]
        if not all(path.is_file() for path in paths):
            return None
        return [path.read_text("utf-8") for path in paths]


PLOTS: tuple[Plot, ...] = (
    Plot("docs/images/peers.png", ("peers.json",), draw_peers),
    Plot("docs/images/cost-growth.png", ("cost.json", "text_growth.json"), draw_growth),
)


def stale_plots(root: Path = ROOT) -> list[Plot]:
    """The pictures that were drawn of something else than their files hold, or never."""
    stale = []
    for plot in PLOTS:
        contents = plot.contents(root)
        if contents is not None and _made_of(root / plot.path) != _hash(contents):
            stale.append(plot)
    return stale


def draw_plots(root: Path = ROOT) -> list[Plot]:
    """Draw the stale pictures and return them."""
    stale = stale_plots(root)
    for plot in stale:
        contents = plot.contents(root)
        if contents is not None:
            with style():
                figure = plot.draw(*(Evaluation.model_validate_json(one) for one in contents))
                _save(figure, root / plot.path, made_of=_hash(contents))
    return stale


def _save(figure: Figure, path: Path, *, made_of: str) -> None:
    png = io.BytesIO()
    figure.savefig(png, dpi=_DPI, facecolor="white")
    few = Image.open(png).convert("RGB").quantize(_COLORS, dither=Image.Dither.NONE)
    info = PngInfo()
    info.add_text(_KEY, made_of)
    path.parent.mkdir(parents=True, exist_ok=True)
    few.save(path, optimize=True, pnginfo=info)


def _made_of(path: Path) -> str:
    if not path.is_file():
        return ""
    with Image.open(path) as picture:
        return str(picture.info.get(_KEY, ""))


def _hash(contents: list[str]) -> str:
    whole = hashlib.sha256()
    for content in contents:
        whole.update(hashlib.sha256(content.encode()).digest())
    return whole.hexdigest()
