"""``python -m evoscope.text.learning.members FOLDER``: what averaging the runs was worth.

Takes the runs that `evoscope.text.learning.shipping` left in the folder, or trains them, judges
each and the mean of their weights on the dev parts, and writes the result file of the checkout.
"""

from __future__ import annotations

import copy
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import nn

from evoscope.measure.results import commit_of, write_text
from evoscope.multitask.loop.run import MODEL
from evoscope.text.benchmark.figures import Figure
from evoscope.text.benchmark.members import AveragedRuns, FigureOfRuns, Worth
from evoscope.text.learning.before import read_before
from evoscope.text.learning.dev_figures import answers, figures_of
from evoscope.text.learning.fit import MEMBER, UNFINISHED, load_corpora, train_text
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.recipe import load_recipe
from evoscope.text.learning.shipping import RECIPE
from evoscope.text.taxonomy import TAXONOMY

RESULT = "benchmarks/results/text_members.json"
_PART = "model."
_RESAMPLES = 100
_CHOSEN = (
    ("28 emotions, macro-F1", "emotions_fine", "macro_f1_tuned", "all"),
    ("11 emotions, macro-F1", "emotions", "macro_f1_tuned", "all"),
    *((f"{label}, r", "vad", "correlation", f"label={label}") for label in TAXONOMY["vad"].labels),
    ("safety, macro AUC", "safety", "macro_auc", "all"),
    ("style, macro AUC", "style", "macro_auc", "all"),
    ("intent, macro-F1 (weak)", "intent", "macro_f1", "all"),
)


def main(arguments: Sequence[str]) -> int:
    """Train what is not there yet, judge the runs and their mean."""
    if len(arguments) not in (1, 2):
        print(
            "A folder for the runs should be named and, where the code is not in a checkout, the "
            f"commit that trains them. Found {len(arguments)} names.",
            file=sys.stderr,
        )
        return 2
    folder, commit = Path(arguments[0]), arguments[-1] if arguments[1:] else commit_of(Path.cwd())
    torch.set_num_threads(1)
    recipe, corpora = load_recipe(RECIPE), load_corpora()
    trained = train_text(
        recipe, corpora, folder=folder / "run", resume=True, cache=folder / "cache"
    )
    if trained.run.ended.startswith(UNFINISHED):
        print(f"Stopped: {trained.run.ended}. Run it again to go on.", file=sys.stderr)
        return 1
    held = read_before(
        trained.network,
        trained.validation,
        recipe,
        encoder_sha256=trained.backbone.sha256,
        cache=folder / "cache",
    )

    def alone_as(i: int) -> TextNetwork:
        """A run's own network, with the regressions of the mean beside it."""
        network = copy.deepcopy(trained.network)
        saved = load_file(folder / (f"run-{MEMBER}-{i}" if i else "run") / MODEL)
        own = {k.removeprefix(_PART): v for k, v in saved.items() if k.startswith(_PART)}
        lacking, _ = network.load_state_dict(own, strict=False)
        if [name for name in lacking if not name.startswith("linear.")]:
            raise ValueError(f"{MODEL} should hold every weight of a run. Found none of {lacking}.")
        return network

    def judged(network: nn.Module) -> dict[tuple[str, str, str], Figure]:
        return figures_of(answers(network, held), held.labels, resamples=_RESAMPLES)

    alone = [judged(alone_as(i)) for i in range(1 + len(recipe.members))]
    mean = judged(trained.network)
    found = AveragedRuns(
        commit=commit,
        texts=len(held),
        note="Judged on the dev parts that also chose temperatures, thresholds on crossed halves, "
        "before weights are rounded. Intervals are 90 %.",
        figures=tuple(
            FigureOfRuns(
                name=name,
                n=mean[key].found.n,
                trivial=mean[key].trivial,
                runs=tuple(_worth(one[key]) for one in alone),
                mean=_worth(mean[key]),
            )
            for name, *parts in _CHOSEN
            for key in [(parts[0], parts[1], parts[2])]
        ),
    )
    write_text(json.dumps(found.model_dump(), indent=1) + "\n", Path(RESULT))
    return 0


def _worth(figure: Figure) -> Worth:
    return Worth(value=figure.found.value, low=figure.found.low, high=figure.found.high)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
