"""Tasks: what is asked of every row."""
