"""Draw the pages' mermaid flow charts as SVG while the site is built.

GitHub draws the same blocks by mermaid's script. A site that did so would fetch three megabytes of
it from elsewhere in every reader's browser; the charts need boxes and arrows alone. What is not of
this small part of the language is an error, so that no chart is shown wrong.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from docutils import nodes
from flow_layout import lay_out
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

_BOX = re.compile(r'(\w+)(\(\[|\[)"(.+)"(?:\]\)|\])')
_ARROW = re.compile(r"(\w+) --> (\w+)")
_LINE, _LETTER, _MARGIN = 17.0, 6.7, 6.0


@dataclass(frozen=True)
class Box:
    """A box: its lines, the bold ones among them, and whether its ends are round."""

    lines: tuple[str, ...]
    bold: tuple[bool, ...]
    is_round: bool

    @property
    def width(self) -> float:
        """The width its longest line needs."""
        return 14 + _LETTER * max(len(line) for line in self.lines)


def parse(text: str) -> tuple[dict[str, Box], list[tuple[str, str]]]:
    """Read a flow chart: boxes by name, and arrows.

    Raises:
        ValueError: a line is neither; it is shown.
    """
    first, *lines = [line.strip() for line in text.strip().splitlines()]
    if first != "flowchart TD":
        raise ValueError(f"A chart should begin with 'flowchart TD'. Found {first!r}.")
    boxes: dict[str, Box] = {}
    arrows: list[tuple[str, str]] = []
    for line in lines:
        if box := _BOX.fullmatch(line):
            parts = box[3].split("<br>")
            bold = tuple(part.startswith("<b>") for part in parts)
            plain = tuple(re.sub(r"</?b>", "", part) for part in parts)
            boxes[box[1]] = Box(plain, bold, box[2] == "([")
        elif arrow := _ARROW.fullmatch(line):
            arrows.append((arrow[1], arrow[2]))
        else:
            raise ValueError(
                f"A line of a chart should be a box or an arrow. Found {line!r}. Write "
                'a["text"], a(["text"]) or a --> b.'
            )
    unknown = {name for arrow in arrows for name in arrow} - set(boxes)
    if unknown:
        raise ValueError(f"Both ends of an arrow should be boxes. Found {sorted(unknown)}.")
    return boxes, arrows


def draw(text: str) -> str:
    """Return a chart as SVG whose colours are those of the theme."""
    boxes, arrows = parse(text)
    box_height = 12 + _LINE * max(len(box.lines) for box in boxes.values())
    layout = lay_out(
        {name: box.width for name, box in boxes.items()},
        arrows,
        box_height=box_height,
        between_layers=34.0,
    )
    width, height = layout.width + 2 * _MARGIN, layout.height + 2 * _MARGIN
    said = "; ".join(f"{boxes[start].lines[0]} to {boxes[end].lines[0]}" for start, end in arrows)
    out = [
        f'<div class="flow-chart"><svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f'aria-label="Flow chart: {html.escape(said)}" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="{-_MARGIN} {-_MARGIN} {width:.0f} {height:.0f}">',
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
    ]
    out += [f'<path class="way" d="{_curve(way)}"/>' for way in layout.ways]
    for name, box in boxes.items():
        x, top = layout.centres[name]
        radius = box_height / 2 if box.is_round else 4
        kind = "end" if box.is_round else "part"
        out.append(
            f'<g class="{kind}"><rect x="{x - box.width / 2:.1f}" y="{top:.1f}" '
            f'width="{box.width:.1f}" height="{box_height:.1f}" rx="{radius:.1f}"/>'
        )
        first = top + box_height / 2 - (len(box.lines) - 1) * _LINE / 2 + 4.5
        for i, (line, bold) in enumerate(zip(box.lines, box.bold, strict=True)):
            weight = ' class="name"' if bold else ""
            out.append(
                f'<text{weight} x="{x:.1f}" y="{first + i * _LINE:.1f}">{html.escape(line)}</text>'
            )
        out.append("</g>")
    return "".join([*out, "</svg></div>"])


def _curve(way: list[tuple[float, float]]) -> str:
    (x, y), *rest = way
    path = [f"M{x:.1f} {y:.1f}"]
    for to_x, to_y in rest:
        middle = (y + to_y) / 2
        path.append(f"C{x:.1f} {middle:.1f} {to_x:.1f} {middle:.1f} {to_x:.1f} {to_y:.1f}")
        x, y = to_x, to_y
    return "".join(path)


class FlowChart(SphinxDirective):
    """A ``mermaid`` block."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Draw it."""
        try:
            svg = draw("\n".join(self.content))
        except ValueError as fault:
            raise self.error(str(fault)) from fault
        return [nodes.raw("", svg, format="html")]


def setup(app: Sphinx) -> ExtensionMetadata:
    """Take the blocks in."""
    app.add_directive("mermaid", FlowChart)
    return {"parallel_read_safe": True}
