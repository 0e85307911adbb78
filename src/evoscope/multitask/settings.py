"""What every part of a recipe has in common; it imports nothing, so every part may import it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A part of a recipe: unknown fields are refused, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)
