"""``evoscope text analyze`` and ``evoscope text export``."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import evoscope
from evoscope.cli.console import print_table, say
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import PackError, open_pack
from evoscope.text.analysis import TextEngine, assemble
from evoscope.text.analysis.contract import PURPOSE_DELTA, Precision, expected
from evoscope.text.findings import TextDocument, TextFindings
from evoscope.text.perspective import perspective_view


def run_text_analyze(
    texts: Sequence[str],
    *,
    file: Path | None,
    model: str,
    precision: Precision,
    threads: int,
    batch_size: int,
    highlight: bool,
    perspective: bool,
    json: bool,
) -> int:
    """Read, answer, print."""
    given = [*texts, *(read_messages(file) if file is not None else ())]
    if not given:
        raise UsageError("There should be a text to analyze. Found none. Add one, or --file.")
    try:
        engine = TextEngine(
            model, precision=precision, threads=threads, batch_size=batch_size, tell=say
        )
    except (PackError, ImportError, ValueError) as error:
        raise UsageError(str(error)) from None
    findings = engine.analyze(given, highlight=highlight)
    if perspective:
        for text, one in zip(given, findings, strict=True):
            _print(json_format.dumps(perspective_view(one, characters=len(text))))
    elif json:
        document = TextDocument(version=evoscope.__version__, texts=tuple(findings))
        _print(document.model_dump_json())
    else:
        _print_answers(findings)
    return 0


def run_text_export(
    pack: Path, *, output: Path, precision: Precision, backbone: Path | None, overwrite: bool
) -> int:
    """Write a pack that answers by itself."""
    try:
        trained = open_pack(pack, expected=expected(PURPOSE_DELTA))
        made = assemble(
            trained, output, precision=precision, backbone=backbone, overwrite=overwrite
        )
    except (PackError, ImportError) as error:
        raise UsageError(str(error)) from None
    say(f"Text pack: {made.folder} ({made.sha256[:12]})")
    return 0


def read_messages(path: Path) -> list[str]:
    """Read messages from a file: one a line, or in ``.jsonl`` the field ``text`` of each.

    Raises:
        UsageError: no such file, or a line that has no text; its number is said, not its content.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--file should be a text file in UTF-8. Found: {path}: {type(error).__name__}."
        ) from None
    if path.suffix != ".jsonl":
        return lines
    return [_text_of(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def _text_of(line: str, number: int) -> str:
    try:
        found: Any = json_format.loads(line)
    except ValueError:
        found = None
    text = found.get("text") if isinstance(found, dict) else found
    if not isinstance(text, str):
        raise UsageError(
            f'Every line should be {{"text": "..."}}. Found another in line {number}. Correct it.'
        )
    return text


def _print_answers(findings: Sequence[TextFindings]) -> None:
    rows = [
        (
            str(i),
            one.emotion,
            f"{one.vad.valence:.2f} {one.vad.arousal:.2f} {one.vad.dominance:.2f}",
            "safe" if one.safety.safe else _worst(one),
            one.style.label,
            one.intent.label,
            one.language,
        )
        for i, one in enumerate(findings, 1)
    ]
    head = ("Text", "Emotion", "Valence, arousal, dominance", "Safety", "Style", "Intent", "In")
    print_table("Five answers", head, rows)
    told = dict.fromkeys(warning for one in findings for warning in one.warnings)
    for warning in told:
        say(f"Warning: {warning}")


def _worst(one: TextFindings) -> str:
    label = max(one.safety.scores, key=lambda name: one.safety.scores[name])
    return f"{label} {one.safety.scores[label]:.2f}"


def _print(text: str) -> None:
    sys.stdout.write(text + "\n")
