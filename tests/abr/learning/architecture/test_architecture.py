"""The page of architectures says what the code builds, and arrows are where data flows."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from evoscope.abr.learning.architecture import draw, mermaid, table
from evoscope.abr.learning.architecture.networks import NETWORKS

PAGE = Path(__file__).parents[4] / "docs" / "architecture.md"


@pytest.mark.parametrize("name", NETWORKS)
def test_the_page_shows_the_network_that_the_code_builds(name: str) -> None:
    drawing = NETWORKS[name]()
    page = PAGE.read_text("utf-8")
    hint = "run python -m evoscope.abr.learning.architecture"
    assert f"<!-- table:{name} -->\n{mermaid(drawing)}\n\n{table(drawing)}\n" in page, hint
    fed = {source for part in drawing.parts for source in part.fed_by}
    reached = {source for _, made_of in drawing.outputs.values() for source in made_of}
    assert set(drawing.inputs) <= fed | reached
    # Whatever runs is for something.
    assert {part.name for part in drawing.parts} <= fed | reached


class _Skips(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.down = nn.ModuleList([nn.Linear(4, 4), nn.Linear(4, 4)])
        self.up = nn.Linear(8, 3)
        self.unused = nn.Linear(1, 1)

    def forward(self, x: torch.Tensor, y: torch.Tensor) -> dict[str, torch.Tensor]:
        first = self.down[0](x)
        second = self.down[1](torch.relu(first).exp())
        return {"out": self.up(torch.cat([first, second], dim=1)), "kept": y * 2.0}


def test_an_arrow_goes_past_functions_and_ends_at_the_next_part() -> None:
    drawing = draw(_Skips(), {"x": torch.ones(2, 4), "y": torch.ones(2, 5)})
    assert {part.name: part.fed_by for part in drawing.parts} == {
        "down.0": ("given x",),
        "down.1": ("down.0",),
        "up": ("down.0", "down.1"),
    }
    assert drawing.outputs == {"out": ((3,), ("up",)), "kept": ((5,), ("given y",))}
    assert drawing.parameters == 4 * 5 * 2 + 9 * 3 + 2
    assert "n2 --> n3" in mermaid(drawing)
