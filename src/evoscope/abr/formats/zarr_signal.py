"""A one-dimensional zarr array (format 2, as psiexperiment writes it), checked before it is read.

A few bytes of metadata can claim any length: chunks that are not on disk read as the fill value.
So the claim is compared with what lies on disk first.
"""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.continuous_eeg import new_signal
from evoscope.abr.formats.errors import FormatError

# EEG is noise: float32 EEG packs to about 0.8 of its size. A tenfold claim is missing data.
_MOST_PACKING = 10
_SLACK_BYTES = 65_536
_BLOSC_HEADER_BYTES = 16


def open_signal(folder: Path) -> tuple[Any, dict[str, Any]]:
    """Open the array for reading: ``(array, attributes)``.

    Raises:
        FormatError: not a one-dimensional array of real numbers, or more claimed than there is.
    """
    try:
        meta = json.loads((folder / ".zarray").read_bytes())
        (n_samples,), (n_chunk,) = meta["shape"], meta["chunks"]
        dtype = np.dtype(meta["dtype"])
        codec = (meta.get("compressor") or {}).get("id")
        attributes = json.loads((folder / ".zattrs").read_bytes())
        valid = (
            isinstance(n_samples, int) and isinstance(n_chunk, int)
            and n_samples > 0 and n_chunk > 0 and dtype.kind in "fiu"
            and not meta.get("filters") and isinstance(attributes, dict)
        )  # fmt: skip
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise _damaged(folder, f"{type(error).__name__}: {error}") from error
    if not valid:
        raise _damaged(folder, f"shape {meta['shape']!r}, chunks {meta['chunks']!r}, {dtype}")
    _check_claim(folder, n_samples, n_chunk, dtype.itemsize, codec)
    import zarr

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            array = zarr.open_array(str(folder), mode="r")
    # zarr raises types of its own, of its codecs' and of its stores'.
    except Exception as error:
        raise _damaged(folder, f"{type(error).__name__}: {error}") from error
    return array, attributes


def load_signal(folder: Path, array: Any, scale: float) -> NDArray[np.float32]:
    """Return ``array * scale`` as float32, a chunk at a time.

    Raises:
        FormatError: a chunk that cannot be decoded.
    """
    signal = new_signal(int(array.shape[0]))
    step = max(int(array.chunks[0]), 1)
    for start in range(0, signal.size, step):
        stop = min(start + step, signal.size)
        try:
            block = np.asarray(array[start:stop])
        # As in open_signal: a damaged chunk raises whatever its codec raises.
        except Exception as error:
            raise FormatError(
                str(folder),
                f"chunk {start // step}",
                f"The chunk should decode. Found {type(error).__name__}: {error}",
                "Copy the folder again from the recording computer.",
            ) from error
        with np.errstate(over="ignore", invalid="ignore"):
            np.multiply(block, scale, out=signal[start:stop], casting="unsafe")
    return signal


def _check_claim(
    folder: Path, n_samples: int, n_chunk: int, itemsize: int, codec: str | None
) -> None:
    chunks = [p for p in folder.iterdir() if p.name.isdecimal() and p.is_file()]
    on_disk = sum(chunk.stat().st_size for chunk in chunks)
    claimed = max(n_samples, n_chunk) * itemsize
    if claimed > _MOST_PACKING * on_disk + _SLACK_BYTES or len(chunks) < n_samples / n_chunk:
        raise FormatError(
            str(folder),
            ".zarray",
            f"The chunks should hold the {n_samples} samples claimed "
            f"({math.ceil(n_samples / n_chunk)} chunks). "
            f"Found {len(chunks)} chunks, {on_disk} bytes.",
            "Chunks are missing: copy the folder again.",
        )
    if codec != "blosc":
        return
    for chunk in chunks:
        # A blosc chunk states its unpacked size, which the decoder would allocate.
        with chunk.open("rb") as file:
            header = file.read(_BLOSC_HEADER_BYTES)
        stated = int.from_bytes(header[4:8], "little")
        if len(header) < _BLOSC_HEADER_BYTES or stated != n_chunk * itemsize:
            raise FormatError(
                str(folder),
                f"chunk {chunk.name}",
                f"The chunk should unpack to {n_chunk * itemsize} bytes. Found {stated}.",
                "Copy the folder again from the recording computer.",
            )


def _damaged(folder: Path, found: str) -> FormatError:
    return FormatError(
        str(folder),
        ".zarray",
        "The EEG should be a one-dimensional zarr (format 2) array of numbers with attributes. "
        f"Found {found}.",
        "Copy the folder again from the recording computer.",
    )
