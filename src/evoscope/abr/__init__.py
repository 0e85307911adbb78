"""Auditory brainstem responses: recordings in, findings out."""
