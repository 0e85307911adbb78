"""``python -m evoscope.text.learning.shipping FOLDER COMMIT``: the shipped text pack, again.

Trains by the recipe ``production`` on the corpora of `EVOSCOPE_REALDATA`, or goes on where it
stopped, and writes the pack into the folder. From there it is copied into the package.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from evoscope.multitask import read_log
from evoscope.multitask.loop.run import LOG
from evoscope.text.analysis.engine import DEFAULT
from evoscope.text.learning.fit import load_corpora, train_text
from evoscope.text.learning.orders import UNFINISHED
from evoscope.text.learning.pack import write_text_pack
from evoscope.text.learning.recipe import load_recipe

VERSION = "1.0.0"
RECIPE = "production"


def main(arguments: Sequence[str]) -> int:
    """Train, write the pack."""
    if len(arguments) != 2:
        print(
            "Two things should be named: a folder for run, cache and pack, and the commit of the "
            "code, which the card keeps.",
            file=sys.stderr,
        )
        return 2
    folder, commit = Path(arguments[0]), arguments[1]
    torch.set_num_threads(1)
    recipe, corpora = load_recipe(RECIPE), load_corpora()
    trained = train_text(
        recipe, corpora, folder=folder / "run", resume=True, cache=folder / "cache"
    )
    if trained.run.ended.startswith(UNFINISHED):
        print(f"Stopped: {trained.run.ended}. Run it again to go on.", file=sys.stderr)
        return 1
    epochs = [line for line in read_log(folder / "run" / LOG) if line["event"] == "epoch"]
    pack = write_text_pack(
        folder / DEFAULT,
        trained,
        recipe,
        corpora,
        name="evoscope-text",
        version=VERSION,
        commit=commit,
        wall_seconds=sum(line["seconds"] for line in epochs),
        overwrite=True,
    )
    print(f"{pack.folder} {pack.sha256}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
