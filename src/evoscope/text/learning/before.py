"""What frozen layers say of texts is computed once, before the first epoch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from evoscope.text.learning.embedded import pooled_texts
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.recipe import TextRecipe
from evoscope.text.learning.source import TextSource
from evoscope.text.learning.states import token_states


def read_before(
    network: TextNetwork,
    source: TextSource,
    recipe: TextRecipe,
    *,
    encoder_sha256: str,
    cache: Path | None,
    advance: Callable[[int], None] = lambda _texts: None,
) -> TextSource:
    """Return the source as the network reads it: what its frozen layers say in place of tokens.

    Of an encoder that is all frozen, under mean pooling, one vector a text. Of lower layers that
    are frozen, one a token, where there is a folder that keeps them: they take 0.8 kB each. Else
    the tokens themselves.

    Args:
        network: that reads.
        source: of the texts, as tokens.
        recipe: says what is frozen.
        encoder_sha256: hash of the encoder's weights.
        cache: folder that keeps what was computed; ``None`` keeps nothing.
        advance: called with the texts read since the last call.
    """
    longest, precision = recipe.network.longest, recipe.precision
    if recipe.freezing.strategy == "full" and recipe.network.pooling == "mean":
        return source.with_pooled(
            pooled_texts(
                network.backbone,
                source,
                encoder_sha256=encoder_sha256,
                longest=longest,
                precision=precision,
                cache=cache,
                advance=advance,
            )
        )
    if cache is not None and network.read_before:
        return source.with_states(
            token_states(
                network.backbone,
                source,
                layers=network.read_before,
                encoder_sha256=encoder_sha256,
                longest=longest,
                precision=precision,
                cache=cache,
                advance=advance,
            )
        )
    return source
