"""Heads: features in, named parts out."""
