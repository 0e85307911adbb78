"""The rows of the ablation table: each one thing changed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from evoscope.abr.learning.reader import UNetReaderConfig
from evoscope.abr.learning.training import SeriesRecipe, load_recipe
from evoscope.abr.learning.unet import SEED_GRID

# Every part of the reference on its own grid, at a width of which a minute on one core trains some
# hundred steps.
UNET: dict[str, Any] = {
    "length": SEED_GRID,
    "channels": (12, 16, 24, 32, 32),
    "condition_width": 32,
    "heads": 2,
    "states": 8,
    "bottleneck_layers": 1,
    "task_stride": 4,
}
NETWORK: dict[str, Any] = {
    "kind": "unet",
    "unet": UNET,
    "heads": "seed",
    "series_width": 48,
    "series_layers": 1,
}
WEIGHTS = {
    "signal": 0.8,
    "existence": 1.2,
    "latency": 3.0,
    "amplitude": 3.0,
    "response": 1.0,
    "threshold": 3.5,
    "loss_class": 2.0,
}
"""Of the reference's second review; it has no task ``response``."""
FULL, SIMPLE = "full", "simple"


@dataclass(frozen=True)
class Row:
    """One thing changed.

    Attributes:
        name: of the row.
        group: ``network``, ``training``, ``recipes`` or ``other``.
        says: what is different, in words.
        against: name of the row that it is held against; its own where it is one of these.
        recipe: how it is trained; its epochs are shortened to the budget.
    """

    name: str
    group: str
    says: str
    against: str
    recipe: SeriesRecipe


def _full(**changes: Any) -> SeriesRecipe:
    """Every idea of the reference at once, but for some changes."""
    given: dict[str, Any] = {
        "network": NETWORK,
        "class_loss": {"gamma": 2.0, "class_weights": "inverse"},
        "epochs": 100,
        "batch_size": 8,
        "optimiser": {"learning_rate": 0.002, "weight_decay": 0.01},
        "schedule": {"kind": "cosine", "warmup_epochs": 3},
        "weighting": {"kind": "uncertainty"},
        "curriculum": {
            "phases": [
                {
                    "start": 0,
                    "tasks": ["signal", "existence", "response", "loss_class"],
                    "switches": {"transformers": 0.0},
                },
                {
                    "start": 20,
                    "switches": {
                        "transformers": {
                            "kind": "linear",
                            "start": 20,
                            "end": 40,
                            "before": 0,
                            "after": 1,
                        }
                    },
                },
                {"start": 40, "tasks": "all", "switches": {"transformers": 1.0}},
            ]
        },
        "ema_decay": 0.98,
    }
    return SeriesRecipe.model_validate(given | changes)


def _network(**changes: Any) -> SeriesRecipe:
    network = NETWORK | changes
    recipe = _full(network=network)
    if network["unet"].get("transformer_levels", (0,)):
        return recipe
    # Without transformers there is nothing to turn on.
    phases = [phase.model_copy(update={"switches": {}}) for phase in recipe.curriculum.phases]
    kept = [phase for phase in phases if phase.tasks is not None]
    return recipe.model_copy(
        update={"curriculum": recipe.curriculum.model_copy(update={"phases": tuple(kept)})}
    )


def _unet(**changes: Any) -> SeriesRecipe:
    return _network(unet=UNET | changes)


def _shipped(name: str, network: Any = None) -> SeriesRecipe:
    recipe = load_recipe(name)
    if network is None:
        return recipe
    return recipe.model_copy(update={"network": UNetReaderConfig.model_validate(network)})


def _rows() -> Iterator[Row]:
    def row(group: str, name: str, says: str, recipe: SeriesRecipe, against: str = FULL) -> Row:
        return Row(name, group, says, against, recipe)

    yield row(FULL, FULL, "every idea at once", _full())
    everything_off = {
        "transformer_levels": (),
        "s4d": False,
        "film": False,
        "attention_skips": False,
        "task_extractors": False,
        "multi_scale_attention": False,
    }
    for name, says, changed in (
        ("without_transformers", "no transformers", _unet(transformer_levels=())),
        (
            "coarse_transformers",
            "transformers at 50 samples only, not at 100 and 200",
            _unet(transformer_levels=(2,)),
        ),
        ("without_s4d", "local convolutions for state spaces", _unet(s4d=False)),
        ("forward_s4d", "state spaces read forwards only", _unet(bidirectional=False)),
        ("without_film", "conditions enter once, at the input", _unet(film=False)),
        (
            "without_attention_skips",
            "skip connections side by side",
            _unet(attention_skips=False),
        ),
        (
            "without_task_extractors",
            "one view for all tasks, no cross-task attention",
            _unet(task_extractors=False),
        ),
        (
            "without_multi_scale_attention",
            "no multi-scale attention for peaks",
            _unet(multi_scale_attention=False),
        ),
        ("plain", "convolutions alone: all of the above left out", _unet(**everything_off)),
        ("without_clock", "no noise clock: a direct denoiser", _network(clock=False)),
        ("without_noise_trace", "the halves' difference is not read", _network(noise_trace=False)),
        (
            "without_series_attention",
            "recordings of a series averaged, without attention",
            _network(across_recordings=False),
        ),
        (
            "located_heads",
            "a probability at every sample and threshold, for the robust heads",
            _network(heads="located"),
        ),
    ):
        yield row("network", name, says, changed)
    for name, says, changed in (
        ("equal_weights", "equal weights", _full(weighting={"kind": "fixed"})),
        (
            "seed_weights",
            "the second review's weights",
            _full(weighting={"kind": "fixed", "weights": WEIGHTS}),
        ),
        (
            "without_curriculum",
            "all tasks and parts from the first step",
            _full(curriculum={"phases": [{"start": 0}]}),
        ),
        ("without_focal", "cross-entropy", _full(class_loss={"class_weights": "inverse"})),
        ("without_class_weights", "no class weights", _full(class_loss={"gamma": 2.0})),
        ("without_ema", "the last weights, not their average", _full(ema_decay=None)),
    ):
        yield row("training", name, says, changed)
    yield row("recipes", SIMPLE, "recipe simple", _shipped(SIMPLE, NETWORK), SIMPLE)
    for name in ("improved", "optimized", "emergency"):
        yield row("recipes", name, f"recipe {name}", _shipped(name, NETWORK), SIMPLE)
    for name in ("quick", "production"):
        says = f"the series network, by recipe {name}"
        yield row("other", f"series_{name}", says, _shipped(name))


ROWS: tuple[Row, ...] = tuple(_rows())
"""All rows, in the order of the table."""
