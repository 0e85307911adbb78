"""What every part of a recipe has in common."""

from evoscope.multitask.settings import Settings

__all__ = ["Settings"]
