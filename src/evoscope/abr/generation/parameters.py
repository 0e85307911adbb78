"""Parameters generated with a signal: from standardised numbers to what they mean."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import CENSORED, CLASSES
from evoscope.abr.findings import WAVES
from evoscope.abr.generation.contract import column
from evoscope.runtime import Card, Constant


class Parameters:
    """Names, centres and scales of the parameters of a generator.

    Args:
        names, centres, scales: in the order of the graph's columns.
    """

    def __init__(self, names: list[str], centres: list[float], scales: list[float]) -> None:
        self.names, self.centres, self.scales = names, centres, scales

    def __len__(self) -> int:
        return len(self.names)

    def constants(self) -> dict[str, Constant]:
        """What a card should keep of them."""
        return {
            "parameters": Constant(
                value=[
                    {"name": name, "centre": centre, "scale": scale}
                    for name, centre, scale in zip(
                        self.names, self.centres, self.scales, strict=True
                    )
                ],
                units="1",
                meaning="generated beside the signal: value = centre + scale x output",
            )
        }

    @classmethod
    def of_card(cls, card: Card) -> Self:
        """Take them from a card that `constants` were put on."""
        rows: Any = card.constants["parameters"].value
        return cls(
            [str(row["name"]) for row in rows],
            [float(row["centre"]) for row in rows],
            [float(row["scale"]) for row in rows],
        )

    def read(
        self, clean: NDArray[np.floating], conditions: NDArray[np.float32]
    ) -> dict[str, NDArray[Any]]:
        """Read generated numbers; what was given as a condition is as given.

        Args:
            clean: ``(n, parameters)`` standardised.
            conditions: ``(n, len(COLUMNS))``.

        Returns:
            ``loss_class``, ``level_db``, ``age_years``, ``threshold_db`` ``(n,)``; ``present``,
            ``latency_ms``, ``amplitude_uv`` ``(n, 5)``.
        """
        values = clean.astype(np.float64) * self.scales + self.centres

        def one(name: str) -> NDArray[np.float64]:
            return np.asarray(values[:, self.names.index(name)])

        def waves(what: str) -> NDArray[np.float64]:
            return np.stack([one(f"wave_{wave}_{what}") for wave in WAVES], axis=1)

        drawn = np.stack([one(f"class_{name}") for name in CLASSES], axis=1).argmax(axis=1)
        given = conditions[:, column("loss_class")]
        number = np.where(np.isnan(given), drawn, np.nan_to_num(given)).astype(int)
        loss = np.array(CLASSES)[number]
        threshold = _given_or(conditions, "threshold_db", one("threshold_db"))
        present = waves("present") > 0.5
        return {
            "loss_class": loss,
            "level_db": _given_or(conditions, "level_db", one("level_db")),
            "age_years": _given_or(conditions, "age_years", np.exp(one("log_age_years"))),
            "threshold_db": np.where(np.isin(loss, list(CENSORED)), np.nan, threshold),
            "present": present,
            "latency_ms": np.where(present, waves("latency_ms"), np.nan),
            "amplitude_uv": np.where(present, waves("amplitude_uv"), np.nan),
        }


def _given_or(
    conditions: NDArray[np.float32], name: str, drawn: NDArray[np.float64]
) -> NDArray[np.float64]:
    given = conditions[:, column(name)].astype(np.float64)
    return np.where(np.isnan(given), drawn, given)
