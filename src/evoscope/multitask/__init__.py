"""One backbone, many heads, labels that are mostly missing: the engine room, free of any domain."""
