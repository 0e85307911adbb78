"""Corpora of manner: formality of sentences, politeness of requests."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from evoscope.text.corpora.corpus import CorpusError, Source
from evoscope.text.corpora.detokenise import detokenise
from evoscope.text.corpora.rows import Row, named_table, table

FORMALITY = Source(
    name="pavlick_formality",
    licence="CC BY 3.0",
    may_train=True,
    official=False,
    cite="Pavlick & Tetreault 2016, TACL",
    note="Split by document. formal is the logistic of the mean rating (-3 to 3), casual the rest. "
    "The mean is the score 'formality'.",
)
POLITENESS = Source(
    name="stanford_politeness",
    licence="CC BY 4.0",
    may_train=True,
    official=False,
    cite="Danescu-Niculescu-Mizil et al. 2013, ACL",
    note="polite is the logistic of twice the mean rating, normalised by rater. The mean is the "
    "score 'politeness'. Requests only.",
)
_DOMAINS = ("answers", "blog", "email", "news")
_POLITE = 2.0
"""Of a score of politeness, whose spread is .75: shares of polite and impolite reach from .1 to .9,
as those of formality do."""


def _logistic(score: float) -> float:
    return 1.0 / (1.0 + math.exp(-score))


def pavlick_formality(folder: Path) -> Iterator[Row]:
    """Read how formal raters find a sentence, from -3 to 3.

    The mean rather than how many are above the middle: five raters have six shares, and a model of
    the mean orders sentences better.
    """
    for domain in _DOMAINS:
        for fields in table(folder / f"{domain}.tsv", delimiter="\t", quoted=False):
            if len(fields) != 4:
                raise CorpusError(
                    f"Rows of {domain}.tsv should be mean, ratings, id and text. Found "
                    f"{len(fields)} fields."
                )
            mean, _, key, text = fields
            formal = _logistic(float(mean))
            yield Row(
                text=detokenise(text),
                labels={"style": {"formal": formal, "casual": 1.0 - formal}},
                domain=domain,
                document=key.rsplit(".", 1)[0],
                scores={"formality": float(mean)},
            )


def stanford_politeness(folder: Path) -> Iterator[Row]:
    """Read how polite raters find a request: their mean, each rater's own scale taken out."""
    for domain in ("wikipedia", "stack-exchange"):
        path = folder / f"{domain}.csv"
        for row in named_table(path, columns=("Request", "Normalized Score")):
            score = float(row["Normalized Score"])
            yield Row(
                text=row["Request"],
                labels={"style": {"polite": _logistic(_POLITE * score)}},
                domain=domain,
                scores={"politeness": score},
            )
