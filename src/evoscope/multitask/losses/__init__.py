"""Losses: arrays in, masked sums out."""
