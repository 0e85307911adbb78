"""``evoscope abr``: the commands on auditory brainstem responses."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from evoscope.cli.usage_error import UsageError

app = App(name="abr", help="Auditory brainstem responses: analyze recordings, look inside files.")

Flag = Parameter(negative="", show_default=False)
WorksBy = Annotated[
    Literal["local", "ray"],
    Parameter(help="ray: on a cluster, or all cores; stopped, the same command goes on."),
]


@app.command
def analyze(
    *paths: Annotated[str, Parameter(help="Files, folders or patterns of any format, mixed.")],
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], help="Folder for the results.")
    ] = None,
    overwrite: Annotated[bool, Flag, Parameter(help="Replace the results in that folder.")] = False,
    json: Annotated[bool, Flag, Parameter(help="Print findings as one JSON document.")] = False,
    species: Annotated[
        Literal["human", "mouse", "rat", "gerbil", "guinea pig", "chinchilla"] | None,
        Parameter(help="For files that do not say."),
    ] = None,
    level_reference: Annotated[
        Literal["nHL", "SPL", "peSPL"] | None, Parameter(help="For files that do not say.")
    ] = None,
    age_years: Annotated[
        float | None, Parameter(help="A person's age, for files that do not say.")
    ] = None,
    age_weeks: Annotated[
        float | None, Parameter(help="The same of an infant, in weeks since birth.")
    ] = None,
    filter: Annotated[  # noqa: A002 - the option's name is promised
        Literal["adult_click", "tone", "infant", "animal", "smooth", "none"] | None,
        Parameter(help="Filter preset, in place of the one that fits the recording."),
    ] = None,
    calibration: Annotated[
        Path | None, Parameter(help="CSV of nominal_db,actual_db: true levels for nominal ones.")
    ] = None,
    analyzer: Annotated[
        str | None,
        Parameter(help="Who answers: classical (as without it), default (shipped), or a pack."),
    ] = None,
    figures: Annotated[bool, Parameter(help="Draw the figures.", show_default=False)] = True,
    engine: WorksBy = "local",
) -> int:
    """Find waves, thresholds and intervals in recordings; write tables, figures and a report.

    Cohorts (.parquet) give tables and findings.jsonl: one document a patient, no figures.
    """
    from evoscope.cli.analyze_command import run_analyze

    return run_analyze(
        paths,
        output=output,
        overwrite=overwrite,
        json=json,
        species=species,
        level_reference=level_reference,
        age_years=age_years,
        age_weeks=age_weeks,
        filter_preset=filter,
        calibration=calibration,
        analyzer=analyzer,
        figures=figures,
        engine=engine,
    )


@app.command
def schema() -> int:
    """Print the JSON schema that findings.json and --json follow."""
    from evoscope.cli.schema_command import run_schema

    return run_schema()


@app.command
def inspect(
    *paths: Annotated[str, Parameter(help="Files, folders or patterns of any format, mixed.")],
    json: Annotated[bool, Flag, Parameter(help="Print one JSON document.")] = False,
) -> int:
    """Show what was understood of files: format, series, levels, sweeps, units, clock, warnings."""
    from evoscope.cli.inspect_command import run_inspect

    return run_inspect(paths, json=json)


@app.command
def evaluate(
    pack: Annotated[
        str,
        Parameter(
            help="What to evaluate: classical, default, or a model pack; "
            "with --generation diffusion, cvae, a generator's pack, or a synthetic cohort."
        ),
    ],
    /,
    *,
    data: Annotated[Path, Parameter(help="Cohort (Parquet) with truth, its split.json beside it.")],
    split: Annotated[
        Literal["test", "val", "train", "all"], Parameter(help="Which patients.")
    ] = "test",
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], help="Folder for the results.")
    ] = None,
    overwrite: Annotated[bool, Flag, Parameter(help="Replace the results in that folder.")] = False,
    json: Annotated[
        bool, Flag, Parameter(help="Print the evaluation as one JSON document.")
    ] = False,
    patients: Annotated[
        int | None, Parameter(help="Only so many patients, drawn at random: a quick look.")
    ] = None,
    seed: Annotated[int, Parameter(help="Of that draw, and of the intervals.")] = 0,
    generation: Annotated[
        bool, Flag, Parameter(help="Judge synthetic recordings against held-out patients.")
    ] = False,
    beside: Annotated[
        list[str] | None,
        Parameter(
            negative="",
            help="Further generator's pack in the same table (--generation); repeatable.",
        ),
    ] = None,
    recordings: Annotated[
        int | None, Parameter(help="Drawn by each contestant (--generation); default 2000.")
    ] = None,
    steps: Annotated[
        list[int] | None,
        Parameter(negative="", help="Evaluations of a diffusion (--generation); repeatable."),
    ] = None,
    limits: Annotated[
        bool, Parameter(help="Measure the best that is possible, too (simulated cohorts).")
    ] = True,
    processes: Annotated[
        int | None, Parameter(help="How many work at once; by default one per core.")
    ] = None,
) -> int:
    """Measure an analyzer on a cohort whose truth is known, every figure beside a trivial guess."""
    if generation:
        if split != "test" or patients is not None:
            raise UsageError(
                "--generation should go with the test patients, all of them. "
                "Found --split or --patients. Draw fewer recordings: --recordings."
            )
        from evoscope.cli.judge_command import run_judge

        return run_judge(
            pack,
            beside=beside or (),
            data=data,
            output=output,
            overwrite=overwrite,
            json=json,
            seed=seed,
            recordings=recordings,
            steps=steps,
        )
    if recordings is not None or steps or beside:
        raise UsageError(
            "--recordings, --steps and --beside should go with --generation. Found it missing."
        )
    from evoscope.cli.evaluate_command import run_evaluate

    return run_evaluate(
        pack,
        data=data,
        split=split,
        output=output,
        overwrite=overwrite,
        json=json,
        patients=patients,
        seed=seed,
        limits=limits,
        processes=processes,
    )


@app.command
def simulate(
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="Parquet file to write.")],
    patients: Annotated[int | None, Parameter(help="Default: the profile's own number.")] = None,
    seed: Annotated[int, Parameter(help="Same seed, same bits.")] = 0,
    profile: Annotated[
        str, Parameter(help="Which clinic: clinic, adult, infant_screening or mouse.")
    ] = "clinic",
    polarity: Annotated[
        Literal["alternating", "pair"],
        Parameter(help="pair: rarefaction and condensation beside each average."),
    ] = "alternating",
    enrich: Annotated[bool, Flag, Parameter(help="At least 100 ears of every class.")] = False,
    shift: Annotated[
        list[str] | None,
        Parameter(
            negative="",
            help="Move the mean by SDs of the norms: latency=+1, amplitude, noise, threshold.",
        ),
    ] = None,
    report: Annotated[bool, Flag, Parameter(help="Compare with the published clinic.")] = False,
    files: Annotated[
        Literal["ihs", "epl", "csv"] | None,
        Parameter(name="--as", help="Also write device files, named by patient."),
    ] = None,
    processes: Annotated[int | None, Parameter(help="Default: one per core.")] = None,
    engine: WorksBy = "local",
    overwrite: Annotated[bool, Flag, Parameter(help="Replace that file.")] = False,
) -> int:
    """Simulate a clinic with known truth: a cohort to train, test and teach with."""
    from evoscope.cli.simulate_command import run_simulate

    return run_simulate(
        output=output,
        patients=patients,
        seed=seed,
        profile=profile,
        polarity=polarity,
        enrich=enrich,
        shift=shift or (),
        report=report,
        files=files,
        processes=processes,
        engine=engine,
        overwrite=overwrite,
    )


@app.command
def generate(
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="Parquet file to write.")],
    model: Annotated[
        str, Parameter(help="diffusion, cvae (shipped), or the folder of a generator's pack.")
    ] = "diffusion",
    n: Annotated[int, Parameter(name=["-n", "--ears"], help="How many ears.")] = 100,
    loss_class: Annotated[
        Literal["normal", "chl", "snhl", "neuropathy", "total"] | None,
        Parameter(name="--class", help="Loss type of all of them; or --joint, or --like."),
    ] = None,
    level: Annotated[
        list[float] | None,
        Parameter(negative="", help="dB nHL; repeatable: every ear has a recording at each."),
    ] = None,
    age: Annotated[float | None, Parameter(help="Years; without it, left to chance.")] = None,
    rate: Annotated[float | None, Parameter(help="Stimuli per second.")] = None,
    frequency: Annotated[
        float | None, Parameter(help="Hz, 0 for a click; default the commonest learned from.")
    ] = None,
    species: Annotated[str | None, Parameter(help="As learned from.")] = None,
    threshold: Annotated[float | None, Parameter(help="Of the ear, dB nHL.")] = None,
    joint: Annotated[
        bool, Flag, Parameter(help="Draw what is not given, class and level too, with the signal.")
    ] = False,
    steps: Annotated[int | None, Parameter(help="Evaluations of the network (diffusion).")] = None,
    guidance: Annotated[
        float | None, Parameter(help="1 as trained; more exaggerates conditions (diffusion).")
    ] = None,
    temperature: Annotated[float, Parameter(help="Below 1: less varied than learned.")] = 1.0,
    noise: Annotated[
        float | None,
        Parameter(help="Residual noise to leave in, nV, with halves; default none (diffusion)."),
    ] = None,
    constraints: Annotated[
        bool, Flag, Parameter(help="Only ears whose waves keep their order and follow level.")
    ] = False,
    like: Annotated[
        Path | None,
        Parameter(
            help="Whose ears are carried to the conditions given: a cohort, or (cvae) recordings "
            "of any format, which are analyzed first."
        ),
    ] = None,
    seed: Annotated[int, Parameter(help="Same seed, same ears.")] = 0,
    engine: WorksBy = "local",
    overwrite: Annotated[bool, Flag, Parameter(help="Replace that file.")] = False,
) -> int:
    """Draw synthetic ears under conditions: a cohort that says it is synthetic, and a picture."""
    from evoscope.cli.generate_command import run_generate

    return run_generate(
        output=output,
        levels_db=level or (),
        n=n,
        overwrite=overwrite,
        engine=engine,
        model=model,
        loss_class=loss_class,
        age_years=age,
        rate_hz=rate,
        frequency_hz=frequency,
        species=species,
        threshold_db=threshold,
        joint=joint,
        steps=steps,
        guidance=guidance,
        temperature=temperature,
        residual_noise_nv=noise,
        constraints=constraints,
        like=like,
        seed=seed,
    )


@app.command
def train(
    recipe: Annotated[
        str,
        Parameter(
            help="A YAML file, or a shipped one: production, quick, ... read recordings; "
            "generator and cvae draw them."
        ),
    ],
    /,
    *,
    data: Annotated[
        list[Path], Parameter(negative="", help="Cohort (Parquet) with its split; repeatable.")
    ],
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="Folder of run and pack.")],
    start: Annotated[
        str | None,
        Parameter(
            name="--from",
            help="Pack whose weights to begin with: default (shipped), or a folder (fine-tuning).",
        ),
    ] = None,
    resume: Annotated[bool, Flag, Parameter(help="Go on where the run stopped.")] = False,
    overrides: Annotated[
        list[str] | None,
        Parameter(name="--set", negative="", help="Fields: optimiser.learning_rate=1e-3."),
    ] = None,
    cache: Annotated[
        Path | None, Parameter(help="Folder that keeps what was read, for the next run.")
    ] = None,
    processes: Annotated[
        int | None, Parameter(help="How many read at once; by default one per core.")
    ] = None,
) -> int:
    """Train a network on cohorts; writes the run's log and checkpoints, and a model pack."""
    from evoscope.cli.train_command import run_train

    return run_train(
        recipe,
        data=data,
        output=output,
        start=start,
        resume=resume,
        overrides=overrides or (),
        cache=cache,
        processes=processes,
    )


@app.command
def runs(
    *folders: Annotated[Path, Parameter(help="Folders of runs, or folders that hold some.")],
    picture: Annotated[Path | None, Parameter(help="PNG of the curves to write.")] = None,
) -> int:
    """Compare training runs: figures beside trivial ones, verdicts, flags, settings, curves."""
    from evoscope.cli.train_command import run_runs

    return run_runs(folders, picture=picture)
