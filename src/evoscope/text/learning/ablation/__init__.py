"""What each idea of the reference is worth on the real corpora: ``python -m`` this package."""
