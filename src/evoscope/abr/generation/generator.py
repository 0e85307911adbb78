"""A generator: opens a pack, draws recordings, carries an ear to other conditions, denoises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.diffusion import (
    Progress,
    Sampler,
    convert,
    enter,
    guided,
    leave,
    sample,
    time_grid,
    time_of,
)
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.encoding import grid_time_ms
from evoscope.abr.generation.conditions import Conditions, at_levels, conditions_of
from evoscope.abr.generation.contract import CLOCK, EXPECTED, SEEN, column
from evoscope.abr.generation.coordinates import Coordinates
from evoscope.abr.generation.finish import Finish
from evoscope.abr.generation.generated import Denoised, Generated
from evoscope.abr.generation.parameters import Parameters
from evoscope.abr.generation.seen import Seen
from evoscope.abr.generation.shared_noise import SharedNoise, own_noise, seeds_of
from evoscope.abr.generation.step import denoiser, velocity
from evoscope.runtime import Pack, Session, open_pack

AT_ONCE = 128
"""Recordings walked together: more are no faster, and take more memory."""
STEPS = 15


class Generator:
    """Draws synthetic recordings from a pack of purpose ``abr.generation``.

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
        self._coordinates = Coordinates.of_card(self.pack.card)
        self._parameters = Parameters.of_card(self.pack.card)
        self._finish = Finish.of_card(self.pack.card)
        self.seen = Seen.model_validate_json(self.pack.read(SEEN))

    @property
    def n_samples(self) -> int:
        """Samples of a waveform."""
        return self._coordinates.n_samples

    @property
    def least_noise_nv(self) -> float:
        """Residual noise of what it has learned from: it cannot generate anything quieter."""
        value: Any = self.pack.card.constants["least_noise_nv"].value
        return float(value)

    def generate(
        self,
        n: int,
        conditions: Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        seeds: Sequence[int] | None = None,
        residual_noise_nv: float | None = None,
        steps: int = STEPS,
        sampler: Sampler = "dpm_solver_2m",
        guidance: float = 1.0,
        temperature: float = 1.0,
        progress: Progress | None = None,
    ) -> Generated:
        """Draw recordings, with their waves, class, threshold, age and level.

        The diffusion runs down to the least noise there is, and what is missing of the noise asked
        for is put on anew, in the reference's colour. That has the distribution of stopping earlier
        (Gaussian noise adds up), and leaves the clean waveform and its parameters known.

        Args:
            n: how many.
            conditions: see `conditions_of`; what is left out is drawn with the waveform.
            seed: recording ``i`` has the noise of ``seed + i``.
            seeds: the seed of each instead; recordings of one seed are one ear.
            residual_noise_nv: noise to leave in the waveforms; ``None`` for the least there is.
            steps: of the sampler; each is one run of the network, two of ``heun`` and twice as many
                with guidance.
            sampler: see `evoscope.abr.diffusion.sample`.
            guidance: 1 draws as trained; more exaggerates the conditions, 0 ignores them.
            temperature: SD of the noise it begins with; below 1 less varied than was learned.
            progress: told as steps are done, over all recordings.

        Raises:
            ValueError: conditions that are impossible, or less noise than can be.
        """
        asked = conditions_of(n, conditions or {}, seen=self.seen)
        own = seeds_of(n, seed=seed, seeds=seeds)
        if not 0.0 < temperature <= 2.0:
            raise complaint("temperature", "above 0, at most 2", temperature)
        noise_nv = self.least_noise_nv if residual_noise_nv is None else residual_noise_nv
        if not self.least_noise_nv <= noise_nv < float("inf"):
            hint = "It has learned from averages with that much." if self.least_noise_nv else ""
            raise complaint(
                "residual_noise_nv", f"{self.least_noise_nv:.1f} or more", noise_nv, hint
            )
        least = self.least_noise_nv / 1000.0 / self._coordinates.scale_uv
        grid = time_grid(CLOCK, steps=steps, t_end=float(time_of(least, schedule=CLOCK)))
        parts = []
        for start in range(0, n, AT_ONCE):
            rows = slice(start, start + AT_ONCE)
            noise = SharedNoise(own[rows])
            told = asked.table[rows]
            width = self._coordinates.n_samples + len(self._parameters)
            begin = noise(np.empty((len(told), width), np.float32)) * np.float32(temperature)
            denoise = guided(
                conditional=denoiser(self._session, told),
                unconditional=denoiser(self._session, None),
                scale=guidance,
            )
            drawn = sample(
                denoise,
                begin,
                grid=grid,
                sampler=sampler,
                noise=noise,
                progress=_part_of(
                    progress, before=start // AT_ONCE * steps, total=-(-n // AT_ONCE) * steps
                ),
            )
            if least > 0.0:
                # Parameters are not read off noise: what is expected of them stands in.
                end = np.full(len(drawn), grid.t[-1, 0], np.float32)
                n_samples = self._coordinates.n_samples
                expected = denoise(drawn, t=end)[:, n_samples:]
                drawn = leave(drawn, sigma=float(least))
                drawn[:, n_samples:] = expected
            parts.append(drawn)
        return self._read(np.concatenate(parts), asked, own, noise_nv)

    def noise_uv(
        self, seeds: NDArray[np.int64], residual_noise_nv: float | NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Draw noise of the colour learned from, ``(n, n_samples)`` microvolts.

        Args:
            seeds: ``(n,)``; a seed's noise is not that of any recording of the same seed.
            residual_noise_nv: its size, of all or ``(n,)``.
        """
        n_samples = self._coordinates.n_samples
        # Another stream than that of the noise in the averages.
        white = own_noise(seeds + (1 << 40), n_samples) / self._coordinates.scale_uv
        size_uv = np.broadcast_to(np.asarray(residual_noise_nv) / 1000.0, len(seeds))
        return self._coordinates.leave(white) * size_uv[:, None]

    def series(
        self,
        ears: int,
        levels_db: Sequence[float],
        conditions: Mapping[str, Any] | None = None,
        *,
        seed: int = 0,
        **options: Any,
    ) -> Generated:
        """Draw ears at several levels each: rows of an ear together, levels as given.

        The levels of an ear share their noise, so that they differ by the level alone.

        Args:
            ears: how many.
            levels_db: of each.
            conditions: one value for all, or one for each ear.
            seed: ear ``i`` has the noise of ``seed + i``.
            options: of `generate`.
        """
        given = at_levels(ears, levels_db, conditions or {})
        seeds = [seed + ear for ear in range(ears) for _ in levels_db]
        return self.generate(len(seeds), given, seeds=seeds, **options)

    def counterfactual(
        self, like: Generated, changes: Mapping[str, Any], **options: Any
    ) -> Generated:
        """Draw the same ears under other conditions: the same noise, what else was given kept.

        Args:
            like: drawn by this generator.
            changes: conditions that differ, such as ``{"level_db": 40}``.
            options: of `generate`, as ``like`` was drawn with.

        Raises:
            ValueError: recordings of another generator, or impossible conditions.
        """
        if like.model_sha256 != self.pack.sha256:
            raise complaint(
                "recordings", f"of this generator, {self.pack.sha256[:12]}", like.model_sha256[:12]
            )
        kept = {
            name: like.conditions[:, column(name)]
            for name in ("age_years", "level_db", "rate_hz", "frequency_hz", "threshold_db")
        }
        words = {
            name: [
                None if np.isnan(i) else self.pack.card.taxonomies[name].names[int(i)]
                for i in like.conditions[:, column(name)]
            ]
            for name in ("species", "loss_class")
        }
        given = {**kept, **words, **changes}
        return self.generate(len(like), given, seeds=like.seeds.tolist(), **options)

    def denoise(
        self,
        waveforms_uv: NDArray[np.floating],
        noise_uv: NDArray[np.floating],
        conditions: NDArray[np.floating],
    ) -> Denoised:
        """Read measured averages in one run of the network, at the time their noise tells.

        Args:
            waveforms_uv: ``(n, n_samples)`` averages on the generator's grid.
            noise_uv: ``(n, n_samples)`` half the difference of their halves.
            conditions: ``(n, len(COLUMNS))`` what is known of them; class and threshold are not
                read, the residual noise is taken from ``noise_uv``.

        Raises:
            ValueError: a recording without noise, or one as noisy as no clock is.
        """
        sigma = self._coordinates.sigma_of(noise_uv)
        t = time_of(np.where(sigma > 0.0, sigma, np.nan), schedule=CLOCK)
        x = enter(self._coordinates.enter(waveforms_uv), sigma=sigma).astype(np.float32)
        told = conditions.astype(np.float32).copy()
        told[:, column("loss_class")] = told[:, column("threshold_db")] = np.nan
        rms_uv = np.sqrt(np.mean(noise_uv.astype(np.float64) ** 2, axis=1))
        told[:, column("residual_noise_nv")] = 1000.0 * rms_uv
        n_samples, untold = x.shape[1], np.full((len(x), len(self._parameters)), np.nan, np.float32)
        v = np.concatenate(
            [
                velocity(
                    self._session,
                    x[i : i + AT_ONCE],
                    t[i : i + AT_ONCE],
                    told[i : i + AT_ONCE],
                    noisy_parameters=untold[i : i + AT_ONCE],
                )
                for i in range(0, len(x), AT_ONCE)
            ]
        )
        clean = convert(v[:, :n_samples], x=x, sigma=sigma, given="v", wanted="x0")
        return Denoised(
            waveforms_uv=self._coordinates.leave(clean).astype(np.float32),
            **self._parameters.read(-v[:, n_samples:], told),
        )

    def _read(
        self,
        drawn: NDArray[np.float32],
        asked: Conditions,
        seeds: NDArray[np.int64],
        noise_nv: float,
    ) -> Generated:
        n_samples = self._coordinates.n_samples
        time_ms = grid_time_ms(n_samples)
        read = self._parameters.read(drawn[:, n_samples:], asked.table)
        quiet = self._coordinates.leave(drawn[:, :n_samples])
        if not self.least_noise_nv:
            quiet = self._finish.silence(quiet)
            read["present"] &= quiet.any(axis=1, keepdims=True)
            read["latency_ms"] = self._finish.marks(quiet, time_ms, read["latency_ms"])
            for name in ("latency_ms", "amplitude_uv"):
                read[name] = np.where(read["present"], read[name], np.nan)
        added_uv = np.sqrt(noise_nv**2 - self.least_noise_nv**2) / 1000.0
        added = self._coordinates.leave(own_noise(seeds, n_samples)) / self._coordinates.scale_uv
        return Generated(
            waveforms_uv=(quiet + added_uv * added).astype(np.float32),
            clean_uv=None if self.least_noise_nv else quiet.astype(np.float32),
            time_ms=time_ms,
            residual_noise_nv=float(noise_nv),
            conditions=asked.table,
            seeds=seeds,
            model_sha256=self.pack.sha256,
            warnings=asked.warnings,
            **read,
        )


def _part_of(progress: Progress | None, *, before: int, total: int) -> Progress | None:
    """Tell what a part has done as what the whole has."""
    if progress is None:
        return None
    tell = progress

    def told(*, done: int, total: int = total) -> None:
        del total  # of the part
        tell(done=before + done, total=whole)

    whole = total
    return told
