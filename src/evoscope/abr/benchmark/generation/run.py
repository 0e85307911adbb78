"""Judge a generator, or a finished synthetic cohort, beside its rivals: the whole protocol."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evoscope.abr.benchmark.evaluation import Data, Evaluation, Figure, commit_of
from evoscope.abr.benchmark.generation.drawing import SHOWN_STEPS, STEPS, draws_of
from evoscope.abr.benchmark.generation.judge import figures_of
from evoscope.abr.benchmark.generation.rivals import Draw, matched, rivals_of, simulated_sample
from evoscope.abr.benchmark.generation.sample import Sample, View, sample_of, view_of
from evoscope.abr.benchmark.generation.two_sample import floor_auc
from evoscope.abr.cohort import Cohort, Split, is_simulated, load_split, split_path
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.generation import AnyGenerator, Generator, open_generator

MOST = 2000
"""Recordings that are drawn for a contestant, of each part."""
FEWEST_MET = 20
"""Held-out conditions that a synthetic cohort has to meet to be judged by them."""
MOST_LEARNED = 20_000
MOST_SIMULATED = 200
"""Patients of the simulator as a rival."""
Start = Callable[[str, int], Callable[[], None]]


@dataclass(frozen=True, eq=False)
class Judged:
    """What was judged, for pictures: the real recordings and what was drawn beside them."""

    real: Sample
    train: Sample
    drawn: Mapping[str, Sample]
    shown: str
    view: View
    time_ms_per_sample: float
    onset_sample: float


def evaluate_generation(
    what: str | Path,
    cohort: Cohort,
    *,
    beside: Sequence[str | Path] = (),
    most: int = MOST,
    steps: tuple[int, ...] = STEPS,
    seed: int = 0,
    start: Start = lambda _task, _total: lambda: None,
) -> tuple[Evaluation, Judged]:
    """Judge what draws recordings against held-out patients of a cohort.

    Clean responses are judged with clean ones where the cohort knows them and every generator has
    learned them; else averages with averages, each drawn one as noisy as its real one.

    Args:
        what: ``diffusion``, ``cvae``, a pack's folder, or a synthetic cohort (Parquet).
        cohort: real recordings, their split beside them: test patients judge, training patients
            are what rivals learn from.
        beside: further packs, in the same table: an autoencoder beside diffusion.
        most: recordings drawn of each part.
        steps: evaluations that diffusion is judged at.
        seed: of every draw.
        start: called with a task and its length; returns what advances it.

    Raises:
        FormatError: no cohort, no split, or another grid.
        PackError: not a generator.
        ValueError: a synthetic cohort on another grid, or too few recordings wanted.
    """
    if most < 50:
        raise complaint("most", "at least 50", most)
    split = load_split(split_path(cohort), cohort)
    test, learned = (
        [name for name, part in split.patients.items() if part == wanted]
        for wanted in ("test", "train")
    )
    made = Cohort.open(what) if Path(what).is_file() else None
    packs = [*(() if made is not None else (what,)), *beside]
    generators = [open_generator(pack) for pack in packs]
    view = _view(cohort, made, generators)
    real = sample_of(cohort, view=view, patients=test, most=most, seed=seed)
    train = sample_of(cohort, view=view, patients=learned, most=MOST_LEARNED, seed=seed)
    asked = sample_of(cohort, view=view, patients=learned, most=most, seed=seed)
    contestants: dict[str, Draw] = {}
    if made is not None:
        source = sample_of(made, view=view, most=MOST_LEARNED, seed=seed)
        if source.waveform.shape[1] != real.waveform.shape[1]:
            raise complaint(
                "recordings of both cohorts",
                f"of {real.waveform.shape[1]} samples",
                f"{source.waveform.shape[1]} in {made.path.name}",
            )
        met = int(matched(source, real, seed).drawn.sum())
        if met < FEWEST_MET:
            raise complaint(
                f"{made.path.name}",
                f"a cohort with recordings under at least {FEWEST_MET} of the held-out conditions",
                f"some under {met} of {len(real)}: it is another population. Draw more like the "
                "held-out patients, or judge the generator itself (diffusion, cvae, its pack)",
            )
        contestants["cohort"] = lambda wanted, s: matched(source, wanted, s)
    notes: dict[str, str] = {}
    for generator in generators:
        draws = draws_of(generator, view=view, steps=steps)
        twice = draws.keys() & contestants.keys()
        if twice:
            raise complaint("beside", "a pack of another kind", f"{min(twice)} twice")
        contestants |= draws
        notes |= dict.fromkeys(draws, _memory_note(generator, split))
    shown = _shown(list(contestants))
    # As many patients as the other rivals learn from.
    profile = str(cohort.metadata.provenance.get("profile", "clinic"))
    simulated = simulated_sample(
        profile=profile,
        patients=min(MOST_SIMULATED, len(learned)),
        seed=seed + 7919,
        view=view,
    )
    same_grid = simulated.waveform.shape[1] == real.waveform.shape[1]
    contestants |= rivals_of(train, simulated if same_grid else None)
    chance = floor_auc(real, seed=seed).value
    figures: list[Figure] = []
    drawn: dict[str, Sample] = {}
    advance = start("Judging", len(contestants))
    for name, draw in contestants.items():
        drawn[name] = draw(real, seed)
        # The other numbers of steps are there for fidelity: it takes half the draws.
        whole = name == shown or not name.startswith("diffusion-")
        figures += figures_of(
            name,
            real=real,
            drawn=drawn[name],
            train=train,
            asked=asked,
            drawn_asked=draw(asked, seed + 1) if whole else None,
            simulated=is_simulated(cohort),
            floor_auc=chance,
            memory_note=notes.get(name, "Compared with this cohort's training patients."),
            seed=seed,
        )
        advance()
    evaluation = Evaluation(
        pack=str(what) if made is not None else generators[0].pack.card.name,
        data=Data(
            path=cohort.path.name,
            sha256=split.cohort_sha256,
            split_sha256=split.sha256,
            split="test",
            patients=len(set(real.patient.tolist())),
            patients_in_split=len(test),
            recordings=len(real),
            note=f"Judged: {view} waveforms, {len(real)} recordings of each contestant.",
        ),
        commit=commit_of(Path(__file__).resolve().parent),
        seed=seed,
        figures=tuple(figures),
    )
    grid = cohort.metadata
    judged = Judged(
        real, train, drawn, shown, view, 1000.0 / grid.sampling_rate_hz, grid.onset_sample
    )
    return evaluation, judged


def _view(cohort: Cohort, made: Cohort | None, generators: Sequence[AnyGenerator]) -> View:
    clean = view_of(cohort) == "clean" and (made is None or view_of(made) == "clean")
    return "clean" if clean and all(g.least_noise_nv == 0.0 for g in generators) else "noisy"


def _shown(names: list[str]) -> str:
    wanted = f"diffusion-{SHOWN_STEPS}"
    return wanted if wanted in names else names[0]


def _memory_note(generator: AnyGenerator, split: Split) -> str:
    """Say whether the training patients at hand are those that the pack has learned from."""
    learned = {one.split_sha256 for one in generator.pack.card.data}
    if split.sha256 in learned:
        return "Compared with the patients that the pack has learned from."
    kind = "diffusion" if isinstance(generator, Generator) else "CVAE"
    return f"The {kind} pack learned from another cohort: this tells of strays, not of memory."
