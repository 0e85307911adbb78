"""The text instrument: emotions, affect, safety, style and intent of short messages."""
