"""What every part of a card obeys: no unknown field, no change, no NaN, no empty word."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[str, Field(min_length=1)]
"""Text that is there."""

Name = Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9_.-]{0,62}[a-z0-9])?$")]
"""A name that is also safe as (part of) a file name on every system."""

Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Model(BaseModel):
    """Base of the parts of a card."""

    # protected_namespaces: a card may say "model_..." without meaning pydantic's own.
    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        allow_inf_nan=False,
        str_strip_whitespace=True,
        protected_namespaces=(),
    )
