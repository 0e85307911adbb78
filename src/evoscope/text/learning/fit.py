"""Corpora and a recipe in, a trained network out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from evoscope.multitask import Run, Task, train
from evoscope.multitask.freezing import FullFreezing, PartialFreezing
from evoscope.multitask.making import make_model
from evoscope.multitask.sampling import TaskAwareSampling
from evoscope.multitask.weighting.settings import FixedSettings
from evoscope.text.backbones import BackboneFiles, Spelling, Tokens, find_backbone
from evoscope.text.corpora import Corpus, load, load_training
from evoscope.text.learning.before import read_before
from evoscope.text.learning.chosen import chosen_texts, judged_texts
from evoscope.text.learning.encoder import Encoder, load_encoder
from evoscope.text.learning.hasty import with_hasty
from evoscope.text.learning.linear import fit_linear
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.orders import train_in_orders
from evoscope.text.learning.recipe import TextRecipe
from evoscope.text.learning.source import TextSource
from evoscope.text.learning.tasks import asked, text_tasks
from evoscope.text.learning.teaching import answers_as_labels, taught, teachers
from evoscope.text.learning.words import known_words

TEACHERS = "teachers"
"""Folder of their runs, beside that of the run."""


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
        spelling: words that it knows.
        learned: tasks that it had labels of.
    """

    network: TextNetwork
    run: Run
    backbone: BackboneFiles
    validation: TextSource
    spelling: Spelling
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

    What frozen layers say of texts is computed once, where it can be: see `read_before`. Questions
    of which no text has a label are left out.

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
    facts = {f"{c.source.name} {c.split}": c.sha256 for c in corpora.training + corpora.validation}
    return train_on(
        recipe,
        text_sources(recipe, corpora, files),
        files,
        folder=Path(folder),
        resume=resume,
        cache=cache,
        advance=advance,
        facts=facts | {"backbone": files.sha256},
    )


@dataclass(frozen=True)
class TextSources:
    """Texts as tokens.

    Attributes:
        learned_from: of the recipe's choice.
        judged_on: those that epochs are judged on; ``None``: they are not.
        held: those of the dev parts that calibrate it.
        spelling: words that are known; by them the last two are read, as users' texts are.
    """

    learned_from: TextSource
    judged_on: TextSource | None
    held: TextSource
    spelling: Spelling


def text_sources(recipe: TextRecipe, corpora: TextCorpora, files: BackboneFiles) -> TextSources:
    """Cut the texts that a recipe chooses; texts without any label are left out.

    What is learned from is read as it is written: words that few write are learned, too.
    """
    tokens = Tokens(files.tokenizer.read_text("utf-8"), longest=recipe.network.longest)
    spelling = known_words(corpora.training, tokens)
    parts = (
        with_hasty(chosen_texts(corpora.training, recipe.texts), recipe.hasty),
        _mended(judged_texts(corpora.validation, recipe.judged_texts), spelling),
        _mended(chosen_texts(corpora.validation, recipe.calibrated_texts), spelling),
    )
    learned_from, judged_on, held = (
        TextSource(part, tokens=tokens, padding=files.padding, buckets=recipe.network.buckets)
        for part in parts
    )
    return TextSources(learned_from, judged_on, held, spelling)


def _mended(corpora: Sequence[Corpus], spelling: Spelling) -> list[Corpus]:
    return [replace(one, texts=tuple(map(spelling.mended, one.texts))) for one in corpora]


def train_on(
    recipe: TextRecipe,
    sources: TextSources,
    files: BackboneFiles,
    *,
    folder: Path,
    resume: bool = False,
    cache: Path | None = None,
    advance: Callable[[int], None] = lambda _texts: None,
    facts: Mapping[str, str] | None = None,
) -> TrainedText:
    """Train on texts that were cut before; see `train_text`.

    Args:
        recipe: how.
        sources: of its texts.
        files: of its encoder.
        folder: of the run.
        resume: go on where a run of this folder stopped.
        cache: folder that keeps what frozen layers said of texts.
        advance: called with the texts that a frozen encoder has read since the last call.
        facts: what a checkpoint should remember of the data.
    """

    def make() -> TextNetwork:
        made = make_model(lambda _: _network(load_encoder(files), recipe), recipe)
        return cast("TextNetwork", made)

    untrained = make()
    tasks = asked(text_tasks(recipe.losses), sources.learned_from.labels)
    names = tuple(task.name for task in tasks)
    own = _of_tasks(recipe, tasks)

    def read(source: TextSource) -> TextSource:
        return read_before(
            untrained, source, recipe, encoder_sha256=files.sha256, cache=cache, advance=advance
        )

    learned_from = read(sources.learned_from)
    if recipe.distillation is not None:
        members, as_read = teachers(
            own,
            recipe.distillation,
            tasks,
            sources.learned_from,
            sources.judged_on,
            folder=folder.parent / TEACHERS,
            resume=resume,
            cache=cache,
            advance=advance,
        )
        learned_from = learned_from.with_labels(answers_as_labels(members, tasks, as_read))
        tasks = taught(tasks, recipe.distillation)
    judged_on = None if sources.judged_on is None else read(sources.judged_on)

    def trained(network: TextNetwork, by: TextRecipe, where: Path) -> Run:
        return train(
            network, tasks, learned_from, judged_on, by, folder=where, resume=resume, facts=facts
        )

    network, run = train_in_orders(make, trained, own, folder)
    if recipe.network.linear is not None:
        network.linear = fit_linear(sources.learned_from, recipe.network.linear)
    return TrainedText(network, run, files, sources.held, sources.spelling, names)


def _network(encoder: Encoder, recipe: TextRecipe) -> TextNetwork:
    freezing, layers = recipe.freezing, 0
    if freezing.evaluate and encoder.stacked:
        if isinstance(freezing, PartialFreezing):
            layers = freezing.layers
        elif isinstance(freezing, FullFreezing):
            layers = len(list(encoder.layers()))
    return TextNetwork(encoder, recipe.network, read_before=layers)


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
