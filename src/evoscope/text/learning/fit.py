"""Corpora and a recipe in, a trained network out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch

from evoscope.multitask import Run, Task, train
from evoscope.multitask.freezing import PartialFreezing
from evoscope.multitask.making import make_model
from evoscope.multitask.sampling import TaskAwareSampling
from evoscope.multitask.weighting.settings import FixedSettings
from evoscope.text.backbones import BackboneFiles, Tokens, find_backbone
from evoscope.text.corpora import Corpus, load, load_training
from evoscope.text.learning.chosen import chosen_texts, judged_texts
from evoscope.text.learning.embedded import pooled_texts
from evoscope.text.learning.encoder import Encoder, load_encoder
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.recipe import TextRecipe
from evoscope.text.learning.source import TextSource
from evoscope.text.learning.states import token_states
from evoscope.text.learning.tasks import asked, text_tasks


@dataclass(frozen=True)
class TextCorpora:
    """What a network learns from, and what it is judged and calibrated on.

    Attributes:
        training: train parts.
        validation: dev parts.
    """

    training: tuple[Corpus, ...]
    validation: tuple[Corpus, ...]


@dataclass(frozen=True, eq=False)
class TrainedText:
    """A network that was trained, with what its export needs.

    Attributes:
        network: with the weights worth keeping.
        run: what training left behind.
        backbone: files of the encoder that it began with.
        validation: texts it has not learned from, as tokens.
        learned: tasks that it had labels of.
    """

    network: TextNetwork
    run: Run
    backbone: BackboneFiles
    validation: TextSource
    learned: tuple[str, ...]


def load_corpora(names: Sequence[str] = (), *, folder: str | Path | None = None) -> TextCorpora:
    """Read both parts of corpora by name; by default of all that may be trained on.

    Raises:
        CorpusError: not there, or not to be trained on.
    """
    training = load_training(names or None, folder=folder)
    dev = tuple(load(corpus.source.name, "dev", folder=folder) for corpus in training)
    return TextCorpora(training, dev)


def train_text(
    recipe: TextRecipe,
    corpora: TextCorpora,
    *,
    folder: str | Path,
    resume: bool = False,
    cache: Path | None = None,
    advance: Callable[[int], None] = lambda _texts: None,
) -> TrainedText:
    """Train a text network.

    Where the encoder stays frozen and tokens are averaged, texts go through it once; so they do
    through its lower layers where those stay frozen and there is a cache. Questions of which no
    text has a label are left out.

    Args:
        recipe: how.
        corpora: what to learn from.
        folder: of the run.
        resume: go on where a run of this folder stopped.
        cache: folder that keeps what frozen layers said of texts.
        advance: called with the texts that a frozen encoder has read since the last call.

    Raises:
        ImportError: transformers or tokenizers is not installed.
        ValueError: an encoder that is not here, no texts, or what `train` refuses.
    """
    files = find_backbone(recipe.backbone)
    settings = recipe.network
    tokens = Tokens(files.tokenizer.read_text("utf-8"), longest=settings.longest)
    buckets = settings.ngrams.buckets if settings.ngrams else 0
    whole, held, judged_on = (
        TextSource(part, tokens=tokens, padding=files.padding, buckets=buckets)
        for part in (
            chosen_texts(corpora.training, recipe.texts, seed=recipe.seed),
            chosen_texts(corpora.validation, {}, seed=recipe.seed),
            judged_texts(corpora.validation, recipe.judged_texts, seed=recipe.seed),
        )
    )
    network = cast(
        "TextNetwork",
        make_model(lambda _: _network(load_encoder(files), recipe), recipe),
    )
    tasks = asked(text_tasks(recipe.losses), whole.labels)
    names = [task.name for task in tasks]
    facts = {f"{c.source.name} {c.split}": c.sha256 for c in corpora.training + corpora.validation}
    facts["backbone"] = files.sha256
    learned_from = whole
    if recipe.freezing.strategy == "full" and settings.pooling == "mean":
        learned_from, judged_on = (
            source.with_pooled(
                pooled_texts(
                    network.backbone,
                    source,
                    encoder_sha256=files.sha256,
                    longest=settings.longest,
                    precision=recipe.precision,
                    cache=cache,
                    advance=advance,
                )
            )
            for source in (whole, judged_on)
        )
    elif cache is not None and network.read_before:
        learned_from, judged_on = (
            source.with_states(
                token_states(
                    network.backbone,
                    source,
                    layers=network.read_before,
                    encoder_sha256=files.sha256,
                    longest=settings.longest,
                    precision=recipe.precision,
                    cache=cache,
                    advance=advance,
                )
            )
            for source in (whole, judged_on)
        )
    run = train(
        network,
        tasks,
        learned_from,
        judged_on,
        _of_tasks(recipe, tasks),
        folder=folder,
        resume=resume,
        facts=facts,
    )
    return TrainedText(network.to(torch.device("cpu")), run, files, held, tuple(names))


def _network(encoder: Encoder, recipe: TextRecipe) -> TextNetwork:
    freezing = recipe.freezing
    partly = isinstance(freezing, PartialFreezing) and freezing.evaluate and encoder.stacked
    return TextNetwork(
        encoder,
        recipe.network,
        read_before=freezing.layers if partly and isinstance(freezing, PartialFreezing) else 0,
    )


def _of_tasks(recipe: TextRecipe, tasks: Sequence[Task]) -> TextRecipe:
    """The recipe without weights and shares of questions that are not asked."""
    names = {task.name for task in tasks}
    changes: dict[str, object] = {}
    weighting, sampling = recipe.weighting, recipe.sampling
    if isinstance(weighting, FixedSettings) and weighting.weights is not None:
        kept = {name: weight for name, weight in weighting.weights.items() if name in names}
        changes["weighting"] = weighting.model_copy(update={"weights": kept})
    if isinstance(sampling, TaskAwareSampling) and sampling.shares is not None:
        shares = {name: share for name, share in sampling.shares.items() if name in names}
        changes["sampling"] = sampling.model_copy(update={"shares": shares})
    return recipe.model_copy(update=changes)
