"""What worker processes do: analyze, export, simulate, generate, read messages."""
