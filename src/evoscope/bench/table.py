"""A table of a page, and what it is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evoscope.abr.benchmark.evaluation import Evaluation
from evoscope.measure.results import fill

ROOT = Path(__file__).resolve().parents[3]
RESULTS = "benchmarks/results"


@dataclass(frozen=True)
class Table:
    """A table of a page.

    Attributes:
        page: of the checkout.
        name: between its markers.
        files: result files it is made of; none where code alone makes it.
        render: their contents to Markdown, in that order.
    """

    page: str
    name: str
    files: tuple[str, ...]
    render: Callable[..., str]

    def rendered(self, root: Path = ROOT) -> str | None:
        """What it should say; ``None`` while a file it is made of is not there."""
        paths = [root / RESULTS / name for name in self.files]
        if not all(path.is_file() for path in paths):
            return None
        return self.render(*(path.read_text("utf-8") for path in paths))

    def filled(self, text: str, root: Path = ROOT) -> str:
        """The text of its page with the table as it should be."""
        says = self.rendered(root)
        return text if says is None else fill(text, self.name, says)


def of_evaluation(render: Callable[[Evaluation], str]) -> Callable[[str], str]:
    """Let a function of an evaluation take the content of its file."""
    return lambda content: render(Evaluation.model_validate_json(content))
