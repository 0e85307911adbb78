"""How the cost of messages grows: by how many, by how many at once, by threads."""
