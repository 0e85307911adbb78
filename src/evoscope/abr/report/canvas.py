"""A figure without pyplot: drawn once, kept as 300 dpi PNG and as small, sharp SVG."""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from evoscope.abr.report.palette import HAIR, INK, QUIET

PNG_DPI = 300
STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same figure on every machine
    "font.size": 8.0,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.7,
    "axes.titlesize": 8.5,
    "axes.titleweight": "bold",
    "axes.titlecolor": INK,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "grid.color": HAIR,
    "grid.linewidth": 0.5,
    "text.color": INK,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "legend.frameon": False,
    "lines.solid_capstyle": "round",
    "path.simplify": True,
    "path.simplify_threshold": 0.15,
    "svg.fonttype": "path",  # a reader's machine may lack the font
    "svg.hashsalt": "evoscope",  # the same input gives the same file
    "hatch.color": HAIR,
    "hatch.linewidth": 0.5,
}


@dataclass(frozen=True)
class Picture:
    """One finished figure: what it is called, what it shows in words, and both renderings."""

    name: str
    alt: str
    png: bytes
    svg: str


def new_figure(width_in: float, height_in: float) -> Figure:
    """Make an empty figure on an Agg canvas."""
    figure = Figure(figsize=(width_in, height_in))
    FigureCanvasAgg(figure)
    return figure


def finish(figure: Figure, name: str, alt: str) -> Picture:
    """Render a figure as PNG and SVG."""
    png, svg = io.BytesIO(), io.StringIO()
    # Light compression: half the time for a sixth more bytes.
    with warnings.catch_warnings():
        # A subject's name may be written in a script that the font lacks: boxes, not noise.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(png, format="png", dpi=PNG_DPI, pil_kwargs={"compress_level": 3})
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        figure.savefig(svg, format="svg", metadata=nothing)
    return Picture(name, alt, png.getvalue(), slim(svg.getvalue()))


def slim(svg: str) -> str:
    """Drop the prologue and the digits that no screen shows: a tenth of a point is enough.

    Example:
        >>> slim('<?xml version="1.0"?><svg><path d="M 1.23456 21.789"/></svg>')
        '<svg><path d="M 1.23 21.7"/></svg>'
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>", "", body, flags=re.DOTALL)
    # Outlines only: a transform's scale (0.015625) needs all its digits.
    return re.sub(r' d="[^"]*"', lambda path: _FINE.sub(r"\1", path[0]).replace("\n", ""), body)


_FINE = re.compile(r"(\d\d\.\d|\d\.\d\d)\d+")


def axes_of(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Add axes with margins in inches, so that labels take the same room at every size."""
    width, height = figure.get_size_inches()
    return figure.add_axes(
        (left / width, bottom / height, 1 - (left + right) / width, 1 - (bottom + top) / height)
    )


def heading(figure: Figure, name: str, answer: str) -> None:
    """Write who was tested and what came out at the top of a figure: a PNG travels alone."""
    height = figure.get_size_inches()[1]
    short = name if len(name) <= 54 else f"{name[:52]}\N{HORIZONTAL ELLIPSIS}"
    # A name may hold a dollar sign, which would start a formula.
    figure.text(
        0.015,
        1 - 0.05 / height,
        plain(short),
        va="top",
        fontsize=8.5,
        fontweight="bold",
        parse_math=False,
    )
    figure.text(
        0.015, 1 - 0.2 / height, plain(answer), va="top", fontsize=8, color=QUIET, parse_math=False
    )


def remark(figure: Figure, text: str) -> None:
    """Write a small line or two under the heading."""
    y = 1 - 0.36 / figure.get_size_inches()[1]
    lines = "\n".join(textwrap.wrap(plain(text), 92))
    figure.text(0.015, y, lines, va="top", fontsize=6.5, color=QUIET, parse_math=False)


def footnote(figure: Figure, text: str) -> None:
    """Write a small line or two at the bottom of a figure."""
    lines = textwrap.wrap(plain(text), 92, max_lines=2, placeholder=" \N{HORIZONTAL ELLIPSIS}")
    y = 0.05 / figure.get_size_inches()[1]
    figure.text(
        0.015, y, "\n".join(lines), va="bottom", fontsize=6.5, color=QUIET, parse_math=False
    )


def plain(text: str) -> str:
    """Replace characters that no font draws: control characters and line breaks."""
    return "".join(c if c.isprintable() else " " for c in text)


def style() -> AbstractContextManager[None]:
    """Apply the figure style inside a ``with`` block, leaving the user's own settings alone."""
    return rc_context(STYLE)  # type: ignore[arg-type]  # its keys are a Literal
