"""``evoscope text evaluate``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from evoscope.abr.benchmark.evaluation import commit_of
from evoscope.cli.console import print_table, say
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import PackError
from evoscope.text.analysis import TextEngine
from evoscope.text.benchmark import tfidf_baseline
from evoscope.text.benchmark.engine_figures import engine_figures
from evoscope.text.corpora import CorpusError, corpus_names, load

_SHOWN = ("macro_f1_tuned", "macro_auc", "macro_ece", "correlation", "mae", "accuracy", "macro_f1")


def run_text_evaluate(
    model: str,
    *,
    corpora: Sequence[str],
    data: Path | None,
    baselines: bool,
    output: Path | None,
) -> int:
    """Score a pack on dev parts; print each figure beside trivial and TF-IDF."""
    rows, figures = [], []
    try:
        engine = TextEngine(model, tell=say)
        for name in corpora or corpus_names():
            dev = load(name, "dev", folder=data)
            beside = tfidf_baseline(name, folder=data) if baselines else ()
            rival = {(one.task, one.metric, one.slice): one.found.value for one in beside}
            for one in engine_figures(engine, dev):
                other = rival.get((one.task, one.metric, one.slice))
                figures.append({"corpus": name, **one.to_dict(), "tfidf": other})
                if one.metric in _SHOWN and (one.slice == "all" or one.task == "vad"):
                    rows.append(
                        (
                            name + (" (weak)" if dev.weak else ""),
                            f"{one.task} {one.metric}",
                            one.slice,
                            _number(one.found.value),
                            _number(one.trivial),
                            _number(other),
                            str(one.found.n),
                        )
                    )
    except (PackError, CorpusError, ImportError) as error:
        raise UsageError(str(error)) from None
    head = ("Corpus (dev)", "Figure", "Slice", "Value", "Trivial", "TF-IDF", "n")
    print_table(f"{engine.model.name} {engine.model.version}", head, rows)
    if output is not None:
        document = {
            "pack": engine.model.model_dump(),
            "commit": commit_of(Path.cwd()),
            "figures": figures,
        }
        output.write_text(json.dumps(document, indent=1), encoding="utf-8")
        say(f"Every figure: {output}")
    return 0


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.3f}"
