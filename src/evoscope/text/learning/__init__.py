"""Trains text networks: encoders, heads, recipes, export [torch]."""

from evoscope.text.learning.fit import (
    TextCorpora,
    TrainedText,
    load_corpora,
    train_text,
)
from evoscope.text.learning.orders import UNFINISHED
from evoscope.text.learning.pack import write_text_pack
from evoscope.text.learning.recipe import TextRecipe, changed, load_recipe, shipped_recipes

__all__ = [
    "UNFINISHED",
    "TextCorpora",
    "TextRecipe",
    "TrainedText",
    "changed",
    "load_corpora",
    "load_recipe",
    "shipped_recipes",
    "train_text",
    "write_text_pack",
]
