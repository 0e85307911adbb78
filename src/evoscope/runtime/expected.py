"""What a program needs a model to be, asked before the model is believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from evoscope.runtime.card import Card
from evoscope.runtime.errors import PackError


@dataclass(frozen=True)
class Expected:
    """What the calling program relies on; a pack that differs is refused, never adapted.

    Attributes:
        purpose: of the card.
        taxonomies: names in their order, by taxonomy: a class number means what it meant.
        units: by the name of an input, output, column or constant; wherever the name occurs.

    Example:
        >>> Expected(purpose="sums", units={"x": "uV"}).purpose
        'sums'
    """

    purpose: str
    taxonomies: Mapping[str, Sequence[str]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def check(self, card: Card) -> None:
        """Check a card.

        Raises:
            PackError: made for something else, other classes, other units.
        """
        label = f"Pack {card.name} {card.version}"
        if card.purpose != self.purpose:
            raise PackError(
                f"{label} should be made for {self.purpose!r}.",
                f"Found purpose {card.purpose!r}.",
                "Name another pack.",
            )
        for name, wanted in self.taxonomies.items():
            taxonomy = card.taxonomies.get(name)
            found = None if taxonomy is None else list(taxonomy.names)
            if found != list(wanted):
                raise PackError(
                    f"{label} should know {name} as {list(wanted)}, in this order.",
                    f"Found {found}.",
                    "Train it again with this version of Evoscope.",
                )
        stated = _units(card)
        for name, unit in self.units.items():
            found_units = stated.get(name, set())
            if found_units != {unit}:
                raise PackError(
                    f"{label} should have {name} in {unit}.",
                    f"Found {', '.join(sorted(found_units)) or 'no such name'}.",
                    "Train it again with this version of Evoscope.",
                )


def _units(card: Card) -> dict[str, set[str]]:
    """Collect the units that a card states, by name of what has them."""
    found: dict[str, set[str]] = {}
    for graph in card.graphs.values():
        for tensor in (*graph.inputs, *graph.outputs):
            if tensor.units:
                found.setdefault(tensor.name, set()).add(tensor.units)
            for column in tensor.columns:
                found.setdefault(column.name, set()).add(column.units)
    for name, constant in card.constants.items():
        found.setdefault(name, set()).add(constant.units)
    return found
