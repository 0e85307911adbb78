"""Who can be evaluated: the classical analyzer, the shipped model pack, or any pack on disk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evoscope.abr.analysis import CLASSICAL, Options, analyze, analyze_many
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Series


@dataclass(frozen=True)
class Contestant:
    """An analyzer with a name; pickles, so that several processes can ask it.

    Attributes:
        name: in the evaluation document; of a model pack also its version and hash.
        options: which analyzer, and how.
    """

    name: str
    options: Options

    def __call__(self, series: Series) -> Findings:
        """Analyze one series."""
        return analyze(series, options=self.options)

    def many(self, series: Sequence[Series]) -> list[Findings]:
        """Analyze several series: the same findings, a model's in fewer calls."""
        return analyze_many(series, options=self.options)


def contestant(pack: str) -> Contestant:
    """Find who is meant, and open a model pack to see that it can answer.

    Args:
        pack: ``classical``, ``default`` or the folder of a model pack.

    Raises:
        PackError: no such pack, a damaged one, or one made for something else.

    Example:
        >>> contestant("classical").name
        'classical'
    """
    if pack == CLASSICAL:
        return Contestant(pack, Options(analyzer=CLASSICAL))
    from evoscope.abr.analysis.learned import reader_of

    who = reader_of(pack).analyzer
    name = f"{who.name} {who.version} {who.sha256}"
    return Contestant(name, Options(analyzer=pack))
