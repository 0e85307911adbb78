"""The ears of a cohort under other conditions: the same ear 20 dB lower."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from evoscope.abr.cohort import Cohort
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.findings import Findings
from evoscope.abr.generation.contract import column
from evoscope.abr.generation.cvae import CVAEGenerator
from evoscope.abr.generation.generated import Generated, seen_waves
from evoscope.abr.generation.generator import Generator
from evoscope.abr.generation.known import WORDS, Known, condition_table
from evoscope.abr.generation.opening import AnyGenerator
from evoscope.abr.generation.rows import Ids

_HINT = (
    "A diffusion generator carries its own ears by their seeds; an autoencoder (cvae) carries "
    "measured ones."
)


def carried(
    generator: AnyGenerator,
    like: Cohort | Sequence[Findings],
    changes: Mapping[str, Any],
    options: Mapping[str, Any],
) -> tuple[Generated, Ids]:
    """Carry recordings to other conditions.

    A diffusion generator carries what it drew itself, by the noise it was drawn from; an
    autoencoder carries any recording on its grid, by where it lies in the latent space: of a
    cohort, or measured, as an analysis found it.

    Args:
        generator: opened.
        like: recordings to carry: a cohort, or findings of measured series.
        changes: conditions that differ.
        options: of ``generate``.

    Returns:
        the recordings, and whose they are: still those of the patients they were carried from, so
        that no split parts them.

    Raises:
        ValueError: nothing to change, or recordings of another generator.
        FormatError: recordings on another grid, or noisy ones where clean ones were learned from.
    """
    if not changes:
        raise complaint("like", "given with what should differ, such as a level", "no change")
    if isinstance(generator, Generator):
        if not isinstance(like, Cohort):
            raise complaint("like", "a cohort that this generator drew", "measured series", _HINT)
        drawn = _redrawn(generator, like, changes, options)
        rows = np.arange(like.n_rows)
        if "level_db" in changes:  # levels of one ear are one recording then
            rows = np.sort(np.unique(drawn.seeds, return_index=True)[1])
            drawn = drawn.at(rows)
        frame = like.to_pandas(["patient_id", "series_id", "record"]).iloc[rows]
        return seen_waves(drawn), Ids(*(frame[name].tolist() for name in frame.columns))
    known = known_of(generator, like)
    drawn = generator.carry(
        known.waveforms_uv,
        known.table,
        changes,
        latency_ms=known.latency_ms,
        amplitude_uv=known.amplitude_uv,
        noise_uv=known.noise_uv,
    )
    return seen_waves(drawn), known.ids


def known_of(generator: CVAEGenerator, like: Cohort | Sequence[Findings]) -> Known:
    """Read what an autoencoder can begin with.

    Raises:
        FormatError: recordings on another grid.
        ValueError: measured recordings that it cannot read.
    """
    n_samples = generator.n_samples
    if isinstance(like, Cohort):
        clean = generator.least_noise_nv == 0.0
        return Known.of_cohort(like, clean=clean, n_samples=n_samples)
    return Known.of_findings(like, n_samples=n_samples, seen=generator.seen)


def _redrawn(
    generator: Generator, like: Cohort, changes: Mapping[str, Any], options: Mapping[str, Any]
) -> Generated:
    frame = like.to_pandas(["model_sha256", "seed"])
    known = frame["seed"].notna().all() and (frame["model_sha256"] == generator.pack.sha256).all()
    if not known:
        raise complaint(
            "like",
            f"recordings that this generator drew ({generator.pack.sha256[:12]})",
            f"others in {like.path.name}",
            _HINT,
        )
    request = like.metadata.provenance.get("request", {})
    # What was left to chance comes with the noise again; telling it would draw another ear.
    told = [*request.get("conditions", {}), "level_db"]
    if len(request.get("levels_db", ())) > 1:
        told += ["loss_class", "threshold_db", "age_years"]
    if not request.get("levels_db"):
        told.remove("level_db")
    table = condition_table(like)
    given: dict[str, Any] = {}
    for name in dict.fromkeys(told):
        values = table[:, column(name)].tolist()
        words = WORDS.get(name)
        given[name] = values if words is None else [words[1][int(i)] for i in values]
    earlier = {name: request[name] for name in ("steps", "guidance") if name in request}
    return generator.generate(
        like.n_rows,
        {**given, **changes},
        seeds=frame["seed"].astype(np.int64).tolist(),
        **{**earlier, **options},
    )
