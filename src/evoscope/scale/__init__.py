"""The same work over many processes and machines: in parts, by Ray Data, to the same bits."""
