"""Findings of messages as a table, JSON, JSON lines, CSV or Perspective responses."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

import evoscope
from evoscope.cli.console import print_table, say
from evoscope.text.findings import TextDocument, TextFindings
from evoscope.text.perspective import perspective_view

Layout = Literal["table", "json", "jsonl", "csv", "perspective"]
Answered = Iterator[tuple[Sequence[str], Sequence[TextFindings]]]
"""Messages with their findings, some at a time, in order."""
_LONGEST_PASSAGE = 40


def lines_of(answered: Answered, layout: Layout) -> Iterator[str]:
    """Write findings down, line by line where the layout has lines.

    Args:
        answered: messages and their findings.
        layout: any but ``table``.
    """
    if layout == "json":
        every = [one for _, findings in answered for one in findings]
        document = TextDocument(version=evoscope.__version__, texts=tuple(every))
        yield document.model_dump_json()
        return
    writers: Mapping[str, Callable[[int, str, TextFindings], str]] = {
        "jsonl": lambda _i, _text, one: one.to_json(),
        "perspective": lambda _i, text, one: json.dumps(
            perspective_view(one, characters=len(text))
        ),
    }
    number = 0
    for texts, findings in answered:
        for text, one in zip(texts, findings, strict=True):
            number += 1
            if layout == "csv":
                flat = {"number": number, **flattened(one.to_dict())}
                if number == 1:
                    yield _csv(list(flat))
                yield _csv(list(flat.values()))
            else:
                yield writers[layout](number, text, one)


def flattened(values: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """Name nested values by their path; several warnings become one text.

    Example:
        >>> flattened({"vad": {"valence": 0.5}, "warnings": ["a", "b"]})
        {'vad.valence': 0.5, 'warnings': 'a b'}
    """
    flat: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            flat |= flattened(value, f"{before}{name}.")
        else:
            flat[before + name] = " ".join(value) if isinstance(value, list) else value
    return flat


def print_answers(answered: Answered) -> None:
    """Print a table of the five answers, passages where they were asked for, and warnings."""
    rows: list[tuple[str, ...]] = []
    pointed: list[tuple[str, ...]] = []
    told: dict[str, None] = {}
    for texts, findings in answered:
        for text, one in zip(texts, findings, strict=True):
            number = str(len(rows) + 1)
            rows.append(_row(number, one))
            told |= dict.fromkeys(one.warnings)
            pointed += [
                (number, f"{found.task}: {found.label}", shown(text[found.start : found.end]),
                 f"{found.start} to {found.end}", f"{found.weight:.3f}")
                for found in one.highlights
            ]  # fmt: skip
    head = ("Text", "Emotion", "Valence, arousal, dominance", "Safety", "Style", "Intent", "In")
    print_table("Five answers", head, rows)
    if pointed:
        passages = ("Text", "Score", "Falls without", "Characters", "By")
        print_table("What scores depend on", passages, pointed)
    for warning in told:
        say(f"Warning: {warning}")


def shown(passage: str) -> str:
    r"""Write a passage so that it cannot steer a terminal, nor fill it.

    Example:
        >>> shown("so\x1b[2J sad"), shown("a" * 50)[-3:]
        ('so\\x1b[2J sad', 'aa…')
    """
    safe = "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode("ascii")
        for one in passage
    )
    return safe if len(safe) <= _LONGEST_PASSAGE else f"{safe[: _LONGEST_PASSAGE - 1]}…"


def _row(number: str, one: TextFindings) -> tuple[str, ...]:
    worst = max(one.safety.scores, key=lambda name: one.safety.scores[name])
    return (
        number,
        f"{one.emotion} {one.emotion_scores[one.emotion]:.2f}",
        f"{one.vad.valence:.2f} {one.vad.arousal:.2f} {one.vad.dominance:.2f}",
        "safe" if one.safety.safe else f"{worst} {one.safety.scores[worst]:.2f}",
        f"{one.style.label} {one.style.scores[one.style.label]:.2f}",
        f"{one.intent.label} {one.intent.scores[one.intent.label]:.2f}",
        one.language,
    )


def _csv(cells: Sequence[object]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
