"""Draws recordings from the pack of a variational autoencoder, and fills in their features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import CLASSES
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.encoding import grid_time_ms
from evoscope.abr.findings import WAVES
from evoscope.abr.generation.conditions import Conditions, at_levels, conditions_of
from evoscope.abr.generation.contract import SEEN, column
from evoscope.abr.generation.cvae.assimilation import assimilated
from evoscope.abr.generation.cvae.contract import (
    DECODER,
    ENCODER,
    EXPECTED,
    PLACES,
    PRIOR,
    READER,
    TO_NOISE,
)
from evoscope.abr.generation.cvae.imputation import Imputed, Latents, Quantiles, impute
from evoscope.abr.generation.generated import Generated
from evoscope.abr.generation.seen import Seen
from evoscope.abr.generation.shared_noise import SharedNoise, seeds_of
from evoscope.runtime import Pack, Session, open_pack

AT_ONCE = 256
"""Recordings decoded together: more are no faster, and take more memory."""
_ASKED = ("level_db", "loss_class")
_MODEL_UV = 0.005
"""What it cannot draw of a recording is about so large."""
_ALIKE = 5.0
"""Neighbouring samples that share their noise: averages hold little above 1.5 kHz."""
_MARKED = (0.1, 0.03)
"""SD of a mark, ms and uV, beside what it marks."""


class CVAEGenerator:
    """Draws synthetic recordings from a pack of purpose ``abr.generation.cvae``.

    An autoencoder does not draw conditions: class and level have to be given, and what else is left
    out stays open. It knows waves I, III and V; II and IV are never marked as present. What it
    draws is the middle of what z stands for: without any noise beside that in its training data.

    Args:
        pack: path, or opened.
        threads: that one call may use.

    Raises:
        PackError: not such a pack.
    """

    def __init__(self, pack: str | Path | Pack, *, threads: int = 1) -> None:
        path = pack.folder if isinstance(pack, Pack) else pack
        self.pack = open_pack(path, expected=EXPECTED)
        self._session = Session(self.pack, threads=threads)
        self.seen = Seen.model_validate_json(self.pack.read(SEEN))
        shape = self.pack.card.graphs[DECODER].inputs[0].shape
        assert isinstance(shape[1], int)  # the contract fixes it
        self._latent = shape[1]

    @property
    def fitted_prior(self) -> bool:
        """Whether z is drawn by the conditions; else from a standard normal."""
        return PRIOR in self.pack.card.graphs

    @property
    def n_samples(self) -> int:
        """Samples of a waveform."""
        shape = self.pack.card.graphs[DECODER].outputs[0].shape
        assert isinstance(shape[1], int)  # the contract fixes it
        return shape[1]

    @property
    def least_noise_nv(self) -> float | None:
        """Residual noise of what it has learned from; ``None`` where that is not known."""
        value: Any = self.pack.card.constants["least_noise_nv"].value
        return None if value is None else float(value)

    def generate(
        self,
        n: int,
        conditions: Mapping[str, Any],
        *,
        seed: int = 0,
        seeds: Sequence[int] | None = None,
        temperature: float = 1.0,
        fitted_prior: bool = True,
    ) -> Generated:
        """Draw recordings with their waves.

        Args:
            n: how many.
            conditions: see `conditions_of`; ``level_db`` and ``loss_class`` have to be there.
            seed: recording ``i`` has the noise of ``seed + i``.
            seeds: the seed of each instead; recordings of one seed are one ear.
            temperature: SD of the noise; below 1 less varied than was learned.
            fitted_prior: off, z is drawn from a standard normal also where a prior was fitted.

        Raises:
            ValueError: conditions that are impossible, or without class or level.
        """
        asked = conditions_of(n, conditions, seen=self.seen)
        for name in _ASKED:
            if np.isnan(asked.table[:, column(name)]).any():
                hint = "This model draws waveforms, not conditions."
                raise complaint(name, "given for every recording", "none", hint)
        own = seeds_of(n, seed=seed, seeds=seeds)
        if not 0.0 < temperature <= 2.0:
            raise complaint("temperature", "above 0, at most 2", temperature)
        noise = SharedNoise(own)(np.empty((n, self._latent), np.float32)) * np.float32(temperature)
        z = self._placed(noise, asked.table) if fitted_prior else noise
        return self._read(self._run(DECODER, z, asked.table), asked, own)

    def series(
        self,
        ears: int,
        levels_db: Sequence[float],
        conditions: Mapping[str, Any],
        *,
        seed: int = 0,
        **options: Any,
    ) -> Generated:
        """Draw ears at several levels each: rows of an ear together, and of one seed.

        Args:
            ears: how many.
            levels_db: of each.
            conditions: one value for all, or one for each ear.
            seed: ear ``i`` has the noise of ``seed + i``.
            options: of `generate`.
        """
        given = at_levels(ears, levels_db, conditions)
        seeds = [seed + ear for ear in range(ears) for _ in levels_db]
        return self.generate(len(seeds), given, seeds=seeds, **options)

    def carry(
        self,
        waveforms_uv: NDArray[np.floating],
        conditions: NDArray[np.floating],
        changes: Mapping[str, Any],
        *,
        latency_ms: NDArray[np.floating] | None = None,
        amplitude_uv: NDArray[np.floating] | None = None,
        noise_uv: NDArray[np.floating] | None = None,
    ) -> Generated:
        """Draw the same ears under other conditions: what the given ones do not explain is kept.

        Args:
            waveforms_uv: ``(n, n_samples)`` on the generator's grid.
            conditions: ``(n, len(COLUMNS))`` they were recorded under; NaN = not known.
            changes: conditions that differ, such as ``{"level_db": 40}``; see `conditions_of`.
            latency_ms: of waves I, III, V as they were found; see `encode`, as the two below.
            amplitude_uv: the same.
            noise_uv: residual noise.

        Returns:
            recordings whose ``seeds`` are -1: they were not drawn, but carried.

        Raises:
            ValueError: impossible conditions.
        """
        n, before = len(waveforms_uv), np.ascontiguousarray(conditions, dtype=np.float32)
        changed = conditions_of(n, changes, seen=self.seen)
        table = np.where(np.isnan(changed.table), before, changed.table)
        z = self.encode(
            waveforms_uv,
            before,
            latency_ms=latency_ms,
            amplitude_uv=amplitude_uv,
            noise_uv=noise_uv,
        ).mean
        if self.fitted_prior:
            noise = self._session.run(TO_NOISE, {"z": z, "conditions": before})["noise"]
            z = self._placed(noise, table)
        asked = Conditions(table, changed.warnings)
        return self._read(self._run(DECODER, z, table), asked, np.full(n, -1, dtype=np.int64))

    def reconstruct(
        self,
        waveforms_uv: NDArray[np.floating],
        conditions: NDArray[np.floating],
        *,
        latency_ms: NDArray[np.floating] | None = None,
        amplitude_uv: NDArray[np.floating] | None = None,
    ) -> NDArray[np.float32]:
        """Encode recordings and decode the middle of where they lie: ``(n, n_samples)``.

        Args:
            waveforms_uv: ``(n, n_samples)`` on the generator's grid.
            conditions: ``(n, len(COLUMNS))``; NaN = not known.
            latency_ms: ``(n, 3)`` of waves I, III, V; NaN = not known.
            amplitude_uv: the same.
        """
        where = self.encode(
            waveforms_uv, conditions, latency_ms=latency_ms, amplitude_uv=amplitude_uv
        )
        return self._run(DECODER, where.mean, conditions.astype(np.float32))["signal"]

    def encode(
        self,
        waveforms_uv: NDArray[np.floating],
        conditions: NDArray[np.floating],
        *,
        latency_ms: NDArray[np.floating] | None = None,
        amplitude_uv: NDArray[np.floating] | None = None,
        noise_uv: NDArray[np.floating] | None = None,
    ) -> Latents:
        """Return where recordings lie in the latent space; arguments as in `reconstruct`.

        Args:
            waveforms_uv: ``(n, n_samples)`` on the generator's grid.
            conditions: ``(n, len(COLUMNS))``; NaN = not known.
            latency_ms: ``(n, 3)`` of waves I, III, V; NaN = not known.
            amplitude_uv: the same.
            noise_uv: ``(n,)`` residual noise of averages. Without it they are taken for as clean as
                what it has learned, and the encoder answers. With it, what could have been drawn
                under these conditions is held against each recording, noise considered: what
                the recording does not tell stays as it usually is.
        """
        nobody = np.full((len(waveforms_uv), len(PLACES)), np.nan, np.float32)
        given = {
            "signal": waveforms_uv,
            "conditions": conditions,
            "latency_ms": nobody if latency_ms is None else latency_ms,
            "amplitude_uv": nobody if amplitude_uv is None else amplitude_uv,
        }
        arrays = {
            name: np.ascontiguousarray(values, dtype=np.float32) for name, values in given.items()
        }
        if noise_uv is not None:
            return self._located(arrays, np.asarray(noise_uv, dtype=np.float64))
        parts = [
            self._session.run(ENCODER, {name: a[i : i + AT_ONCE] for name, a in arrays.items()})
            for i in range(0, len(waveforms_uv), AT_ONCE)
        ]
        mean = np.concatenate([part["mean"] for part in parts])
        log_variance = np.concatenate([part["log_variance"] for part in parts])
        return Latents(mean, np.exp(0.5 * log_variance))

    def _located(
        self, arrays: Mapping[str, NDArray[np.float32]], noise_uv: NDArray[np.float64]
    ) -> Latents:
        """Place noisy recordings one by one: z of what comes out as they are."""
        means, spreads = [], []
        marks = ("latency_ms", "amplitude_uv")
        off = np.repeat(np.square(_MARKED), len(PLACES))
        for row, noise in enumerate(noise_uv):
            told = arrays["conditions"][row]
            wanted = np.concatenate([arrays[name][row] for name in ("signal", *marks)])
            known = np.isfinite(wanted)
            floor = _ALIKE * (noise**2 + _MODEL_UV**2)
            variance = np.concatenate([np.full(self.n_samples, floor), off])[known]

            def latents(members: NDArray[np.float64], told: NDArray[np.float32] = told) -> Any:
                z = np.ascontiguousarray(members, dtype=np.float32)
                return self._placed(z, np.tile(told, (len(z), 1)))

            def comes_of(
                members: NDArray[np.float64],
                told: NDArray[np.float32] = told,
                known: NDArray[np.bool_] = known,
            ) -> NDArray[np.float64]:
                made = self._run(DECODER, latents(members, told), np.tile(told, (len(members), 1)))
                values = [made[name] for name in ("signal", *marks)]
                return np.concatenate(values, axis=1)[:, known].astype(np.float64)

            members = assimilated(
                comes_of, wanted[known].astype(np.float64), variance, latent=self._latent, seed=row
            )
            z = latents(members)
            means.append(z.mean(axis=0))
            spreads.append(z.std(axis=0))
        return Latents(np.stack(means), np.stack(spreads))

    def _placed(
        self, noise: NDArray[np.float32], conditions: NDArray[np.float32]
    ) -> NDArray[np.float32]:
        """Return z of standard normal noise, by the prior that was fitted."""
        if not self.fitted_prior:
            return noise
        return self._session.run(PRIOR, {"noise": noise, "conditions": conditions})["z"]

    def impute(
        self,
        waveforms_uv: NDArray[np.floating],
        conditions: NDArray[np.floating],
        *,
        latency_ms: NDArray[np.floating],
        amplitude_uv: NDArray[np.floating],
        noise_uv: NDArray[np.floating] | None = None,
        draws: int = 32,
        seed: int = 0,
    ) -> Imputed:
        """Fill in latencies and amplitudes that are NaN, with 90 % intervals.

        Args:
            waveforms_uv: ``(n, n_samples)`` on the generator's grid.
            conditions: ``(n, len(COLUMNS))``; NaN = not known.
            latency_ms: ``(n, 3)`` of waves I, III, V; NaN = not known.
            amplitude_uv: the same.
            noise_uv: see `encode`; intervals were calibrated without noise, and widen with it.
            draws: of z for every recording: their spread says how far the answer is open.
            seed: of the draws.

        Raises:
            ValueError: a pack whose intervals were not calibrated.
        """
        where = self.encode(
            waveforms_uv,
            conditions,
            latency_ms=latency_ms,
            amplitude_uv=amplitude_uv,
            noise_uv=noise_uv,
        )
        told = conditions.astype(np.float32)
        return impute(
            where,
            np.concatenate([latency_ms, amplitude_uv], axis=1).astype(np.float64),
            read=lambda z: self._run(READER, z, told),
            quantiles=Quantiles.of_card(self.pack.card),
            draws=draws,
            seed=seed,
        )

    def _run(
        self, graph: str, z: NDArray[np.float32], conditions: NDArray[np.float32]
    ) -> dict[str, NDArray[np.float32]]:
        parts = [
            self._session.run(
                graph,
                {
                    "z": np.ascontiguousarray(z[i : i + AT_ONCE]),
                    "conditions": np.ascontiguousarray(conditions[i : i + AT_ONCE]),
                },
            )
            for i in range(0, len(z), AT_ONCE)
        ]
        return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}

    def _read(
        self, made: Mapping[str, NDArray[np.float32]], asked: Conditions, seeds: NDArray[np.int64]
    ) -> Generated:
        n, places = len(seeds), list(PLACES)
        present = np.zeros((n, len(WAVES)), dtype=bool)
        # A recording without a response shows no wave, whatever each may say by itself.
        present[:, places] = (made["present_logits"] > 0.0) & (made["response_logits"] > 0.0)

        def of_waves(name: str) -> NDArray[np.float64]:
            values = np.full((n, len(WAVES)), np.nan)
            values[:, places] = made[name]
            return np.where(present, values, np.nan)

        def given(name: str) -> NDArray[np.float64]:
            return asked.table[:, column(name)].astype(np.float64)

        is_clean = self.least_noise_nv == 0.0
        return Generated(
            waveforms_uv=made["signal"],
            clean_uv=made["signal"] if is_clean else None,
            time_ms=grid_time_ms(made["signal"].shape[1]),
            # Of measured averages it draws a part of the noise, and nobody knows how much.
            residual_noise_nv=0.0 if is_clean else float("nan"),
            conditions=asked.table,
            loss_class=_words(asked.table[:, column("loss_class")]),
            level_db=given("level_db"),
            age_years=given("age_years"),
            threshold_db=given("threshold_db"),
            present=present,
            latency_ms=of_waves("latency_ms"),
            amplitude_uv=of_waves("amplitude_uv"),
            seeds=seeds,
            model_sha256=self.pack.sha256,
            warnings=asked.warnings,
        )


def _words(numbers: NDArray[np.float32]) -> NDArray[np.str_]:
    """Names of classes by number; empty where not known."""
    names = np.array([*CLASSES, ""])
    known = ~np.isnan(numbers)
    return np.asarray(names[np.where(known, np.nan_to_num(numbers), len(CLASSES)).astype(int)])
