"""The ears of a cohort under other conditions: the same ear 20 dB lower."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import CLASSES, Cohort
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.encoding import SPECIES
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.generation.contract import COLUMNS, column
from evoscope.abr.generation.generated import Generated, seen_waves
from evoscope.abr.generation.generator import Generator
from evoscope.abr.generation.opening import AnyGenerator
from evoscope.abr.generation.rows import Ids

_NUMBERS = {
    "age_years": "age_years",
    "level_db": "level_db",
    "rate_hz": "rate_hz",
    "frequency_hz": "frequency_hz",
    "threshold_db": "true_threshold_db",
}
_WORDS = {"species": ("species", SPECIES), "loss_class": ("loss_type", CLASSES)}


def carried(
    generator: AnyGenerator,
    like: Cohort,
    changes: Mapping[str, Any],
    options: Mapping[str, Any],
) -> tuple[Generated, Ids]:
    """Carry recordings to other conditions.

    A diffusion generator carries what it drew itself, by the noise it was drawn from; an
    autoencoder carries any recording on its grid, by where it lies in the latent space.

    Args:
        generator: opened.
        like: recordings to carry.
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
    rows = np.arange(like.n_rows)
    if isinstance(generator, Generator):
        drawn = _redrawn(generator, like, changes, options)
        if "level_db" in changes:  # levels of one ear are one recording then
            rows = np.sort(np.unique(drawn.seeds, return_index=True)[1])
            drawn = drawn.at(rows)
    else:
        learned_clean = generator.least_noise_nv == 0.0
        waveforms = like.waveforms(column="clean_waveform" if learned_clean else "waveform")
        expected = generator.pack.card.graphs["encoder"].inputs[0].shape[1]
        if waveforms.shape[1] != expected:
            raise FormatError(
                str(like.path),
                "",
                f"Recordings should have the generator's {expected} samples. "
                f"Found {waveforms.shape[1]}.",
            )
        drawn = generator.carry(waveforms, _table(like), changes)
    names = like.to_pandas(["patient_id", "series_id", "record"]).iloc[rows]
    ids = Ids(*(names[name].tolist() for name in names.columns))
    return seen_waves(drawn), ids


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
            "A diffusion generator carries its own ears by their seeds; an autoencoder (cvae) "
            "carries measured ones.",
        )
    request = like.metadata.provenance.get("request", {})
    # What was left to chance comes with the noise again; telling it would draw another ear.
    told = [*request.get("conditions", {}), "level_db"]
    if len(request.get("levels_db", ())) > 1:
        told += ["loss_class", "threshold_db", "age_years"]
    if not request.get("levels_db"):
        told.remove("level_db")
    table = _table(like)
    given: dict[str, Any] = {}
    for name in dict.fromkeys(told):
        values = table[:, column(name)].tolist()
        words = _WORDS.get(name)
        given[name] = values if words is None else [words[1][int(i)] for i in values]
    earlier = {name: request[name] for name in ("steps", "guidance") if name in request}
    return generator.generate(
        like.n_rows,
        {**given, **changes},
        seeds=frame["seed"].astype(np.int64).tolist(),
        **{**earlier, **options},
    )


def _table(cohort: Cohort) -> NDArray[np.float32]:
    frame = cohort.to_pandas([*_NUMBERS.values(), "stimulus", *(n for n, _ in _WORDS.values())])
    table = np.full((len(frame), len(COLUMNS)), np.nan, np.float32)
    for name, source in _NUMBERS.items():
        table[:, column(name)] = frame[source].to_numpy(np.float32)
    table[(frame["stimulus"] == "click").to_numpy(), column("frequency_hz")] = 0.0
    for name, (source, words) in _WORDS.items():
        numbers = frame[source].map({word: i for i, word in enumerate(words)})
        table[:, column(name)] = numbers.to_numpy(np.float32)
    return table
