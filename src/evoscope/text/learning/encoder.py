"""A pretrained encoder, from its files or with random weights, by the transformers library.

The library and not an implementation of our own: it reads every encoder that its users publish,
is kept by many, and is needed for training alone (126 MB on disk, seconds to import). What a user
runs is the graph that is exported.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from evoscope.text.backbones import Backbone, BackboneFiles

_HIDDEN = -1e9
"""Added where there is no token: finite, so that a row without any is not NaN."""
_RELATIVE = "mpnet"
"""Family whose layers also take a bias by the distance of two tokens, the same for all layers."""
_STACKED = ("bert", "roberta", "xlm-roberta", _RELATIVE)
"""Families whose layers can be run one by one."""


class Encoder(nn.Module):
    """From tokens to one vector each.

    Args:
        model: an encoder of the transformers library.

    Attributes:
        width: of what it says of a token.
        vocabulary: tokens that it knows.

    Raises:
        ValueError: no list of layers in it.
    """

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model
        self.width = int(_config(model).hidden_size)
        self.vocabulary = int(_config(model).vocab_size)
        # Named, not found by name: BERT keeps them at encoder.layer, others elsewhere.
        self._layers = _layers(model)
        if self._relative:
            # What all layers read lies below them: it is frozen with the first, not the last.
            stack = model.get_submodule("encoder")
            layers = stack.get_submodule("layer")
            del stack.layer
            stack.layer = layers

    def layers(self) -> Iterable[nn.Module]:
        """Its layers, from the tokens up."""
        return self._layers

    def forward(
        self, tokens: Int[Tensor, "n length"], present: Int[Tensor, "n length"]
    ) -> Float[Tensor, "n length width"]:
        """Read texts of any length that the encoder has positions for.

        Args:
            tokens: their numbers.
            present: 1 where there is one, 0 for padding.
        """
        states: Tensor = self.model(
            input_ids=tokens, attention_mask=_mask(present)
        ).last_hidden_state
        return states

    @property
    def stacked(self) -> bool:
        """Whether its lower and its upper layers can be run apart."""
        return _config(self.model).model_type in _STACKED

    def lower(
        self,
        tokens: Int[Tensor, "n length"],
        present: Int[Tensor, "n length"],
        *,
        layers: int,
    ) -> Float[Tensor, "n length width"]:
        """Read texts as far as the lower layers do; `upper` goes on from there.

        Args:
            tokens: their numbers.
            present: 1 where there is one.
            layers: how many are run.
        """
        states: Tensor = self.model.get_submodule("embeddings")(input_ids=tokens)
        return self._through(self._layers[:layers], states, present)

    def upper(
        self,
        states: Float[Tensor, "n length width"],
        present: Int[Tensor, "n length"],
        *,
        layers: int,
    ) -> Float[Tensor, "n length width"]:
        """Go on from what `lower` has said, with all layers above those."""
        return self._through(self._layers[layers:], states, present)

    @property
    def _relative(self) -> bool:
        return bool(_config(self.model).model_type == _RELATIVE)

    def _through(self, layers: Iterable[nn.Module], states: Tensor, present: Tensor) -> Tensor:
        given = [_mask(present)]
        if self._relative:
            stack: Any = self.model.get_submodule("encoder")
            given.append(stack.compute_position_bias(states))
        for layer in layers:
            said = layer(states, *given)
            states = said[0] if isinstance(said, tuple) else said  # with or without its attention
        return states


def _mask(present: Tensor) -> Tensor:
    # Made here: the library's own mask is not the same for every length once it is traced.
    return (1.0 - present.to(torch.float32))[:, None, None, :] * _HIDDEN


def load_encoder(files: BackboneFiles) -> Encoder:
    """Build an encoder with the weights of its file.

    Raises:
        ImportError: transformers is not installed.
        ValueError: a folder that the library cannot read, or weights that are lacking in it.
    """
    library = _transformers()
    logging = library.logging
    verbosity, bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        model, told = library.AutoModel.from_pretrained(
            files.folder,
            attn_implementation="eager",
            local_files_only=True,
            output_loading_info=True,
            dtype=torch.float32,
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise ValueError(
            f"The folder of a backbone should hold an encoder. Found {files.folder}: {error}."
        ) from None
    finally:
        logging.set_verbosity(verbosity)
        if bars:
            logging.enable_progress_bar()
    lacking = sorted(key for key in told["missing_keys"] if not key.startswith("pooler."))
    if lacking:
        raise ValueError(
            f"{files.weights} should hold every weight of the encoder. Found none of "
            f"{lacking[:5]}. Save it again with save_pretrained."
        )
    return Encoder(_without_pooler(model))


def random_encoder(backbone: Backbone) -> Encoder:
    """Build an encoder of the published shape with random weights: for its speed, not its answers.

    Raises:
        ImportError: transformers is not installed.
    """
    library = _transformers()
    config = library.AutoConfig.for_model(
        backbone.family,
        vocab_size=backbone.vocabulary,
        hidden_size=backbone.width,
        num_hidden_layers=backbone.depth,
        num_attention_heads=backbone.heads,
        intermediate_size=backbone.inner,
        max_position_embeddings=backbone.positions,
        type_vocab_size=max(1, backbone.token_types),
    )
    model = library.AutoModel.from_config(config, attn_implementation="eager")
    return Encoder(_without_pooler(model))


def _without_pooler(model: nn.Module) -> nn.Module:
    # A layer on the first token that nothing here reads: it would be trained for nothing.
    if getattr(model, "pooler", None) is not None:
        setattr(model, "pooler", None)  # noqa: B010  a module to torch, None to the library
    return model


def _layers(model: nn.Module) -> list[nn.Module]:
    depth = int(_config(model).num_hidden_layers)
    for module in model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == depth:
            return list(module)
    raise ValueError(f"The encoder should have a list of {depth} layers. Found none.")


def _config(model: nn.Module) -> Any:
    return model.config


def _transformers() -> Any:
    try:
        return import_module("transformers")
    except ModuleNotFoundError as missing:
        raise ImportError(
            "Encoders should be read by the transformers library. Found it not installed. "
            "Install the extra: pip install 'evoscope[text-train]'"
        ) from missing
