"""Red flags: hooks that notice when a run is failing, say so, slow it down or stop it."""

from evoscope.multitask.flags.apart import Apart, ApartSettings
from evoscope.multitask.flags.attention import Attentive, attention_entropies
from evoscope.multitask.flags.attention_entropy import AttentionEntropy, AttentionEntropySettings
from evoscope.multitask.flags.below_trivial import BelowTrivial, BelowTrivialSettings
from evoscope.multitask.flags.constant_answers import ConstantAnswers, ConstantAnswersSettings
from evoscope.multitask.flags.diverging import Diverging, DivergingSettings
from evoscope.multitask.flags.dominance import Dominance, DominanceSettings
from evoscope.multitask.flags.flag import Action, Flag, FlagSettings, Raised
from evoscope.multitask.flags.gradient_norm import GradientNorm, GradientNormSettings
from evoscope.multitask.flags.negative_r2 import NegativeR2, NegativeR2Settings
from evoscope.multitask.flags.not_falling import NotFalling, NotFallingSettings
from evoscope.multitask.flags.not_finite import NotFinite, NotFiniteSettings
from evoscope.multitask.flags.settings import RedFlags, make_flags
from evoscope.multitask.flags.trivial_loss import trivial_losses

__all__ = [
    "Action",
    "Apart",
    "ApartSettings",
    "AttentionEntropy",
    "AttentionEntropySettings",
    "Attentive",
    "BelowTrivial",
    "BelowTrivialSettings",
    "ConstantAnswers",
    "ConstantAnswersSettings",
    "Diverging",
    "DivergingSettings",
    "Dominance",
    "DominanceSettings",
    "Flag",
    "FlagSettings",
    "GradientNorm",
    "GradientNormSettings",
    "NegativeR2",
    "NegativeR2Settings",
    "NotFalling",
    "NotFallingSettings",
    "NotFinite",
    "NotFiniteSettings",
    "Raised",
    "RedFlags",
    "attention_entropies",
    "make_flags",
    "trivial_losses",
]
