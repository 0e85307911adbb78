"""Charts of the site are drawn by the code of docs/_extensions: boxes apart, arrows downwards."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).parents[2] / "docs"
CHARTS = re.findall(
    r"^```mermaid\n(.*?)^```",
    (DOCS / "architecture.md").read_text(encoding="utf-8"),
    flags=re.DOTALL | re.MULTILINE,
)
BOX_HEIGHT, BETWEEN = 63.0, 34.0


@pytest.fixture(scope="module")
def flow_charts() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(DOCS / "_extensions"))
        import flow_charts

        yield flow_charts
        for name in ("flow_charts", "flow_layout"):
            sys.modules.pop(name, None)


@pytest.mark.parametrize("chart", CHARTS)
def test_boxes_do_not_touch_and_arrows_point_down(chart: str, flow_charts: ModuleType) -> None:
    boxes, arrows = flow_charts.parse(chart)
    layout = flow_charts.lay_out(
        {name: box.width for name, box in boxes.items()},
        arrows,
        box_height=BOX_HEIGHT,
        between_layers=BETWEEN,
    )
    assert set(layout.centres) == set(boxes)
    for one, other in combinations(boxes, 2):
        (x, y), (other_x, other_y) = layout.centres[one], layout.centres[other]
        if y == other_y:
            assert abs(x - other_x) >= (boxes[one].width + boxes[other].width) / 2
    for (start, end), way in zip(arrows, layout.ways, strict=True):
        assert way[0] == (layout.centres[start][0], layout.centres[start][1] + BOX_HEIGHT)
        assert way[-1] == layout.centres[end]
        assert [y for _, y in way] == sorted(y for _, y in way)


def test_a_long_arrow_goes_round_the_boxes_between(flow_charts: ModuleType) -> None:
    widths = {"a": 100.0, "b": 100.0, "c": 100.0}
    layout = flow_charts.lay_out(
        widths, [("a", "b"), ("b", "c"), ("a", "c")], box_height=40.0, between_layers=30.0
    )
    (passing,) = {x for x, y in layout.ways[2] if 70.0 <= y <= 110.0}
    assert abs(passing - layout.centres["b"][0]) > 50.0


def test_names_are_escaped(flow_charts: ModuleType) -> None:
    svg = flow_charts.draw('flowchart TD\n  a["<b>x & y</b>"]\n  b(["<script>"])\n  a --> b')
    assert "x &amp; y" in svg
    assert "<script>" not in svg


@pytest.mark.parametrize(
    ("chart", "says"),
    [
        ("sequenceDiagram\n  a", "begin with 'flowchart TD'"),
        ('flowchart TD\n  a["x"]\n  a -.-> a', "a box or an arrow"),
        ('flowchart TD\n  a["x"]\n  a --> b', "Both ends"),
        ('flowchart TD\n  a["x"]\n  b["y"]\n  a --> b\n  b --> a', "circle"),
    ],
)
def test_what_cannot_be_drawn_is_refused(chart: str, says: str, flow_charts: ModuleType) -> None:
    with pytest.raises(ValueError, match=says):
        flow_charts.draw(chart)
