"""The rows of the ablation table: each one thing changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from evoscope.text.benchmark.ablation import FROZEN, TUNED
from evoscope.text.learning.recipe import TextRecipe, changed, load_recipe

_TEXTS: Mapping[str, Mapping[str, int]] = {
    FROZEN: {
        "goemotions": 2500, "xed_en": 300, "emobank": 1000, "davidson_hate": 500,
        "surge_toxicity": 100, "toxic_spans": 300, "wiki_context_toxicity": 100,
        "pavlick_formality": 500, "stanford_politeness": 300, "clinc150": 50, "film_lines": 400,
        "authored": 600,
    },
    TUNED: {
        "goemotions": 2000, "xed_en": 200, "emobank": 600, "davidson_hate": 300,
        "surge_toxicity": 50, "toxic_spans": 150, "wiki_context_toxicity": 50,
        "pavlick_formality": 300, "stanford_politeness": 200, "clinc150": 50, "film_lines": 200,
        "authored": 300,
    },
}  # fmt: skip
JUDGED = 300
"""Texts of each dev part."""
_BASE: Mapping[str, Mapping[str, Any]] = {
    FROZEN: {
        "epochs": 3,
        "hasty": {},
        "freezing": {"strategy": "full"},
        "rates": {"factors": {}, "layer_decay": 1.0},
        "ema_decay": None,
        "network": {"linear": None},
    },
    TUNED: {
        "epochs": 1,
        "hasty": {},
        "ema_decay": None,
        "network": {"linear": None},
    },
}
_BRANCH_RATES = {"factors": {"ngrams.*": 3.0}, "layer_decay": 1.0}
ENSEMBLE = "ensemble of three"


@dataclass(frozen=True)
class Row:
    """One thing changed.

    Attributes:
        name: of the row.
        says: what is different, in words.
        setting: ``frozen``: heads on an encoder that stays as it is; ``fine-tuned``: a short
            training of upper layers, on fewer texts.
        changes: of the recipe.
        claim: what the reference says that it gains; empty where it says nothing.
        watched: whether epochs are judged on the way: what stops or slows a run needs it.
    """

    name: str
    says: str
    setting: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    claim: str = ""
    watched: bool = False

    @property
    def recipe(self) -> TextRecipe:
        """It is trained by, but for its seed."""
        base = {
            **_BASE[self.setting],
            "texts": _TEXTS[self.setting],
            "judged_texts": JUDGED,
        }
        recipe = changed(load_recipe("production"), base)
        return changed(recipe, dict(self.changes)) if self.changes else recipe


def _frozen(name: str, says: str, claim: str = "", watched: bool = False, **changes: Any) -> Row:
    return Row(name, says, FROZEN, changes, claim, watched)


def _tuned(name: str, says: str, claim: str = "", **changes: Any) -> Row:
    return Row(name, says, TUNED, changes, claim)


ROWS = (
    _frozen(
        FROZEN,
        "The heads of the shipped recipe, without regressions on n-grams; the encoder stays.",
    ),
    _frozen(
        "n-gram branch",
        "Vectors of 16,384 n-grams beside the encoder's, learned with the heads.",
        network={"ngrams": {"buckets": 16384, "width": 48, "dropout": 0.2}},
        rates=_BRANCH_RATES,
    ),
    _frozen(
        "large n-gram branch",
        "The same, of 65,536.",
        network={"ngrams": {"buckets": 65536, "width": 48, "dropout": 0.2}},
        rates=_BRANCH_RATES,
    ),
    _frozen(
        "regressions on n-grams",
        "Of emotions, fitted by themselves, half of the answer: as shipped.",
        network={"linear": {"buckets": 65536}},
    ),
    _frozen(
        "copies in haste",
        "Copies with slips, half of them without marks, of what was written and of films' lines.",
        hasty={"authored": 1, "film_lines": 1},
    ),
    _frozen(
        "linear heads",
        "No hidden layer: what a head of the reference adds.",
        "heads: +2 to +5 % accuracy",
        network={"head_hidden_dims": ()},
    ),
    _frozen(
        "deep heads",
        "Two hidden layers, 256 and 128, as in the reference.",
        "heads: +2 to +5 % accuracy",
        network={"head_hidden_dims": (256, 128)},
    ),
    _frozen(
        "no dropout",
        "None in the heads.",
        "dropout: gap of train and test 3 to 7 % smaller",
        network={"dropout": 0.0},
    ),
    _frozen(
        "more dropout",
        "0.4 in the heads.",
        "dropout: gap of train and test 3 to 7 % smaller",
        network={"dropout": 0.4},
    ),
    _frozen(
        "multi-sample dropout",
        "Four masks at once.",
        "named for later",
        network={"dropout_samples": 4},
    ),
    _frozen(
        "attention pooling",
        "A learned weight a token, in place of the mean.",
        "named for later",
        network={"pooling": "attention"},
    ),
    _frozen(
        "focal loss",
        "Gamma 2, for emotions.",
        "focal: +5 to +10 F1 on rare emotions",
        losses={"focal_gamma": 2.0},
    ),
    _frozen(
        "class weights",
        "Emotions weighed by how rare they are.",
        "with focal: +5 to +10 F1 on rare emotions",
        losses={"class_weights": "balanced"},
    ),
    _frozen(
        "focal and class weights",
        "Both, as in the reference.",
        "focal: +5 to +10 F1 on rare emotions",
        losses={"focal_gamma": 2.0, "class_weights": "balanced"},
    ),
    _frozen(
        "label smoothing",
        "0.1 of every label.",
        "named for later",
        losses={"label_smoothing": 0.1},
    ),
    _frozen(
        "uncertainty weights",
        "Tasks weighed by what they learn of their noise.",
        weighting={"kind": "uncertainty"},
    ),
    _frozen(
        "constant rate",
        "No schedule.",
        "schedule: +2 to +4 % accuracy",
        schedule={"kind": "constant"},
    ),
    _frozen(
        "plateau",
        "The rate is halved where epochs no longer improve.",
        "schedule: +2 to +4 % accuracy",
        watched=True,
        schedule={"kind": "plateau", "patience": 1},
    ),
    _frozen("average", "A moving average of the weights, not the last.", ema_decay=0.99),
    _frozen("long", "Six epochs.", watched=True, epochs=6),
    _frozen(
        "long, stopped early",
        "Six epochs at most, by patience 1; the best are kept.",
        "early stopping: -30 % time at the same score",
        watched=True,
        epochs=6,
        early_stopping={"patience": 1, "min_delta": 0.001, "monitor": "combined"},
    ),
    _frozen(
        "distilled",
        "Three teachers of other seeds are imitated beside the labels.",
        "named for later",
        distillation={"teachers": 3, "epochs": 3},
    ),
    _frozen(ENSEMBLE, "Mean answer of the base of all three seeds.", "named for later"),
    _tuned(TUNED, "The three upper layers learn."),
    _tuned(
        "all frozen",
        "Heads alone learn.",
        "partial: 3x faster than all",
        freezing={"strategy": "full"},
        rates={"factors": {}, "layer_decay": 1.0},
    ),
    _tuned(
        "nothing frozen",
        "All six layers and the embeddings learn.",
        "partial: 3x faster than all",
        freezing={"strategy": "none"},
    ),
    _tuned(
        "progressive",
        "Heads first; the three upper layers join for the second of two epochs.",
        epochs=2,
        freezing={"strategy": "progressive", "unfreeze": {1: 3}},
    ),
    _tuned(
        "one rate",
        "Layers learn as fast as each other.",
        rates={"factors": {"backbone.*": 0.15}, "layer_decay": 1.0},
    ),
    _tuned(
        "two orders",
        "The mean of two networks that begin alike and learn in two orders.",
        orders=2,
    ),
)
"""The table, in order. The first of a setting is what its others are held against."""


def base_of(row: Row) -> Row:
    """The row that another is held against.

    Example:
        >>> base_of(ROWS[3]).name, base_of(ROWS[-1]).name
        ('frozen', 'fine-tuned')
    """
    return next(one for one in ROWS if one.setting == row.setting)
