"""Labelled texts by name: cleaned, masked, licensed, and no text in two parts."""

from evoscope.text.corpora.corpus import (
    Corpus,
    CorpusError,
    LicenceError,
    Native,
    Source,
    Split,
)
from evoscope.text.corpora.detokenise import detokenise
from evoscope.text.corpora.heads import heads_table
from evoscope.text.corpora.load import VARIABLE, corpus_names, load, load_training, source

__all__ = [
    "VARIABLE",
    "Corpus",
    "CorpusError",
    "LicenceError",
    "Native",
    "Source",
    "Split",
    "corpus_names",
    "detokenise",
    "heads_table",
    "load",
    "load_training",
    "source",
]
