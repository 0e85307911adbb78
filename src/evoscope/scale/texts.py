"""Messages answered elsewhere, some at a time; their findings come back in order."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from evoscope.scale.engines import Engine
from evoscope.scale.parts import Parts, parts_of
from evoscope.text.analysis import TextEngine
from evoscope.text.analysis.contract import Precision
from evoscope.text.findings import TextFindings

TEXTS = 2048
"""Of a part. A multiple of what the engine sorts by length at once: so that the same texts go
through the network together, and to the same bits, whoever works."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Who answers, and how.

    Attributes:
        model, precision, threads, batch_size: of `TextEngine`.
        highlight, scrub: of its ``analyze``.
        sha256: of the model: another one in the same folder is another request.
    """

    model: str
    precision: Precision
    threads: int
    batch_size: int
    highlight: bool
    scrub: bool
    sha256: str


def answer_in_parts(
    texts: Sequence[str],
    asked: Asked,
    *,
    output: Path,
    engine: Engine,
    advance: Callable[[int], None] = lambda _texts: None,
) -> Iterator[tuple[Sequence[str], list[TextFindings]]]:
    """Yield texts and their findings, part by part, in order.

    Findings of parts that are done lie beside the output until the last one is; texts do not.

    Args:
        texts: as they are written.
        asked: who answers, and how.
        output: file beside which parts lie.
        engine: ``local``, or ``ray``.
        advance: called with the texts answered since the last call.

    Raises:
        ClusterError: the cluster could not finish.
        PackError: no such model where the work is done.
    """
    items = [tuple(texts[i : i + TEXTS]) for i in range(0, len(texts), TEXTS)]
    digest = hashlib.sha256()
    for text in texts:
        digest.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    request = {"texts": digest.hexdigest(), "asked": asdict(asked)}
    with parts_of(output, request) as folder:
        parts = Parts(folder, AnswerTexts(asked), items, engine=engine)
        for item, part in zip(items, parts, strict=True):
            yield item, [TextFindings.model_validate(one) for one in json.loads(part)]
            advance(len(item))


@dataclass(frozen=True)
class AnswerTexts:
    """Answers texts, in any process; one engine is opened in each."""

    asked: Asked

    def __call__(self, texts: Sequence[str]) -> bytes:
        """Return the findings of each, as JSON."""
        asked = self.asked
        found = _opened(asked).analyze(list(texts), highlight=asked.highlight, scrub=asked.scrub)
        return json.dumps([one.model_dump(mode="json") for one in found]).encode()


@lru_cache(maxsize=1)
def _opened(asked: Asked) -> TextEngine:
    return TextEngine(
        asked.model,
        precision=asked.precision,
        threads=asked.threads,
        batch_size=asked.batch_size,
    )
