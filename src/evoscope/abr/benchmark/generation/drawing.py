"""A generator's pack as something that draws under the conditions of real recordings."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.generation.rivals import Draw
from evoscope.abr.benchmark.generation.sample import Floats, Sample, View
from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import SPECIES
from evoscope.abr.findings import WAVES
from evoscope.abr.generation import AnyGenerator, Generator, Seen
from evoscope.abr.generation.seen import RANGED

STEPS = (5, 10, 15, 20, 50, 100)
SHOWN_STEPS = 15
_V = WAVES.index("V")


def draws_of(generator: AnyGenerator, *, view: View, steps: tuple[int, ...]) -> dict[str, Draw]:
    """Return what a pack draws, by name: diffusion once for every number of evaluations."""
    if not isinstance(generator, Generator):
        draws = {"cvae": _draw(generator, view, {})}
        if generator.fitted_prior:
            draws["cvae-standard-normal"] = _draw(generator, view, {"fitted_prior": False})
        return draws
    return {f"diffusion-{k}": _draw(generator, view, {"steps": k}) for k in steps}


def _draw(generator: AnyGenerator, view: View, options: dict[str, Any]) -> Draw:
    def draw(wanted: Sample, seed: int) -> Sample:
        possible = _possible(wanted, generator.seen)
        n_samples = wanted.waveform.shape[1]
        nothing = np.full(len(wanted), np.nan)
        drawn = replace(
            wanted,
            waveform=np.full((len(wanted), n_samples), np.nan),
            present=nothing,
            latency_ms=nothing.copy(),
            amplitude_uv=nothing.copy(),
        )
        rows = np.flatnonzero(possible)
        if not rows.size:
            return drawn
        asked = wanted.at(rows)
        made = generator.generate(
            len(rows), given_of(asked, generator.seen), seed=1_000_000 * (1 + seed), **options
        )
        waveforms = made.waveforms_uv.astype(np.float64)
        if view == "noisy" and isinstance(generator, Generator):
            # Each as noisy as the real recording it stands beside: noisy is judged with noisy.
            missing = np.sqrt(np.maximum(asked.noise_nv**2 - made.residual_noise_nv**2, 0.0))
            waveforms = waveforms + generator.noise_uv(made.seeds, missing)
        drawn.waveform[rows] = waveforms
        drawn.present[rows] = made.present[:, _V]
        drawn.latency_ms[rows] = made.latency_ms[:, _V]
        drawn.amplitude_uv[rows] = made.amplitude_uv[:, _V]
        return drawn

    return draw


def given_of(wanted: Sample, seen: Seen) -> dict[str, Any]:
    """Return the conditions of recordings as a generator takes them.

    Numbers a little outside of what it has learned from are brought to its border.
    """
    given: dict[str, Any] = {}
    for name in RANGED:
        found, values = seen.ranges.get(name), wanted.of(name)
        given[name] = None if found is None else np.clip(values, found.least, found.most).tolist()
    given["frequency_hz"] = wanted.of("frequency_hz").tolist()
    given["species"] = _named(wanted.of("species"), SPECIES)
    classes = _named(wanted.of("loss_class"), CLASSES)
    given["loss_class"] = classes
    threshold = wanted.of("threshold_db")
    for i, loss in enumerate(classes):
        own = None if loss is None else seen.thresholds.get(loss)
        threshold[i] = np.nan if own is None else np.clip(threshold[i], own.least, own.most)
    given["threshold_db"] = threshold.tolist()
    return given


def _named(values: Floats, words: tuple[str, ...]) -> list[str | None]:
    return [None if np.isnan(i) else words[int(i)] for i in values]


def _possible(wanted: Sample, seen: Seen) -> NDArray[np.bool_]:
    """Rows of a class, stimulus and species that it has learned from, at a level that is known."""
    loss = [name in seen.classes for name in _named(wanted.of("loss_class"), CLASSES)]
    tone = [f"{value:g}" in seen.frequencies_hz for value in wanted.of("frequency_hz")]
    kind = [n is None or n in seen.species for n in _named(wanted.of("species"), SPECIES)]
    known = np.isfinite(wanted.of("level_db"))
    return np.asarray(np.asarray(loss) & np.asarray(tone) & np.asarray(kind) & known)
