"""``evoscope text train``."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import evoscope
from evoscope.abr.workers import first_process
from evoscope.cli.console import progress, say
from evoscope.cli.usage_error import UsageError
from evoscope.measure.results import commit_of

if TYPE_CHECKING:
    from evoscope.text.learning import TextRecipe  # which imports torch

RUN = "run"
PACK = "pack"
_GAMMA = 2.0
_MIN_DELTA = 0.001


@dataclass(frozen=True)
class Changes:
    """Options in place of what a recipe says, by the names of the reference's command line."""

    corpora: list[str] | None = None
    backbone: str | None = None
    freeze_strategy: str | None = None
    freeze_layers: int | None = None
    dropout: float | None = None
    use_focal_loss: bool = False
    focal_gamma: float | None = None
    use_uncertainty_weighting: bool = False
    emotion_weight: float | None = None
    head_hidden_dims: list[int] | None = None
    epochs: int | None = None
    batch_size: int | None = None
    lr: float | None = None
    weight_decay: float | None = None
    max_grad_norm: float | None = None
    scheduler: str | None = None
    patience: int | None = None
    teachers: int | None = None
    teacher_backbone: str | None = None

    def fields(self, weights: dict[str, float]) -> dict[str, Any]:
        """Return the fields of a recipe that they replace.

        Args:
            weights: of the tasks, where they are fixed.

        Raises:
            UsageError: options that contradict each other.

        Example:
            >>> Changes(lr=0.001, epochs=2).fields({})
            {'epochs': 2, 'optimiser': {'learning_rate': 0.001}}
        """
        if self.use_uncertainty_weighting and self.emotion_weight is not None:
            raise UsageError(
                "Weights should be fixed or learned. Found --emotion-weight and "
                "--use-uncertainty-weighting. Leave one out."
            )
        if self.teacher_backbone is not None and self.teachers is None:
            raise UsageError(
                "--teacher-backbone should come with --teachers. "
                f"Found {self.teacher_backbone} alone. Say how many."
            )
        partial = self.freeze_strategy == "partial" or self.freeze_strategy is None
        if self.freeze_layers is not None and not partial:
            raise UsageError(
                "--freeze-layers should come with --freeze-strategy partial. "
                f"Found {self.freeze_strategy}."
            )
        gamma = self.focal_gamma
        if self.use_focal_loss and gamma is None:
            gamma = _GAMMA
        strategy = self.freeze_strategy or (None if self.freeze_layers is None else "partial")
        whole: dict[str, Any] = {
            "corpora": None if self.corpora is None else tuple(self.corpora),
            "backbone": self.backbone,
            "epochs": self.epochs,
            "batch_size": self.batch_size,
            "freezing": _given(strategy=strategy, layers=self.freeze_layers),
            "network": _given(dropout=self.dropout, head_hidden_dims=self.head_hidden_dims),
            "losses": _given(focal_gamma=gamma),
            "optimiser": _given(
                learning_rate=self.lr,
                weight_decay=self.weight_decay,
                gradient_clip=self.max_grad_norm,
            ),
            "schedule": _given(kind=self.scheduler),
            "early_stopping": _given(
                patience=self.patience, min_delta=None if self.patience is None else _MIN_DELTA
            ),
            "distillation": _given(teachers=self.teachers, backbone=self.teacher_backbone),
        }
        if self.use_uncertainty_weighting:
            whole["weighting"] = {"kind": "uncertainty"}
        elif self.emotion_weight is not None:
            own = dict.fromkeys(("emotions", "emotions_fine"), self.emotion_weight)
            whole["weighting"] = {"kind": "fixed", "weights": {**weights, **own}}
        return {name: value for name, value in whole.items() if value not in (None, {})}


def run_text_train(
    recipe: str,
    *,
    changes: Changes,
    output: Path,
    data: Path | None,
    resume: bool,
    overrides: Sequence[str],
    cache: Path | None,
) -> int:
    """Train a network on corpora; write the run and a text pack."""
    needs_training()
    from evoscope.text.learning import UNFINISHED, load_corpora, train_text, write_text_pack

    try:
        chosen = recipe_of(recipe, changes, overrides)
        corpora = load_corpora(chosen.corpora, folder=data)
        began = time.monotonic()
        parts = (*corpora.training, *corpora.validation)
        texts = sum(len(one) for one in parts)
        say(f"{texts:,} texts of {len(parts)} parts; the run: {output / RUN}")
        with progress("Texts that the frozen encoder has read", texts) as advance:
            trained = train_text(
                chosen,
                corpora,
                folder=output / RUN,
                resume=resume,
                cache=cache,
                advance=advance,
            )
        if trained.run.ended.startswith(UNFINISHED):
            say(f"Stopped: {trained.run.ended}. Go on with --resume.")
            return 1
        if not first_process():
            return 0
        pack = write_text_pack(
            output / PACK,
            trained,
            chosen,
            corpora,
            name="user",
            version=evoscope.__version__,
            commit=commit_of(Path.cwd()),
            wall_seconds=time.monotonic() - began,
            overwrite=True,
        )
    except (ValueError, ImportError) as error:
        raise UsageError(str(error)) from None
    say(f"Text pack: {pack.folder} ({pack.sha256[:12]})")
    say(f"Next: evoscope text analyze --model {pack.folder} 'what a day'")
    return 0


def recipe_of(recipe: str, changes: Changes, overrides: Sequence[str]) -> TextRecipe:
    """Return a recipe with the options of a command line in it.

    Raises:
        ValueError: a value that a field cannot have.
    """
    from evoscope.text.learning import changed, load_recipe
    from evoscope.text.learning.recipe import WEIGHTS

    return changed(load_recipe(recipe, tuple(overrides)), changes.fields(WEIGHTS))


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def needs_training() -> None:
    """Refuse, naming the extra to install, where the training stack is not there."""
    for module in ("torch", "transformers", "tokenizers"):
        if find_spec(module) is None:
            raise UsageError(
                f"Training should have {module} installed. Found none. "
                "Install the extra: pip install 'evoscope[text-train]'"
            )
