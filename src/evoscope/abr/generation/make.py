"""A synthetic cohort on disk: conditions in, recordings with their parameters and origin out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import Cohort, CohortWriter, save_split
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.encoding import ONSET_SAMPLE, SAMPLING_RATE_HZ
from evoscope.abr.generation.carry import carried
from evoscope.abr.generation.conditions import conditions_of
from evoscope.abr.generation.ears import Request, draw_ears
from evoscope.abr.generation.generated import Generated
from evoscope.abr.generation.generator import Generator
from evoscope.abr.generation.known import Like, named, open_like
from evoscope.abr.generation.opening import AnyGenerator, open_generator
from evoscope.abr.generation.rows import Ids, rows_of
from evoscope.abr.workers import Item, Over, Result

CHUNK = 64
"""Ears drawn together, between two steps of a progress bar."""
MOST_EARS = 1_000_000


def generate(
    output: str | Path,
    *,
    model: str | Path = "diffusion",
    n: int = 100,
    loss_class: str | None = None,
    levels_db: Sequence[float] = (),
    age_years: float | None = None,
    rate_hz: float | None = None,
    frequency_hz: float | None = None,
    species: str | None = None,
    threshold_db: float | None = None,
    joint: bool = False,
    steps: int | None = None,
    guidance: float | None = None,
    temperature: float = 1.0,
    residual_noise_nv: float | None = None,
    constraints: bool = False,
    like: Like | None = None,
    seed: int = 0,
    over: Over | None = None,
    overwrite: bool = False,
    progress: Callable[[int], None] = lambda _made: None,
) -> Cohort:
    """Draw synthetic ears and write them as a cohort, its patient split beside it.

    Every row says that it is synthetic, by which model (the hash of its pack) and from which seed;
    the conditions it was drawn under are its own columns, those of the request in the provenance.

    Args:
        output: Parquet file to write; it appears whole or not at all.
        model: ``diffusion`` or ``cvae`` (shipped), or the folder of a pack.
        n: ears. Each has one recording at every level.
        loss_class: ``normal``, ``chl``, ``snhl``, ``neuropathy`` or ``total``.
        levels_db: of every ear; needed unless ``joint`` or ``like``.
        age_years: ``None`` leaves it to chance, as those below.
        rate_hz: stimuli per second.
        frequency_hz: of a tone, 0 for a click; ``None`` for the commonest stimulus learned from.
        species: as learned from.
        threshold_db: of the ear, dB nHL.
        joint: class and level may be left out: they are drawn together with the waveform.
        steps: evaluations of the network, of diffusion only, as the two below.
        guidance: 1 draws as trained; more exaggerates the conditions.
        residual_noise_nv: left in the averages, with halves; ``None`` for the least there is.
        temperature: below 1 less varied than was learned.
        constraints: draw ears anew whose waves are out of order, or whose wave V disappears, comes
            later or shrinks as the level rises.
        like: whose ears are to be carried to the conditions given: a cohort, or what an analysis
            found in measured series (``evoscope.analyze``); ``n`` is not used then.
        seed: ear ``i`` has the noise of ``seed + i``.
        over: what does the work, such as a cluster; its results are gone through twice. ``None``:
            this process.
        overwrite: replace an earlier cohort of that name.
        progress: called with the number of ears made since the last call.

    Raises:
        PackError: no such generator.
        ValueError: impossible conditions, with what is possible.
        FormatError: the file cannot be written, or ``like`` cannot be read.

    Example:
        >>> generate("synthetic.parquet", model="no-such-folder", levels_db=[60.0])
        Traceback (most recent call last):
        ...
        evoscope.runtime.errors.PackError: A model pack should be a folder with a card.json in it.
        Found nothing at no-such-folder. Check the path.
    """
    generator = open_generator(model)
    given: dict[str, Any] = {
        "loss_class": loss_class,
        "age_years": age_years,
        "rate_hz": rate_hz,
        "frequency_hz": frequency_hz,
        "species": species,
        "threshold_db": threshold_db,
    }
    options = _options(
        generator, steps=steps, guidance=guidance, residual_noise_nv=residual_noise_nv
    )
    options["temperature"] = temperature
    if seed < 0:
        raise complaint("seed", "0 or more", seed)
    if not 1 <= n <= MOST_EARS:
        raise complaint("n", f"between 1 and {MOST_EARS}", n)
    writing: dict[str, Any] = {
        "n_samples": generator.n_samples,
        "sampling_rate_hz": SAMPLING_RATE_HZ,
        "onset_sample": ONSET_SAMPLE,
        "overwrite": overwrite,
    }
    CohortWriter(output, **writing)  # a path that cannot be is refused before the work
    request: dict[str, Any] = {"seed": seed, "joint": joint, "constraints": constraints, **options}
    if like is not None:
        if constraints or joint:
            raise complaint("like", "without joint and constraints", "one of them")
        changes = {name: value for name, value in given.items() if value is not None}
        changes |= _one_level(levels_db)
        begin = open_like(like)
        if over is not None:
            raise complaint("like", "carried by one process", "a cluster", "Leave the cluster out.")
        drawn, ids = carried(generator, begin, changes, options)
        pieces: Iterable[tuple[Generated, Ids]] = [(drawn, ids)]
        request |= {"like": named(begin), "changes": changes}
        warnings = drawn.warnings
        progress(len(drawn))
    else:
        if given["frequency_hz"] is None:
            given["frequency_hz"] = _commonest(generator)
        _check_given(given, levels_db, joint=joint)
        warnings = _warnings(generator, given, levels_db)
        asked = Request(given, tuple(sorted(set(levels_db))), constraints, options)
        starts = range(0, n, CHUNK)
        chunks = [range(seed + start, seed + min(start + CHUNK, n)) for start in starts]
        parts = (over or _here)(Draw(generator, asked, apart=n), chunks)
        tried = 0
        for chunk, (_, drawn_ears) in zip(chunks, parts, strict=True):
            tried += drawn_ears
            progress(len(chunk))
        pieces = (
            (part, Ids.new(len(chunk), asked.rows, first=chunk.start - seed))
            for chunk, (part, _) in zip(chunks, parts, strict=True)
        )
        stated = {name: value for name, value in given.items() if value is not None}
        request |= {"conditions": stated, "levels_db": list(asked.levels_db), "ears_drawn": tried}
    provenance = {
        "synthetic": True,
        "simulated": _simulated(generator),
        "model": generator.pack.card.name,
        "model_sha256": generator.pack.sha256,
        "request": request,
        "warnings": list(warnings),
    }
    with CohortWriter(output, **writing, provenance=provenance) as writer:
        for piece, owners in pieces:
            writer.append(rows_of(piece, owners, half_difference_uv=_halves(generator, piece)))
    cohort = Cohort.open(output)
    save_split(cohort, seed)
    return cohort


class Draw:
    """Draws the ears of some seeds, in any process: a generator pickles as its folder.

    Args:
        generator: opened.
        asked: what is asked of every ear.
        apart: added to a seed whose ear is drawn anew.
    """

    def __init__(self, generator: AnyGenerator, asked: Request, *, apart: int) -> None:
        self.generator, self.asked, self.apart = generator, asked, apart

    def __reduce__(self) -> tuple[Any, ...]:
        pack = self.generator.pack
        return _draw, (str(pack.folder), pack.sha256, self.asked, self.apart)

    def __call__(self, seeds: range) -> tuple[Generated, int]:
        """Return the recordings, and how many ears were drawn for them."""
        own = np.array(seeds, dtype=np.int64)
        return draw_ears(self.generator, self.asked, own, apart=self.apart)


def _draw(folder: str, sha256: str, asked: Request, apart: int) -> Draw:
    return Draw(_opened(folder, sha256), asked, apart=apart)


@lru_cache(maxsize=1)
def _opened(folder: str, sha256: str) -> AnyGenerator:
    del sha256  # another pack in the same folder is opened anew
    return open_generator(folder)


def _here(work: Callable[[Item], Result], items: Sequence[Item]) -> Sequence[Result]:
    return [work(item) for item in items]


def _options(generator: AnyGenerator, **given: float | None) -> dict[str, Any]:
    known = {name: value for name, value in given.items() if value is not None}
    if known and not isinstance(generator, Generator):
        raise complaint(
            ", ".join(known), "left out: only diffusion has them", "them with another model"
        )
    return known


def _check_given(given: Mapping[str, Any], levels_db: Sequence[float], *, joint: bool) -> None:
    if joint:
        return
    hint = "Give it, or ask for joint generation to have it drawn."
    if given["loss_class"] is None:
        raise complaint("loss_class", "given", "none", hint)
    if not levels_db:
        raise complaint("levels_db", "given", "none", hint)


def _warnings(
    generator: AnyGenerator, given: Mapping[str, Any], levels_db: Sequence[float]
) -> tuple[str, ...]:
    """Check what is asked at every level; what is drawn beside it needs no warning."""
    asked = [{**given, "level_db": level_db} for level_db in levels_db] or [{**given}]
    found = [conditions_of(1, one, seen=generator.seen).warnings for one in asked]
    return tuple(dict.fromkeys(text for texts in found for text in texts))


def _one_level(levels_db: Sequence[float]) -> dict[str, Any]:
    if len(levels_db) > 1:
        raise complaint("levels_db with like", "one level", f"{len(levels_db)}")
    return {"level_db": levels_db[0]} if levels_db else {}


def _commonest(generator: AnyGenerator) -> float | None:
    counts = generator.seen.frequencies_hz
    return float(max(counts, key=lambda name: counts[name])) if counts else None


def _simulated(generator: AnyGenerator) -> bool:
    """Whether all that was learned from was simulated."""
    return all(one.simulated for one in generator.pack.card.data)


def _halves(generator: AnyGenerator, drawn: Generated) -> NDArray[np.float64] | None:
    """Draw the half difference of halves that have the noise of their averages."""
    if not isinstance(generator, Generator) or not drawn.residual_noise_nv > 0.0:
        return None
    return generator.noise_uv(drawn.seeds, drawn.residual_noise_nv)
