"""Ears drawn whole: one class, threshold and age over all their levels, physiology kept if asked.

Where several levels are asked for, an ear is first drawn at the loudest, and what came with it is
then told to the network at every level: an ear has one threshold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import CENSORED
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.generation.conditions import at_levels
from evoscope.abr.generation.constraints import possible_ears
from evoscope.abr.generation.generated import Generated, join, seen_waves
from evoscope.abr.generation.generator import Generator
from evoscope.abr.generation.opening import AnyGenerator
from evoscope.abr.generation.seen import Range, Seen

ROUNDS = 25
"""An ear that breaks a constraint is drawn anew so often before the request is given up."""


@dataclass(frozen=True)
class Request:
    """What is asked of ears.

    Attributes:
        conditions: name -> one value for all ears; see `conditions_of`. ``level_db`` is not among
            them.
        levels_db: of every ear; empty leaves one level to chance.
        constraints: draw ears anew that break the order of waves, or turn with level.
        options: of the generator's ``generate``.
    """

    conditions: Mapping[str, Any]
    levels_db: tuple[float, ...]
    constraints: bool = False
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """Recordings of an ear."""
        return max(1, len(self.levels_db))


def draw_ears(
    generator: AnyGenerator, request: Request, seeds: NDArray[np.int64], *, apart: int
) -> tuple[Generated, int]:
    """Draw one ear for every seed, its recordings together.

    Args:
        generator: opened.
        request: what is asked.
        seeds: ``(n,)``, all different.
        apart: added to a seed whose ear is drawn anew: larger than seeds differ.

    Returns:
        the recordings, in the order of ``seeds``, and how many ears were drawn for them.

    Raises:
        ValueError: impossible conditions, or constraints that were never met.
    """
    drawn = _draw(generator, request, seeds)
    if not request.constraints:
        return drawn, len(seeds)
    tried, rows = len(seeds), np.arange(len(seeds) * request.rows).reshape(len(seeds), -1)
    good = _possible(drawn, len(seeds))
    for turn in range(1, ROUNDS):
        missing = np.flatnonzero(~good)
        if not missing.size:
            return drawn, tried
        again = _draw(generator, request, seeds[missing] + turn * apart)
        whole = join([drawn, again])
        take = rows.copy()
        take[missing] = len(drawn) + np.arange(len(again)).reshape(len(missing), -1)
        drawn = whole.at(take.ravel())
        good[missing] = _possible(again, len(missing))
        tried += len(missing)
    if good.all():
        return drawn, tried
    raise complaint(
        "ears under constraints",
        f"found within {ROUNDS} draws each",
        f"{int((~good).sum())} of {len(good)} that broke them every time",
        "Train the generator longer, ask for fewer levels, or leave the constraints out.",
    )


def _possible(drawn: Generated, ears: int) -> NDArray[np.bool_]:
    return possible_ears(
        drawn.level_db, drawn.present, drawn.latency_ms, drawn.amplitude_uv, ears=ears
    )


def _draw(generator: AnyGenerator, request: Request, seeds: NDArray[np.int64]) -> Generated:
    k, given = request.rows, dict(request.conditions)
    if k == 1:
        told = {"level_db": request.levels_db[0]} if request.levels_db else {}
        single = generator.generate(
            len(seeds), {**given, **told}, seeds=seeds.tolist(), **request.options
        )
        return seen_waves(single)
    if isinstance(generator, Generator):
        given |= _completed(generator, request, seeds)
    drawn = generator.generate(
        len(seeds) * k,
        at_levels(len(seeds), request.levels_db, given),
        seeds=np.repeat(seeds, k).tolist(),
        **request.options,
    )
    return seen_waves(drawn)


def _completed(generator: Generator, request: Request, seeds: NDArray[np.int64]) -> dict[str, Any]:
    """Draw what an ear has beside its waveforms, for what was not given: only diffusion does."""
    names = ("loss_class", "threshold_db", "age_years")
    missing = [name for name in names if request.conditions.get(name) is None]
    if request.conditions.get("loss_class") in CENSORED:
        missing = [name for name in missing if name != "threshold_db"]
    if not missing:
        return {}
    first = generator.generate(
        len(seeds),
        {**request.conditions, "level_db": max(request.levels_db)},
        seeds=seeds.tolist(),
        **request.options,
    )
    drawn = {
        "loss_class": first.loss_class.tolist(),
        "threshold_db": _seen_thresholds(first, generator.seen),
        "age_years": _inside(first.age_years, generator.seen.ranges.get("age_years")).tolist(),
    }
    return {name: drawn[name] for name in missing}


def _seen_thresholds(drawn: Generated, seen: Seen) -> Sequence[float]:
    return [
        float(_inside(np.array([value]), seen.thresholds.get(str(name)))[0])
        for value, name in zip(drawn.threshold_db, drawn.loss_class, strict=True)
    ]


def _inside(values: NDArray[np.float64], found: Range | None) -> NDArray[np.float64]:
    """Keep what was drawn inside what was learned: the network may overshoot a little."""
    if found is None:
        return np.full(values.shape, np.nan)
    return np.clip(values, found.least, found.most)
