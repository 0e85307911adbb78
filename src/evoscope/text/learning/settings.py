"""What a text network is made of, and how its tasks are weighed: parts of a recipe."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from evoscope.multitask.settings import Settings


class NgramBranch(Settings):
    """N-grams of the text, hashed, beside what the encoder says (Weinberger et al. 2009).

    Attributes:
        buckets: numbers that n-grams have.
        width: of what is learned of each.
        dropout: share of the n-grams of a text that training leaves out, each time others.
    """

    buckets: int = Field(default=8192, ge=16)
    width: int = Field(default=64, ge=1)
    dropout: float = Field(default=0.0, ge=0, lt=1)


class LinearNgrams(Settings):
    """Logistic regressions on hashed n-grams, whose logits are averaged with a head's.

    Attributes:
        buckets: numbers that n-grams have.
        penalty: on squared weights, of emotions.
        share: of these logits in the mean.
        steps: of the fit, at most.
    """

    buckets: int = Field(default=65536, ge=16)
    penalty: float = Field(default=6.0, gt=0)
    share: float = Field(default=0.5, gt=0, lt=1)
    steps: int = Field(default=40, ge=1)


class NetworkSettings(Settings):
    """What stands on the encoder.

    Attributes:
        pooling: from tokens to one vector: their ``mean``, or an ``attention`` that is learned.
        head_hidden_dims: widths of the hidden layers of every head.
        dropout: after each of them.
        dropout_samples: masks that are averaged in training; 1 is plain dropout.
        ngrams: a branch beside the encoder; ``null``: none.
        linear: regressions beside heads of emotions and safety, fitted after them; ``null``: none.
        longest: tokens of a text that are read at once, special ones included.
    """

    pooling: Literal["mean", "attention"] = "mean"
    head_hidden_dims: tuple[Annotated[int, Field(ge=1)], ...] = (256, 128)
    dropout: float = Field(default=0.3, ge=0, lt=1)
    dropout_samples: int = Field(default=1, ge=1)
    ngrams: NgramBranch | None = None
    linear: LinearNgrams | None = None
    longest: int = Field(default=128, ge=8)

    @model_validator(mode="after")
    def _one_numbering(self) -> NetworkSettings:
        asked = {part.buckets for part in (self.ngrams, self.linear) if part is not None}
        if len(asked) > 1:
            raise ValueError(
                "ngrams and linear should have as many buckets: they are given the same numbers. "
                f"Found {sorted(asked)}."
            )
        return self

    @property
    def buckets(self) -> int:
        """Numbers that n-grams have; 0: none are read."""
        part = self.ngrams or self.linear
        return 0 if part is None else part.buckets


class LossSettings(Settings):
    """How the tasks of labels and classes are learned.

    Attributes:
        focal_gamma: of the focal loss of emotions (Lin et al. 2017); 0: cross-entropy.
        class_weights: of emotions, by how rare each is.
        label_smoothing: of labels and classes.
    """

    focal_gamma: float = Field(default=0.0, ge=0)
    class_weights: Literal["none", "inverse", "balanced", "dynamic"] = "none"
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)


class Distillation(Settings):
    """Teachers whose mean answer is learned from beside the labels (Hinton et al. 2015).

    Teachers have the network of the recipe on an encoder that stays frozen: they cost minutes. They
    answer every question of every text, those that its corpus does not label, too.

    Attributes:
        teachers: how many, of different seeds: their mean is better than any of them.
        epochs: of each.
        backbone: that they stand on, such as a larger one; ``null``: that of the recipe.
        weight: of their answer beside a label.
        temperature: softens their logits.
    """

    teachers: int = Field(default=3, ge=1)
    epochs: int = Field(default=4, ge=1)
    backbone: str | None = None
    weight: float = Field(default=0.5, gt=0)
    temperature: float = Field(default=1.0, gt=0)
