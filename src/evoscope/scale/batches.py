"""Batches of rows as the bytes of a part."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from evoscope.scale.codec import Codec


def encode_batches(batches: Sequence[pa.RecordBatch]) -> bytes:
    """Write batches of rows as an Arrow stream, each as it is.

    Example:
        >>> one = pa.record_batch({"x": [1.0, 2.0]})
        >>> [batch.to_pydict() for batch in decode_batches(encode_batches([one]))]
        [{'x': [1.0, 2.0]}]
    """
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batches[0].schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return bytes(sink.getvalue())


def decode_batches(content: bytes) -> list[pa.RecordBatch]:
    """Read them back."""
    with pa.ipc.open_stream(content) as reader:
        return list(reader)


BATCHES = Codec(encode_batches, decode_batches)
