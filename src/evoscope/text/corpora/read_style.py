"""Corpora of manner: formality of sentences, politeness of requests."""

from __future__ import annotations

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
    note="Split by document. formal is the share of raters above the middle, casual below; "
    "a rating of 0 counts half to each. The mean rating is the score 'formality'.",
)
POLITENESS = Source(
    name="stanford_politeness",
    licence="CC BY 4.0",
    may_train=True,
    official=False,
    cite="Danescu-Niculescu-Mizil et al. 2013, ACL",
    note="polite is the share of five raters above the middle of their scale (13 of 25 counts "
    "half). The normalised mean is the score 'politeness'. Requests only.",
)
_DOMAINS = ("answers", "blog", "email", "news")
_MIDDLE = 13.0


def _share_above(ratings: list[float], middle: float) -> float:
    return sum(1.0 if r > middle else 0.5 if r == middle else 0.0 for r in ratings) / len(ratings)


def pavlick_formality(folder: Path) -> Iterator[Row]:
    """Read how many raters find a sentence formal, and their mean from -3 to 3."""
    for domain in _DOMAINS:
        for fields in table(folder / f"{domain}.tsv", delimiter="\t", quoted=False):
            if len(fields) != 4:
                raise CorpusError(
                    f"Rows of {domain}.tsv should be mean, ratings, id and text. Found "
                    f"{len(fields)} fields."
                )
            mean, ratings, key, text = fields
            style: dict[str, float] = {}
            if ratings:  # of a few only the mean is there
                formal = _share_above([float(rating) for rating in ratings.split(",")], 0.0)
                style = {"formal": formal, "casual": 1.0 - formal}
            yield Row(
                text=detokenise(text),
                labels={"style": style},
                domain=domain,
                document=key.rsplit(".", 1)[0],
                scores={"formality": float(mean)},
            )


def stanford_politeness(folder: Path) -> Iterator[Row]:
    """Read how many raters find a request polite, and their normalised mean."""
    raters = tuple(f"Score{i}" for i in range(1, 6))
    for domain in ("wikipedia", "stack-exchange"):
        path = folder / f"{domain}.csv"
        for row in named_table(path, columns=("Request", *raters, "Normalized Score")):
            polite = _share_above([float(row[rater]) for rater in raters], _MIDDLE)
            yield Row(
                text=row["Request"],
                labels={"style": {"polite": polite}},
                domain=domain,
                scores={"politeness": float(row["Normalized Score"])},
            )
