"""What an analysis says of one text: fixed keys, in a published schema."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evoscope.text.taxonomy import TAXONOMY

Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
"""A probability, or a number on a scale of 0 to 1."""


class Part(BaseModel):
    """Base of every finding: immutable, and a typo in a field name is an error."""

    # protected_namespaces: "model" is the word of the published layout.
    model_config = ConfigDict(frozen=True, extra="forbid", protected_namespaces=())


class Interval(Part):
    """A 90 % interval on a scale of 0 to 1."""

    low: Share
    high: Share

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError(f"low should not exceed high. Found {self.low} and {self.high}.")
        return self


class Vad(Part):
    """Valence, arousal and dominance from 0 to 1, each with its 90 % interval.

    ``intervals`` is empty where no interval was computed.
    """

    valence: Share
    arousal: Share
    dominance: Share
    intervals: dict[str, Interval] = Field(default_factory=dict)


class Safety(Part):
    """Whether no label of safety reaches its operating point, and the score of each."""

    safe: bool
    scores: dict[str, Share]


class Chosen(Part):
    """The first label and the scores of all."""

    label: str
    scores: dict[str, Share]


class Highlight(Part):
    """A passage that a score depends on.

    Attributes:
        start, end: characters of the text that was given to the analysis.
        task, label: which score.
        weight: how much the score falls without the passage.
    """

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    task: str
    label: str
    weight: float = Field(allow_inf_nan=False)


class UsedModel(Part):
    """The model that answered, and what its labels mean."""

    name: str
    version: str
    sha256: str
    taxonomy: str = TAXONOMY.id


class TextFindings(Part):
    """Five answers for one text; the text itself is not kept.

    Attributes:
        emotion: the likeliest of the 11.
        emotion_scores, emotion_scores_fine: by label.
        vad, safety, style, intent: the other four answers.
        language: ISO 639-1, or "und".
        warnings: in plain words.
        model: which one answered.
        highlights: on request.
    """

    emotion: str
    emotion_scores: dict[str, Share]
    emotion_scores_fine: dict[str, Share]
    vad: Vad
    safety: Safety
    style: Chosen
    intent: Chosen
    language: str
    warnings: tuple[str, ...] = ()
    model: UsedModel
    highlights: tuple[Highlight, ...] = ()

    @model_validator(mode="after")
    def _labels_of_the_taxonomy(self) -> Self:
        TAXONOMY.check(
            {
                "emotions": list(self.emotion_scores),
                "emotions_fine": list(self.emotion_scores_fine),
                "safety": list(self.safety.scores),
                "style": list(self.style.scores),
                "intent": list(self.intent.scores),
            }
        )
        for task, label in (
            ("emotions", self.emotion),
            ("style", self.style.label),
            ("intent", self.intent.label),
        ):
            TAXONOMY[task].index(label)
        return self

    def to_dict(self) -> dict[str, Any]:
        """Return plain values, with the keys of the published layout.

        ``highlights`` is there where highlights were asked for.
        """
        plain = self.model_dump(mode="json")
        if not self.highlights:
            del plain["highlights"]
        return plain

    def to_json(self) -> str:
        """Return ``to_dict`` as JSON, in one line; nothing of the text is in it."""
        return self.model_dump_json(exclude=None if self.highlights else {"highlights"})


class TextDocument(Part):
    """Findings of many texts, in the order given, and what could not be read."""

    schema_id: Literal["evoscope/text-findings/1"] = "evoscope/text-findings/1"
    version: str
    taxonomy_sha256: str = TAXONOMY.sha256
    texts: tuple[TextFindings, ...] = ()


def json_schema() -> dict[str, Any]:
    """Return the JSON schema that every document of text findings follows.

    Example:
        >>> json_schema()["title"]
        'TextDocument'
    """
    return TextDocument.model_json_schema()
