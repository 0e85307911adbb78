"""How the tables came to be, step by step; run at the start of a server."""
