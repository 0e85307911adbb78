"""The methods of the field, done well: the baseline, and the fallback."""
