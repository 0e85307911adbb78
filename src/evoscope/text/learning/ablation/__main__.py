"""``python -m evoscope.text.learning.ablation``: run the table, one line a run; resumable.

Where it is run in a checkout, it also writes the result file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import torch

from evoscope.measure.results import commit_of, write_text
from evoscope.text.learning.ablation.rows import ROWS
from evoscope.text.learning.ablation.run import Bench, Line
from evoscope.text.learning.ablation.table import summarise
from evoscope.text.learning.fit import load_corpora

LINES = "runs.jsonl"
RESULT = "benchmarks/results/text_ablation.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is not there yet, all rows of one seed before the next; then write the table."""
    options = _options().parse_args(arguments)
    torch.set_num_threads(1)
    options.output.mkdir(parents=True, exist_ok=True)
    done = read_lines(options.output / LINES)
    finished = {(line.row, line.seed) for line in done}
    wanted = [row for row in ROWS if not options.rows or row.name in options.rows]
    todo = [(r, s) for s in range(options.seeds) for r in wanted if (r.name, s) not in finished]
    if todo and not options.table:
        corpora = load_corpora(folder=options.data)
        commit = options.commit or commit_of(Path.cwd())
        bench = Bench(corpora, cache=options.cache or options.output / "cache", commit=commit)
        for number, (row, seed) in enumerate(todo, 1):
            line = bench.run(row, seed)
            with (options.output / LINES).open("a", encoding="utf-8") as file:
                file.write(line.model_dump_json() + "\n")
            done.append(line)
            figures = ", ".join(f"{k} {v:.3f}" for k, v in line.metrics.items() if v is not None)
            print(f"{number}/{len(todo)} {row.name} seed {seed}: {figures}", flush=True)
    if Path(RESULT).parent.is_dir():
        write_text(json.dumps(summarise(done).model_dump(), indent=1) + "\n", Path(RESULT))
    return 0


def read_lines(path: Path) -> list[Line]:
    """Read the runs that are done; a line that a killed run left unfinished is not one."""
    if not path.exists():
        return []
    text = path.read_text("utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    return [Line.model_validate_json(line) for line in whole.splitlines()]


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="evoscope.text.learning.ablation", description=__doc__)
    parser.add_argument("--output", type=Path, required=True, help="folder of the lines")
    parser.add_argument("--data", type=Path, help="folder of the corpora")
    parser.add_argument("--cache", type=Path, help="folder of what frozen layers said")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", nargs="*", default=(), help="names; default: all")
    parser.add_argument("--commit", default="", help="of the code, where it is run from a copy")
    parser.add_argument("--table", action="store_true", help="write the results of what is there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
