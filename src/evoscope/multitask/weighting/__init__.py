"""Weightings: how much each task counts."""
