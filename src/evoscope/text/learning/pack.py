"""A trained network as a pack: what was trained, how sure it is, and what it is worth."""

from __future__ import annotations

import json
import platform
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import save

from evoscope.multitask import Labels
from evoscope.runtime import Card, Constant, Metric, Pack, Training, TrainingData, write_pack
from evoscope.text.analysis.assemble import assemble
from evoscope.text.analysis.calibration import Calibration, plain_calibration
from evoscope.text.analysis.contract import (
    BACKBONE,
    CALIBRATION,
    CHANGED,
    ENCODER,
    HEADS,
    PURPOSE_DELTA,
    READING,
    WORDS,
    NeededBackbone,
    Reading,
    heads_graph,
)
from evoscope.text.analysis.eight_bits import SCALE
from evoscope.text.benchmark import class_figures, label_figures, number_figures
from evoscope.text.benchmark.figures import Figure
from evoscope.text.corpora import Corpus
from evoscope.text.learning.calibrate import ORDINARY, answers_of, fit_text_calibration
from evoscope.text.learning.export import as_shipped, export_encoder, export_heads
from evoscope.text.learning.fit import TextCorpora, TrainedText
from evoscope.text.learning.recipe import TextRecipe
from evoscope.text.taxonomy import TAXONOMY, WEAKLY_SUPERVISED

_LIMITS = (
    "English. In other languages, and in texts unlike those it was trained on, scores mean little.",
    "It says how a text reads, not what its writer is, feels or will do: nobody should be judged "
    "by it alone.",
)
_DEV = "on the dev parts that also chose its thresholds and temperatures"


def write_text_pack(
    folder: str | Path,
    trained: TrainedText,
    recipe: TextRecipe,
    corpora: TextCorpora,
    *,
    name: str,
    version: str,
    commit: str,
    wall_seconds: float,
    overwrite: bool = False,
) -> Pack:
    """Calibrate a trained network and write what was trained as a pack.

    Temperatures, thresholds and intervals are fitted on what the graph in eight bits answers: it is
    the one that users run. The pack stands on the encoder that training began with;
    `open_text_pack` and `assemble` put them together.

    Args:
        folder: of the pack.
        trained: the network.
        recipe: it was trained by.
        corpora: it was trained on; their dev parts calibrate it.
        name: of the pack.
        version: of these weights.
        commit: of the code that trained it.
        wall_seconds: that training took.
        overwrite: replace a pack that is there.

    Raises:
        PackError: something is in the way, or the disk refuses.
        ImportError: what puts graphs together is not installed.
    """
    files, settings = trained.backbone, recipe.network
    network = as_shipped(trained.network, files)
    exported = export_encoder(network.backbone, files)
    buckets = settings.buckets
    reading = Reading(
        longest=settings.longest,
        padding=files.padding,
        buckets=buckets,
        emoji="named",
        spelling="mended",
    )
    needed = NeededBackbone(name=recipe.backbone, sha256=files.sha256, sources=exported.sources)
    graphs = {HEADS: export_heads(network)}
    attached = {
        ENCODER: exported.graph,
        CHANGED: save(exported.changed),
        BACKBONE: needed.model_dump_json(indent=1).encode(),
        READING: reading.model_dump_json(indent=1).encode(),
        WORDS: "\n".join(trained.spelling.words).encode(),
    }
    learned = _learned(corpora)
    plain = plain_calibration(learned)
    draft = Card(
        name=name,
        version=version,
        purpose=PURPOSE_DELTA,
        summary="Five answers about a message: emotions, valence, arousal and dominance, safety, "
        "style, intent.",
        intended_use="Sorting and studying messages, with a person who decides.",
        limits=(*_LIMITS, *_told(corpora, plain)),
        licence="Apache-2.0",
        data=tuple(
            _data(corpus) for corpus in (*corpora.training, *corpora.validation) if len(corpus)
        ),
        training=Training(
            commit=commit,
            recipe=recipe.about.strip() or "a recipe of the user's own",
            settings=json.loads(recipe.model_dump_json()),
            seed=recipe.seed,
            parameters=_parameters(network, exported.changed),
            wall_seconds=wall_seconds,
            machine=f"{platform.machine()}, {torch.get_num_threads()} threads",
        ),
        graphs={HEADS: heads_graph(width=network.backbone.width, buckets=buckets)},
        taxonomies=TAXONOMY.carried(),
    )
    with tempfile.TemporaryDirectory() as beside:
        parts = Path(beside)
        first = write_pack(
            parts / "plain", graphs, draft, attached=attached | {CALIBRATION: _json(plain)}
        )
        whole = assemble(first, parts / "whole", precision="int8", backbone=files.folder)
        outputs = answers_of(whole, trained.validation)
    labels = trained.validation.labels
    calibration = fit_text_calibration(
        outputs, labels, learned, ordinary=np.isin(trained.validation.names, ORDINARY)
    )
    card = draft.model_copy(
        update={
            "metrics": _metrics(outputs, calibration, labels),
            "constants": _constants(calibration),
        }
    )
    return write_pack(
        folder,
        graphs,
        card,
        attached=attached | {CALIBRATION: _json(calibration)},
        overwrite=overwrite,
    )


def _json(calibration: Calibration) -> bytes:
    return calibration.model_dump_json(indent=1).encode()


def _constants(calibration: Calibration) -> dict[str, Constant]:
    """What was fitted on the dev parts, in words: the engine reads it from a file of its own."""
    found = {
        "temperature.intent": Constant(
            value=calibration.intent.temperature, units="1", meaning="divides the logits"
        )
    }
    for task, scaling in calibration.labels.items():
        for what, values, meaning in (
            ("threshold", scaling.threshold, "probability from which on the label is called"),
            ("temperature", scaling.temperature, "divides the logit of the label"),
        ):
            found[f"{what}.{task}"] = Constant(
                value=dict(zip(TAXONOMY[task].labels, values, strict=True)),
                units="1",
                meaning=meaning,
            )
    return found


def _learned(corpora: TextCorpora) -> dict[str, tuple[str, ...]]:
    """Labels that some text is known to have and some other not to have."""
    found: dict[str, tuple[str, ...]] = {}
    for task in TAXONOMY.tasks:
        kept = []
        for j, label in enumerate(task.labels):
            values = [
                corpus.targets[task.name][corpus.known[task.name][:, j], j]
                for corpus in corpora.training
                if task.name in corpus.targets
            ]
            if np.unique(np.concatenate([*values, np.empty(0)])).size > 1:
                kept.append(label)
        found[task.name] = tuple(kept)
    return found


def _told(corpora: TextCorpora, calibration: Calibration) -> list[str]:
    told = []
    lacking = [
        f"{task.name}: {label}"
        for task in TAXONOMY.tasks
        for label in task.labels
        if label not in calibration.learned[task.name]
    ]
    if lacking:
        told.append(f"Not learned, for want of labels, and answered at random: {lacking}.")
    if any(corpus.weak for corpus in corpora.training):
        weak = "; ".join(
            f"{task}: {', '.join(labels)}" for task, labels in WEAKLY_SUPERVISED.items()
        )
        told.append(f"Weakly supervised, from a set written for the purpose: {weak}.")
    shared = [c.source.name for c in corpora.training if "SA" in c.source.licence]
    if shared:
        told.append(f"Learned among others from corpora that ask for attribution: {shared}.")
    return told


def _data(corpus: Corpus) -> TrainingData:
    return TrainingData(
        name=corpus.source.name,
        sha256=corpus.sha256,
        simulated=False,
        used_for="training" if corpus.split == "train" else "choosing weights and calibration",
        note=f"{corpus.split}, {len(corpus)} texts, {corpus.source.licence}; {corpus.source.cite}",
    )


def _parameters(network: torch.nn.Module, changed: Mapping[str, NDArray[Any]]) -> int:
    beside = sum(
        p.numel() for name, p in network.named_parameters() if not name.startswith("backbone.")
    )
    return beside + sum(values.size for name, values in changed.items() if not name.endswith(SCALE))


def _metrics(
    outputs: Mapping[str, NDArray[np.float32]], calibration: Calibration, labels: Labels
) -> tuple[Metric, ...]:
    scores = calibration.scores(outputs)
    figures: list[Figure] = []
    for task in TAXONOMY.tasks:
        true, known = labels.targets[task.name].numpy(), labels.present[task.name].numpy()
        rows = known.reshape(len(known), -1).any(axis=1)
        if rows.sum() < 4 or not calibration.learned[task.name]:
            continue
        p, t, k = scores[task.name][rows], true[rows], known[rows]
        if task.kind == "classes":
            figures += class_figures(task.name, p, t)
        elif task.kind == "labels":
            figures += label_figures(task.name, p, t, k)
        else:
            figures += number_figures(task.name, p, t, k, fitted=t.mean(axis=0))
    return tuple(
        Metric(
            task=one.task,
            metric=one.metric,
            slice=one.slice,
            value=one.found.value,
            low=one.found.low,
            high=one.found.high,
            n=one.found.n,
            trivial=one.trivial,
            simulated=False,
            note=_DEV,
        )
        for one in figures
        if one.slice == "all" or one.task == "vad"
    )
