"""From cohorts and a recipe to a trained network."""

from evoscope.abr.learning.training.fit import TrainingCohort, load_cohort, train_series
from evoscope.abr.learning.training.recipe import SeriesRecipe, load_recipe, shipped_recipes

__all__ = [
    "SeriesRecipe",
    "TrainingCohort",
    "load_cohort",
    "load_recipe",
    "shipped_recipes",
    "train_series",
]
