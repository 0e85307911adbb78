"""The server: an HTTP API over the instruments, and the store of what people corrected.

Needs the extra ``serve``. Nothing of an analysis is imported by the server itself: it runs in
worker processes, which may be killed.
"""
