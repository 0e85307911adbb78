"""Recordings unlike those the network was tried on: how many, and what follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evoscope.abr.analysis.faults import is_clipped
from evoscope.abr.analysis.intake import Intake
from evoscope.abr.analysis.learned.domain import Domain, statistics_of
from evoscope.abr.encoding import Encoded
from evoscope.runtime.engine import Array

# More than this share of odd recordings, and the series as a whole is not one for the network.
MOST_ODD = 0.25


@dataclass(frozen=True)
class Odd:
    """What is odd about the rows of a series.

    Attributes:
        reasons: per row, in words; empty where nothing is.
    """

    reasons: tuple[str, ...]

    @property
    def too_many(self) -> bool:
        """Whether the network's answer cannot stand."""
        return sum(map(bool, self.reasons)) > MOST_ODD * len(self.reasons)

    def summary(self) -> str:
        """How many rows are odd, and the most frequent reason."""
        given = [reason for reason in self.reasons if reason]
        most = max(sorted(set(given)), key=given.count)
        return f"{len(given)} of {len(self.reasons)}: {most}"


def oddities_of(read: dict[str, Array], encoded: Encoded, intake: Intake, domain: Domain) -> Odd:
    """Compare rows with what the network was tried on, and look for clipping.

    Args:
        read: inputs and outputs of the rows.
        encoded: the rows.
        intake: the series they were made of.
        domain: what the network was tried on.
    """
    statistics = statistics_of(
        read["waveforms"], read["covered"], encoded.conditions, read["signal.mean"]
    )
    found = domain.oddities(statistics)
    recordings = intake.series.recordings
    for row, members in zip(found, encoded.members, strict=True):
        if any(is_clipped(recordings[i].waveform) for i in members):
            row.append("clipped")
    return Odd(tuple(_listed(row) for row in found))


def _listed(reasons: Sequence[str]) -> str:
    return "; ".join(dict.fromkeys(reasons))
