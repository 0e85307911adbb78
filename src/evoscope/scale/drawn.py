"""Synthetic recordings as the bytes of a part."""

from __future__ import annotations

import io
import json
from dataclasses import fields
from typing import Any

import numpy as np

from evoscope.abr.generation.generated import Generated
from evoscope.scale.codec import Codec

_REST = "rest"
_DRAWN = "ears_drawn"


def encode_drawn(drawn: tuple[Generated, int]) -> bytes:
    """Write synthetic recordings, and how many ears were drawn for them."""
    generated, ears = drawn
    values = {field.name: getattr(generated, field.name) for field in fields(Generated)}
    arrays = {name: one for name, one in values.items() if isinstance(one, np.ndarray)}
    rest = {name: one for name, one in values.items() if name not in arrays}
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays, **{_REST: json.dumps({**rest, _DRAWN: ears})})
    return file.getvalue()


def decode_drawn(content: bytes) -> tuple[Generated, int]:
    """Read them back."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays: dict[str, Any] = {name: file[name] for name in file.files if name != _REST}
        rest = json.loads(str(file[_REST]))
    ears = rest.pop(_DRAWN)
    rest["warnings"] = tuple(rest["warnings"])
    return Generated(**arrays, **rest), ears


DRAWN = Codec(encode_drawn, decode_drawn)
