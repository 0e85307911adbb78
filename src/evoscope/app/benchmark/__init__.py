"""How the service bears load, asked of a server of its own over the network of this machine."""
