"""Which red flags a recipe asks for, and what each does."""

from __future__ import annotations

from collections.abc import Iterator

from evoscope.multitask.batch import Source
from evoscope.multitask.flags.apart import Apart, ApartSettings
from evoscope.multitask.flags.attention_entropy import AttentionEntropy, AttentionEntropySettings
from evoscope.multitask.flags.below_trivial import BelowTrivial, BelowTrivialSettings
from evoscope.multitask.flags.constant_answers import ConstantAnswers, ConstantAnswersSettings
from evoscope.multitask.flags.diverging import Diverging, DivergingSettings
from evoscope.multitask.flags.dominance import Dominance, DominanceSettings
from evoscope.multitask.flags.flag import Flag
from evoscope.multitask.flags.gradient_norm import GradientNorm, GradientNormSettings
from evoscope.multitask.flags.negative_r2 import NegativeR2, NegativeR2Settings
from evoscope.multitask.flags.not_falling import NotFalling, NotFallingSettings
from evoscope.multitask.flags.not_finite import NotFinite, NotFiniteSettings
from evoscope.multitask.settings import Settings


class RedFlags(Settings):
    """Every red flag; ``null`` leaves one out. Each also has the fields of `FlagSettings`.

    ================= ====================================================== ==============
    flag              goes up when                                           action
    ================= ====================================================== ==============
    not_finite        a loss, or an answer, is NaN or infinite               ``stop``
    gradient_norm     a head's gradient norm is above 10 or below 1e-07      ``warn``
                      (or it has none) for 10 steps in a row; without the
                      weight of its task
    diverging         a task's training loss is 2.0 times a constant's on    ``lower_rate``
                      the same labels, in most of 10 steps
    constant_answers  answers have less than 0.02 of the targets' variety    ``warn``
    negative_r2       an R2 is below 0.0                                     ``warn``
    below_trivial     the validation loss is not 0.01 (and 4.0 over the      ``warn``
                      number of labels) below a constant's, or the primary
                      metric is worse than trivial
    not_falling       a task's loss, or a part of it, has not fallen by      ``warn``
                      0.01 of what it began with (medians of 20 steps)
    dominance         a task takes over 0.95 of the weighted loss, or of     ``warn``
                      the heads' gradient norms, while others are not at
                      0.5 of the loss they began with
    attention_entropy attention on a probe of 16 rows has less than 0.05     ``warn``
                      of the largest entropy
    apart             a task's best epoch is 10 ago and its loss 0.1         ``warn``
                      above it, while another task still improves
    ================= ====================================================== ==============

    Flags about how good a task is wait until the learning rate's warm-up is over. Those about
    answers need validation rows.

    Example:
        >>> RedFlags.model_validate({"negative_r2": {"action": "stop"}, "apart": None}).apart
    """

    not_finite: NotFiniteSettings | None = NotFiniteSettings()
    gradient_norm: GradientNormSettings | None = GradientNormSettings()
    diverging: DivergingSettings | None = DivergingSettings()
    constant_answers: ConstantAnswersSettings | None = ConstantAnswersSettings()
    negative_r2: NegativeR2Settings | None = NegativeR2Settings()
    below_trivial: BelowTrivialSettings | None = BelowTrivialSettings()
    not_falling: NotFallingSettings | None = NotFallingSettings()
    dominance: DominanceSettings | None = DominanceSettings()
    attention_entropy: AttentionEntropySettings | None = AttentionEntropySettings()
    apart: ApartSettings | None = ApartSettings()


def make_flags(
    settings: RedFlags,
    training: Source,
    validation: Source | None,
    *,
    warmup_epochs: float,
    seed: int,
) -> Iterator[Flag]:
    """Build the flags a recipe asks for.

    Args:
        settings: of the recipe.
        training: rows.
        validation: rows; attention is probed on these where there are some.
        warmup_epochs: of the learning rate.
        seed: of what a source draws for the probe.
    """
    if settings.not_finite:
        yield NotFinite(settings.not_finite)
    if settings.gradient_norm:
        yield GradientNorm(settings.gradient_norm)
    if settings.diverging:
        yield Diverging(settings.diverging, training.labels)
    if settings.constant_answers:
        yield ConstantAnswers(settings.constant_answers, warmup_epochs)
    if settings.negative_r2:
        yield NegativeR2(settings.negative_r2, warmup_epochs)
    if settings.below_trivial and validation is not None:
        yield BelowTrivial(settings.below_trivial, validation.labels, warmup_epochs)
    if settings.not_falling:
        yield NotFalling(settings.not_falling, warmup_epochs)
    if settings.dominance:
        yield Dominance(settings.dominance)
    if settings.attention_entropy:
        yield AttentionEntropy(settings.attention_entropy, validation or training, seed)
    if settings.apart:
        yield Apart(settings.apart)
