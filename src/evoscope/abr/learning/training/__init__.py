"""From cohorts and a recipe to a trained network."""

from evoscope.abr.learning.training.fit import TrainingCohort, load_cohort, train_series
from evoscope.abr.learning.training.recipe import SeriesRecipe, load_recipe, shipped_recipes
from evoscope.abr.learning.training.start import StartingPack, open_start

__all__ = [
    "SeriesRecipe",
    "StartingPack",
    "TrainingCohort",
    "load_cohort",
    "load_recipe",
    "open_start",
    "shipped_recipes",
    "train_series",
]
