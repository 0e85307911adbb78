"""What a text pack holds: graphs, their inputs and outputs, and the files beside them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evoscope.runtime import Column, Expected, Graph, Pack, PackError, Tensor
from evoscope.text.backbones import Spelling
from evoscope.text.taxonomy import TAXONOMY

PURPOSE_DELTA = "text.delta"
"""A pack that holds what was trained; the rest of the encoder lies elsewhere on the disk."""
PURPOSE = "text.analysis"
"""A pack that answers by itself."""

HEADS, WHOLE = "heads", "text"
"""Graphs: what stands on the encoder; encoder and heads in one."""

ENCODER = "encoder.json"
"""The encoder's graph without its weights, as ONNX writes itself in JSON."""
CHANGED = "changed.safetensors"
"""Weights of the encoder that training has changed, and those that its file does not hold."""
BACKBONE = "backbone.json"
READING = "reading.json"
CALIBRATION = "calibration.json"
TOKENIZER = "tokenizer.json"
WORDS = "words.txt"
"""Words that are known, one a line, the commonest first."""

TOKENS, PRESENT, STATES, NGRAMS = "tokens", "present", "states", "ngrams"
Precision = Literal["int8", "float32"]

OUTPUTS = {
    "emotions": ("logits",),
    "emotions_fine": ("logits",),
    "vad": ("mean", "log_variance"),
    "safety": ("logits",),
    "style": ("logits",),
    "intent": ("logits",),
}
"""Parts of the outputs, by task; an output is named ``<task>.<part>``."""


class Reading(BaseModel):
    """How a text becomes the inputs of the graph.

    Attributes:
        longest: tokens of a window, special ones included.
        padding: number of the padding token.
        buckets: numbers that n-grams have; 0: the graph takes none.
        emoji: as what the tokenizer is given them: by name.
        spelling: what becomes of unknown words that are one slip from a known one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    longest: int = Field(ge=8)
    padding: int = Field(ge=0)
    buckets: int = Field(ge=0)
    emoji: Literal["named"]
    spelling: Literal["mended"]


def reading_of(pack: Pack) -> Reading:
    """How texts become the inputs of a pack's graph.

    Args:
        pack: that holds what was trained, or that answers by itself.

    Raises:
        PackError: it reads texts in another way than this version does.
    """
    try:
        return Reading.model_validate_json(pack.read(READING))
    except ValidationError as wrong:
        fields = sorted({".".join(map(str, one["loc"])) for one in wrong.errors()})
        raise PackError(
            f"{pack.card.name} should read texts as this version does.",
            f"Found other: {fields}.",
            "Train it again: evoscope text train.",
        ) from None


def spelling_of(pack: Pack) -> Spelling:
    """Which words a pack knows: by these its texts are read."""
    return Spelling(pack.read(WORDS).decode("utf-8").split())


class NeededBackbone(BaseModel):
    """The encoder that a delta pack stands on.

    Attributes:
        name: to find it by.
        sha256: of its weights.
        sources: name of a weight in the graph -> its name in the encoder's file.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sha256: str
    sources: dict[str, str]


def output_names() -> list[str]:
    """Name the outputs, in the order of the graph.

    Example:
        >>> output_names()[:3]
        ['emotions.logits', 'emotions_fine.logits', 'vad.mean']
    """
    return [f"{task}.{part}" for task, parts in OUTPUTS.items() for part in parts]


def heads_graph(*, width: int, buckets: int) -> Graph:
    """Describe the graph of pooling and heads."""
    states = Tensor(
        name=STATES,
        shape=("n", "length", width),
        units="1",
        meaning="what the encoder says of each token",
    )
    return Graph(
        meaning="From what the encoder says of each token to the answers.",
        inputs=(states, _present(), *_ngrams(buckets)),
        outputs=_outputs(),
    )


def whole_graph(*, buckets: int) -> Graph:
    """Describe the graph from tokens to answers."""
    tokens = Tensor(
        name=TOKENS,
        dtype="int64",
        shape=("n", "length"),
        units="1",
        meaning="numbers of the tokens",
        low=0,
    )
    return Graph(
        meaning="From tokens to the answers.",
        inputs=(tokens, _present(), *_ngrams(buckets)),
        outputs=_outputs(),
    )


def expected(purpose: str) -> Expected:
    """Say what this version relies on: a pack whose labels mean something else is refused."""
    return Expected(
        purpose=purpose,
        taxonomies={name: carried.names for name, carried in TAXONOMY.carried().items()},
    )


def _present() -> Tensor:
    return Tensor(
        name=PRESENT,
        dtype="int64",
        shape=("n", "length"),
        units="1",
        meaning="1 where there is a token, 0 for padding",
        low=0,
        high=1,
    )


def _ngrams(buckets: int) -> tuple[Tensor, ...]:
    if not buckets:
        return ()
    return (
        Tensor(
            name=NGRAMS,
            dtype="int64",
            shape=("n", "grams"),
            units="1",
            meaning="numbers of the n-grams, 0 for none",
            low=0,
            high=buckets - 1,
        ),
    )


def _outputs() -> tuple[Tensor, ...]:
    found = []
    for task, parts in OUTPUTS.items():
        labels = TAXONOMY[task].labels
        for part in parts:
            name, shape = f"{task}.{part}", ("n", len(labels))
            meaning = f"{part.replace('_', ' ')} of {task}"
            if part == "logits":
                found.append(
                    Tensor(name=name, shape=shape, units="1", meaning=meaning, taxonomy=task)
                )
            else:
                columns = tuple(Column(name=f"{part}.{one}", units="1") for one in labels)
                found.append(
                    Tensor(name=name, shape=shape, columns=columns, meaning=meaning, taxonomy=task)
                )
    return tuple(found)
