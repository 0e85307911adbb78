"""The text engine: five answers from one pass, on the CPU, without a training stack."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload

import numpy as np
from numpy.typing import NDArray

from evoscope.runtime import PackError, Session, shipped
from evoscope.text.analysis.assemble import MADE_FROM, open_text_pack
from evoscope.text.analysis.calibration import Calibration, Calibrator
from evoscope.text.analysis.contract import (
    CALIBRATION,
    NGRAMS,
    PRESENT,
    TOKENIZER,
    TOKENS,
    WHOLE,
    Precision,
    reading_of,
    spelling_of,
)
from evoscope.text.analysis.findings import findings_of, rounded
from evoscope.text.analysis.highlights import highlights
from evoscope.text.analysis.ngrams import ngram_numbers
from evoscope.text.backbones import Tokens, padded
from evoscope.text.cleaning import as_text, clean
from evoscope.text.findings import TextFindings, UsedModel
from evoscope.text.language import guess_language
from evoscope.text.privacy import scrub as scrubbed
from evoscope.text.taxonomy import TAXONOMY
from evoscope.text.windows import BUDGET, OVERLAP, cut, put_together

Numbers = NDArray[np.float64]
DEFAULT = "default"
_EMPTY = "The text is empty: the scores are those of no words."
_WINDOWED = "Read in {} windows: safety is that of the worst parts, the rest that of the whole."
_SCRUBBED = "Taken out before anything was read, by {}: {}."
# Of longer texts windows are cut without asking the tokenizer for the whole.
_LONG = 4_000
_AT_ONCE = 512
"""Texts that are answered before progress is told: enough to sort them by length."""


@dataclass(frozen=True)
class Scores:
    """What the model says of texts, calibrated.

    Attributes:
        tasks: scores ``(n, labels)`` by task.
        half_widths: of the 90 % intervals of VAD ``(n, 3)``; ``None`` where none were fitted.
        windows: ``(n,)`` that each text was read in.
    """

    tasks: Mapping[str, Numbers]
    half_widths: Numbers | None
    windows: NDArray[np.intp]


class TextEngine:
    """Answers five questions about messages.

    Args:
        model: folder of a text pack, or ``default``: the one that comes with the package.
        precision: ``int8``, or ``float32`` for its last half a point at half the speed.
        threads: that one call may use; one is right where several messages are read at once.
        batch_size: windows that go through the network together.
        backbone: folder of the encoder that the pack stands on, where it is not found by name.
        tell: called before the work of a first use begins, and at its steps.

    Attributes:
        pack: that answers.
        thresholds: task -> label -> probability from which on it is called; infinite for labels
            that it had nothing to learn from.
        model: which one answers.

    Raises:
        PackError: no model, or one that cannot be run; the message says how to get or train one.
    """

    def __init__(
        self,
        model: str | Path = DEFAULT,
        *,
        precision: Precision = "int8",
        threads: int = 1,
        batch_size: int = 32,
        backbone: str | Path | None = None,
        tell: Callable[[str], None] = lambda _what: None,
    ) -> None:
        if batch_size < 1:
            raise ValueError(f"batch_size should be 1 or more. Found {batch_size}.")
        pack = open_text_pack(pack_folder(model), precision=precision, backbone=backbone, tell=tell)
        self.pack = pack
        self._session = Session(pack, threads=threads)
        self._batch_size = batch_size
        self._reading = reading_of(pack)
        calibration = Calibration.model_validate_json(pack.read(CALIBRATION))
        self._calibrated = Calibrator(calibration)
        self._spelling = spelling_of(pack)
        self._tokens = Tokens(pack.read(TOKENIZER).decode("utf-8"), longest=self._reading.longest)
        self.thresholds = calibration.thresholds()
        made = pack.card.constants.get(MADE_FROM)
        self.model = UsedModel(
            name=pack.card.name,
            version=pack.card.version,
            # The same on every machine: that of what was trained, not of what was made of it here.
            sha256=pack.sha256 if made is None else str(made.value),
        )
        self._unlearned = _unlearned(calibration)

    @overload
    def analyze(
        self,
        texts: str,
        *,
        highlight: bool = False,
        scrub: bool = False,
        advance: Callable[[int], None] = ...,
    ) -> TextFindings: ...
    @overload
    def analyze(
        self,
        texts: list[str] | tuple[str, ...],
        *,
        highlight: bool = False,
        scrub: bool = False,
        advance: Callable[[int], None] = ...,
    ) -> list[TextFindings]: ...
    def analyze(
        self,
        texts: str | list[str] | tuple[str, ...],
        *,
        highlight: bool = False,
        scrub: bool = False,
        advance: Callable[[int], None] = lambda _texts: None,
    ) -> TextFindings | list[TextFindings]:
        """Answer for one text, or for each of several, in their order.

        Nothing of a text is kept, logged or part of the answer.

        Args:
            texts: one, or several.
            highlight: also find the passages that the first emotion and the safety labels called
                depend on, by leaving each word out; costs a pass a word.
            scrub: take personal data out before anything is read (`evoscope.text.privacy.scrub`);
                a warning says of which kinds.
            advance: called with the texts answered since the last call.

        Raises:
            TypeError: a text that is no ``str``; the message says which.
        """
        if isinstance(texts, str):
            several = [texts]
        else:
            several = list(texts) if isinstance(texts, list | tuple) else [as_text(texts)]
        read = _read(several, scrub=scrub)
        found: list[TextFindings] = []
        for start in range(0, len(several), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found += self._findings(several[part], read[part], highlight=highlight, scrub=scrub)
            advance(len(several[part]))
        return found[0] if isinstance(texts, str) else found

    def scores(
        self, texts: Sequence[str], *, advance: Callable[[int], None] = lambda _texts: None
    ) -> Scores:
        """Return calibrated scores as arrays: what an evaluation reads.

        Args:
            texts: as they are written.
            advance: called with the texts answered since the last call.

        Raises:
            TypeError: a text that is no ``str``.
        """
        cleaned = [one.text for one in _read(texts, scrub=False)]
        parts = []
        for start in range(0, max(1, len(cleaned)), _AT_ONCE):
            parts.append(self._scores(cleaned[start : start + _AT_ONCE]))
            advance(len(parts[-1].windows))
        return _joined(parts)

    def _findings(
        self, texts: Sequence[str], read: Sequence[_Text], *, highlight: bool, scrub: bool
    ) -> list[TextFindings]:
        scores = self._scores([one.text for one in read])
        rows = rounded(scores.tasks, scores.half_widths)
        found = []
        for i, (raw, one) in enumerate(zip(texts, read, strict=True)):
            language = guess_language(one.text)
            warnings = [*one.warnings, *([language.warning] if language.warning else [])]
            if scores.windows[i] > 1:
                warnings.append(_WINDOWED.format(scores.windows[i]))
            warnings += [self._unlearned] if self._unlearned else []
            answer = findings_of(
                {name: values[i] for name, values in rows.items()},
                thresholds=self.thresholds,
                language=language.code,
                warnings=warnings,
                model=self.model,
            )
            if highlight and one.text:
                pointed = highlights(
                    raw,
                    answer,
                    limits=self.thresholds["safety"],
                    scores=lambda cut: (
                        self._scores([part.text for part in _read(cut, scrub=scrub)]).tasks
                    ),
                )
                answer = answer.model_copy(update={"highlights": pointed})
            found.append(answer)
        return found

    def _scores(self, texts: Sequence[str]) -> Scores:
        windows: list[str] = []
        parted: list[int] = []
        for text in texts:
            # Not the whole text: of a megabyte, only some windows are read.
            parts = [self._spelling.mended(part) for part in self._windows(text)]
            windows += parts
            parted.append(len(parts))
        rows = self._tokens(windows)
        outputs = self._run(windows, rows)
        tasks = self._calibrated.scores(outputs)
        half = self._calibrated.half_widths(outputs)
        counts = np.array(parted, dtype=np.intp)
        if len(windows) == len(texts):
            return Scores(tasks, half, counts)
        weight, ends = np.array([len(row) for row in rows]), np.cumsum(counts)
        spans = [slice(end - n, end) for end, n in zip(ends, counts, strict=True)]
        together = {
            name: np.stack(
                [
                    put_together(
                        values[span], weight[span], how="peak" if name == "safety" else "mean"
                    )
                    for span in spans
                ]
            )
            for name, values in tasks.items()
        }
        if half is not None:
            half = np.stack([put_together(half[s], weight[s], how="mean") for s in spans])
        return Scores(together, half, counts)

    def _windows(self, text: str) -> list[str]:
        budget = min(BUDGET, self._reading.longest - self._tokens.special)
        if len(text) <= budget or (len(text) <= _LONG and self._tokens.length(text) <= budget):
            return [text]
        overlap = min(OVERLAP, (budget - 1) // 2)
        found = cut(text, budget=budget, overlap=overlap, length=self._tokens.length)
        return [text[one.start : one.end] for one in found]

    def _run(
        self, windows: Sequence[str], rows: Sequence[Sequence[int]]
    ) -> dict[str, NDArray[np.float32]]:
        """Outputs of all windows: those of like length go together, so that little is padding."""
        if len(rows) == 1:
            return self._session.run(WHOLE, self._inputs(windows, rows))
        outputs: dict[str, NDArray[np.float32]] = {}
        described = self._session.pack.card.graphs[WHOLE].outputs
        for tensor in described:
            outputs[tensor.name] = np.empty((len(rows), int(tensor.shape[1])), dtype=np.float32)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        for start in range(0, len(order), self._batch_size):
            chosen = order[start : start + self._batch_size]
            inputs = self._inputs([windows[i] for i in chosen], [rows[i] for i in chosen])
            for name, values in self._session.run(WHOLE, inputs).items():
                outputs[name][chosen] = values
        return outputs

    def _inputs(
        self, windows: Sequence[str], rows: Sequence[Sequence[int]]
    ) -> dict[str, NDArray[np.int64]]:
        tokens, present = padded(rows, padding=self._reading.padding)
        inputs = {TOKENS: tokens, PRESENT: present}
        if self._reading.buckets:
            grams = [ngram_numbers(window, buckets=self._reading.buckets) for window in windows]
            inputs[NGRAMS] = padded(grams, padding=0)[0]
        return inputs


@dataclass(frozen=True)
class _Text:
    """A text as the network reads it, and what to tell of it."""

    text: str
    warnings: tuple[str, ...]


def _read(texts: Sequence[str], *, scrub: bool) -> list[_Text]:
    found = []
    for i, text in enumerate(texts):
        told = []
        try:
            if scrub:
                without = scrubbed(text)
                text = without.text
                if without.counts:
                    kinds = ", ".join(f"{n} {kind}" for kind, n in without.counts.items())
                    told.append(_SCRUBBED.format(without.method, kinds))
            one = clean(text)
        except TypeError as error:
            raise TypeError(f"Text {i + 1} of {len(texts)}: {error}") from None
        found.append(_Text(one, tuple(told if one else [*told, _EMPTY])))
    return found


def _joined(parts: Sequence[Scores]) -> Scores:
    if len(parts) == 1:
        return parts[0]
    halves = [one.half_widths for one in parts if one.half_widths is not None]
    return Scores(
        {name: np.concatenate([one.tasks[name] for one in parts]) for name in parts[0].tasks},
        np.concatenate(halves) if halves else None,
        np.concatenate([one.windows for one in parts]),
    )


def pack_folder(model: str | Path) -> Path:
    """Return the folder of a pack: that of the shipped one for ``default``.

    Raises:
        PackError: this version ships none; the message says how to train one.
    """
    if str(model) != DEFAULT:
        return Path(model)
    try:
        return shipped(DEFAULT, package="evoscope.text")
    except PackError:
        raise PackError(
            "A text pack should answer.",
            "Found none in this version of Evoscope.",
            "Train one: evoscope text train quick --output my-model, then name it: "
            "TextEngine('my-model/pack').",
        ) from None


def _unlearned(calibration: Calibration) -> str:
    lacking = [
        f"{task.name}: {label}"
        for task in TAXONOMY.tasks
        for label in task.labels
        if label not in calibration.learned.get(task.name, ())
    ]
    if not lacking:
        return ""
    return f"This model had nothing to learn these from, and says nothing of them: {lacking}."
