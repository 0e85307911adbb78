"""``evoscope text``: the commands on messages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

app = App(name="text", help="Messages: emotions, valence and arousal, safety, style, intent.")

Flag = Parameter(negative="", show_default=False)
Model = Annotated[str, Parameter(help="Folder of a text pack, or default: the shipped one.")]
Threads = Annotated[int, Parameter(help="That one call may use.")]


@app.command
def analyze(
    *texts: Annotated[str, Parameter(help="Messages.")],
    file: Annotated[
        Path | None,
        Parameter(
            help="Messages, one a line; in .jsonl, .csv, .tsv and .parquet a field of each; - for "
            "standard input.",
            allow_leading_hyphen=True,
        ),
    ] = None,
    column: Annotated[str, Parameter(help="Of --file: field that holds the text.")] = "text",
    model: Model = "default",
    precision: Annotated[Literal["int8", "float32"], Parameter(help="Of the encoder.")] = "int8",
    threads: Threads = 1,
    batch_size: Annotated[int, Parameter(help="Texts that go through together.")] = 32,
    highlight: Annotated[bool, Flag, Parameter(help="Point at what a score depends on.")] = False,
    scrub: Annotated[
        bool, Flag, Parameter(help="Take personal data out before anything is read.")
    ] = False,
    engine: Annotated[
        Literal["local", "ray"],
        Parameter(help="ray: on a cluster, or all cores; stopped, the same command goes on."),
    ] = "local",
    json: Annotated[bool, Flag, Parameter(help="Write findings as one JSON document.")] = False,
    jsonl: Annotated[bool, Flag, Parameter(help="Write findings, one a line, as JSON.")] = False,
    csv: Annotated[bool, Flag, Parameter(help="Write findings as a table.")] = False,
    perspective: Annotated[
        bool, Flag, Parameter(help="Write one Perspective response a line, as JSON.")
    ] = False,
    output: Annotated[
        Path | None,
        Parameter(
            name=["--output", "-o"],
            help="File to write; .json, .jsonl and .csv say the layout; default: the terminal.",
        ),
    ] = None,
) -> int:
    """Answer five questions about each message; nothing of it is kept, or written anywhere.

    With --highlight the table quotes passages of a message.
    """
    from evoscope.cli.text_analyze_command import layout_of, run_text_analyze

    return run_text_analyze(
        texts,
        file=file,
        column=column,
        model=model,
        precision=precision,
        threads=threads,
        batch_size=batch_size,
        highlight=highlight,
        scrub=scrub,
        engine=engine,
        layout=layout_of({"json": json, "jsonl": jsonl, "csv": csv, "perspective": perspective}),
        output=output,
    )


@app.command
def train(
    recipe: Annotated[str, Parameter(help="Name of a shipped recipe, or a YAML file.")],
    /,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="Folder of run and pack.")],
    data: Annotated[
        Path | None, Parameter(help="Folder of the corpora; by default EVOSCOPE_REALDATA/text.")
    ] = None,
    resume: Annotated[bool, Flag, Parameter(help="Go on where the run stopped.")] = False,
    overrides: Annotated[
        list[str] | None,
        Parameter(name="--set", negative="", help="Any field: optimiser.learning_rate=1e-3."),
    ] = None,
    cache: Annotated[
        Path | None, Parameter(help="Folder that keeps what a frozen encoder said.")
    ] = None,
    corpora: Annotated[
        list[str] | None, Parameter(negative="", help="Corpora to learn from; default: all.")
    ] = None,
    backbone: Annotated[str | None, Parameter(help="Name, repository or folder.")] = None,
    freeze_strategy: Annotated[
        Literal["none", "full", "partial"] | None, Parameter(help="What of it stays.")
    ] = None,
    freeze_layers: Annotated[
        int | None, Parameter(help="Of partial: layers from the bottom.")
    ] = None,
    dropout: Annotated[float | None, Parameter(help="In the heads.")] = None,
    use_focal_loss: Annotated[bool, Flag, Parameter(help="For emotions.")] = False,
    focal_gamma: Annotated[float | None, Parameter(help="Of it; 2 where not given.")] = None,
    use_uncertainty_weighting: Annotated[
        bool, Flag, Parameter(help="Tasks weighed by their uncertainty.")
    ] = False,
    emotion_weight: Annotated[
        float | None, Parameter(help="Of emotions, where weights are fixed.")
    ] = None,
    head_hidden_dims: Annotated[
        list[int] | None, Parameter(negative="", consume_multiple=True, help="Of every head.")
    ] = None,
    epochs: Annotated[int | None, Parameter(help="At most.")] = None,
    batch_size: Annotated[int | None, Parameter(help="Texts a batch.")] = None,
    lr: Annotated[float | None, Parameter(help="Learning rate.")] = None,
    weight_decay: Annotated[float | None, Parameter(help="Of matrices.")] = None,
    max_grad_norm: Annotated[float | None, Parameter(help="Longer gradients are cut.")] = None,
    scheduler: Annotated[
        Literal["cosine", "plateau", "constant"] | None, Parameter(help="Of the rate.")
    ] = None,
    patience: Annotated[
        int | None, Parameter(help="Epochs without improvement before the end.")
    ] = None,
    teachers: Annotated[
        int | None, Parameter(help="Networks on a frozen encoder, whose mean is imitated, too.")
    ] = None,
    teacher_backbone: Annotated[
        str | None, Parameter(help="Of the teachers, such as a larger one.")
    ] = None,
) -> int:
    """Train a text network on corpora; writes the run's log and checkpoints, and a text pack."""
    from evoscope.cli.text_train_command import Changes, run_text_train

    changes = Changes(
        corpora=corpora,
        backbone=backbone,
        freeze_strategy=freeze_strategy,
        freeze_layers=freeze_layers,
        dropout=dropout,
        use_focal_loss=use_focal_loss,
        focal_gamma=focal_gamma,
        use_uncertainty_weighting=use_uncertainty_weighting,
        emotion_weight=emotion_weight,
        head_hidden_dims=head_hidden_dims,
        epochs=epochs,
        batch_size=batch_size,
        lr=lr,
        weight_decay=weight_decay,
        max_grad_norm=max_grad_norm,
        scheduler=scheduler,
        patience=patience,
        teachers=teachers,
        teacher_backbone=teacher_backbone,
    )
    return run_text_train(
        recipe,
        changes=changes,
        output=output,
        data=data,
        resume=resume,
        overrides=overrides or (),
        cache=cache,
    )


@app.command
def evaluate(
    model: Model = "default",
    /,
    *,
    corpora: Annotated[
        list[str] | None, Parameter(negative="", help="To score on; default: all there are.")
    ] = None,
    data: Annotated[
        Path | None, Parameter(help="Folder of the corpora; by default EVOSCOPE_REALDATA/text.")
    ] = None,
    precision: Annotated[Literal["int8", "float32"], Parameter(help="Of the encoder.")] = "int8",
    baselines: Annotated[
        bool,
        Parameter(help="Fit TF-IDF, lists of words and probes beside it.", show_default=False),
    ] = True,
    changes: Annotated[
        bool,
        Parameter(help="Also misspell texts, and compare int8 with float32.", show_default=False),
    ] = True,
    texts: Annotated[
        int | None, Parameter(help="Of a corpus, at most: a quick look; default: all.")
    ] = None,
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], help="JSON file to write.")
    ] = None,
) -> int:
    """Measure a text pack on dev parts, every figure beside a trivial guess and its rivals."""
    from evoscope.cli.text_evaluate_command import run_text_evaluate

    return run_text_evaluate(
        model,
        corpora=corpora or (),
        data=data,
        precision=precision,
        baselines=baselines,
        changes=changes,
        texts=texts,
        output=output,
    )


@app.command
def compare_backbones(
    *names: Annotated[
        str, Parameter(help="Encoders by name, repository or folder; default: all that are known.")
    ],
    full: Annotated[
        bool,
        Flag,
        Parameter(
            help="Also load time, memory, throughput in float32 and int8, and what a linear probe "
            "reaches (minutes an encoder)."
        ),
    ] = False,
    data: Annotated[
        Path | None,
        Parameter(help="Folder of the corpora that probes need; default: EVOSCOPE_REALDATA/text."),
    ] = None,
    probes: Annotated[bool, Parameter(help="Of --full: fit probes.", show_default=False)] = True,
    batch_size: Annotated[
        int, Parameter(help="Texts that go through together, without --full.")
    ] = 32,
    output: Annotated[
        Path | None, Parameter(name=["--output", "-o"], help="JSON file to write.")
    ] = None,
) -> int:
    """Compare encoders: parameters, shape, and speed here.

    Folders are measured with their weights, known encoders with random ones of their shape. With
    --full those that are on this disk have their weights, too. The table says which.
    """
    from evoscope.cli.text_backbones_command import run_compare_backbones, run_compare_fully

    if full:
        return run_compare_fully(names, data=data, probes=probes, output=output)
    return run_compare_backbones(names, batch_size=batch_size, output=output)


@app.command
def export(
    pack: Annotated[Path, Parameter(help="Text pack that training wrote.")],
    /,
    *,
    output: Annotated[Path, Parameter(name=["--output", "-o"], help="Folder of the new pack.")],
    precision: Annotated[Literal["int8", "float32"], Parameter(help="Of the encoder.")] = "int8",
    backbone: Annotated[
        Path | None, Parameter(help="Folder of the encoder, where it is not found by name.")
    ] = None,
    overwrite: Annotated[bool, Flag, Parameter(help="Replace a pack that is there.")] = False,
) -> int:
    """Put a text pack and its encoder together: one ONNX graph that answers by itself."""
    from evoscope.cli.text_analyze_command import run_text_export

    return run_text_export(
        pack, output=output, precision=precision, backbone=backbone, overwrite=overwrite
    )
