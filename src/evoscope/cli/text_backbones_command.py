"""``evoscope text compare-backbones``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evoscope.cli.console import print_table, say
from evoscope.cli.text_evaluate_command import told
from evoscope.cli.text_train_command import needs_training
from evoscope.cli.usage_error import UsageError
from evoscope.measure.results import commit_of, write_text
from evoscope.text.backbones import BACKBONES


def run_compare_backbones(names: Sequence[str], *, batch_size: int, output: Path | None) -> int:
    """Measure encoders; print a table and write JSON."""
    needs_training()
    from evoscope.text.learning.compare import compare_backbones

    try:
        found = compare_backbones(names, batch_size=batch_size)
    except (ValueError, ImportError) as error:
        raise UsageError(str(error)) from None
    rows = [
        (
            one.name,
            f"{one.parameters / 1e6:.1f}",
            str(one.width),
            str(one.depth),
            f"{one.texts_per_second:.0f}",
            one.weights,
            one.licence,
        )
        for one in found
    ]
    head = ("Encoder", "Million parameters", "Width", "Layers", "Texts/s", "Weights", "Licence")
    print_table("Encoders: texts of 11 tokens, one thread, PyTorch", head, rows)
    _write(output, [one.to_dict() for one in found])
    _said(output)
    return 0


def run_compare_fully(
    names: Sequence[str], *, data: Path | None, probes: bool, output: Path | None
) -> int:
    """Measure encoders as they would run; print two tables and write JSON."""
    needs_training()
    from evoscope.text.benchmark.backbone_table import QUALITY_HEAD, SPEED_HEAD, quality, speed
    from evoscope.text.learning.compare_full import compare_fully

    rows: list[dict[str, Any]] = []
    try:
        for one in compare_fully(names or tuple(BACKBONES), data=data, probes=probes, tell=told):
            rows.append(json.loads(json.dumps(one.to_dict())))
            _write(output, rows)  # what was measured is there, whatever becomes of the next
    except (ValueError, ImportError) as error:
        raise UsageError(str(error)) from None
    print_table("Encoders: texts of 11 tokens, one thread", SPEED_HEAD, speed(rows))
    if known := quality(rows):
        print_table("What a linear probe on their vectors reaches (dev)", QUALITY_HEAD, known)
    _said(output)
    return 0


def _write(output: Path | None, rows: Sequence[dict[str, Any]]) -> None:
    if output is not None:
        document = {"commit": commit_of(Path(__file__).parent), "encoders": list(rows)}
        write_text(json.dumps(document, indent=1) + "\n", output)


def _said(output: Path | None) -> None:
    if output is not None:
        say(f"Every figure: {output}")
