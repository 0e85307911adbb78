"""Damaged files: a FormatError that names the file, in bounded memory, and nothing else."""

from __future__ import annotations

import os
import tempfile
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evoscope.abr.formats import arf, mne_format, psi, psi_averages, wfdb_format
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import Reader, peek

from .builders_binary import BUILDERS

READERS = {
    reader.name: reader
    for reader in (
        arf.READER,
        wfdb_format.READER,
        psi.READER,
        psi_averages.READER,
        mne_format.READER,
    )
}
# Parsed fields, Python objects and the libraries' own tables: what a file costs at any size.
FIXED_BYTES = 6_000_000
# `make sweep` tries many more.
MANY = int(os.environ.get("EVOSCOPE_FUZZ_EXAMPLES", "60"))
# The same few files every time; of many, those that a seed draws.
FEW = "EVOSCOPE_FUZZ_EXAMPLES" not in os.environ

HOSTILE = [
    b"", b"\xff\xff\xff\x7f", b"\x00\x00\x00\x80", b"\xff" * 8, b"\x00" * 8,
    np.float32(np.nan).tobytes(), np.float32(np.inf).tobytes(), np.float32(3e38).tobytes(),
    b"999999999", b"-1", b"nan", b"inf", b"1e308", b"../x", b"\n", b",", b"\xe9", b"0",
]  # fmt: skip

damage = st.lists(
    st.tuples(
        st.floats(0.0, 1.0, exclude_max=True),
        st.one_of(st.sampled_from(HOSTILE), st.binary(min_size=1, max_size=6)),
        st.booleans(),
    ),
    max_size=4,
)


def damaged(data: bytes, head: int, changes: list[tuple[float, bytes, bool]], keep: float) -> bytes:
    """Overwrite or insert at places that favour the first ``head`` bytes, then truncate."""
    out = bytearray(data)
    for where, what, insert in changes:
        span = min(head, len(out)) if int(where * 1000) % 4 else len(out)
        at = int(where * span)
        out[at : at if insert else at + len(what)] = what
    return bytes(out[: int(len(out) * keep)])


@contextmanager
def bounded_memory(n_bytes: int) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most <= 10 * n_bytes + FIXED_BYTES


def read_or_explain(reader: Reader, path: Path) -> None:
    files = [p for p in ([path] if path.is_file() else path.rglob("*")) if p.is_file()]
    siblings = [p for p in path.parent.iterdir() if p.is_file()]
    size = sum(p.stat().st_size for p in {*files, *siblings})
    reader.sniff(peek(path))
    with bounded_memory(size):
        try:
            recordings = reader.read(path)
        except FormatError as raised:
            error, recordings = raised, []
    if not recordings:
        assert Path(error.path).name in {path.name, *(p.name for p in path.rglob("*"))}
        assert error.reason
        assert error.hint
    for recording in recordings:
        assert np.isfinite(recording.waveform).all()
        assert np.ptp(recording.waveform) > 0


@pytest.fixture(scope="module", autouse=True)
def warm(tmp_path_factory: pytest.TempPathFactory) -> None:
    # Imports allocate far more than any file here, and only once.
    for name, reader in READERS.items():
        reader.read(BUILDERS[name](tmp_path_factory.mktemp(name)))


# name, the file of the sample that is damaged, how much of it is header
PARTS = [
    ("arf", "", 12_000),
    ("wfdb", "", 400),
    ("wfdb", "N1_evoked_ave80_F1_R1.dat", 400),
    ("psi", "erp_metadata.csv", 200),
    ("psi", "eeg.zarr/.zarray", 400),
    ("psi", "eeg.zarr/.zattrs", 100),
    ("psi", "eeg.zarr/0", 400),
    ("psi-averages", "", 300),
    ("mne", "", 1200),
]


@pytest.mark.parametrize(("name", "part", "head"), PARTS)
@settings(
    max_examples=MANY, deadline=2000, suppress_health_check=list(HealthCheck), derandomize=FEW
)
@given(changes=damage, keep=st.one_of(st.just(1.0), st.floats(0.0, 1.0)))
def test_a_damaged_file_is_read_or_explained(
    name: str, part: str, head: int, changes: list[tuple[float, bytes, bool]], keep: float
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = BUILDERS[name](Path(folder))
        target = path.parent / part if path.is_file() and part else path / part
        target.write_bytes(damaged(target.read_bytes(), head, changes, keep))
        read_or_explain(READERS[name], path)


@pytest.mark.parametrize("name", READERS)
@settings(
    max_examples=MANY // 4, deadline=2000, suppress_health_check=list(HealthCheck), derandomize=FEW
)
@given(data=st.binary(max_size=300))
def test_any_bytes_are_explained(name: str, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = BUILDERS[name](Path(folder))
        target = path / "erp_metadata.csv" if path.is_dir() else path
        target.write_bytes(data)
        with pytest.raises(FormatError):
            READERS[name].read(path)


@pytest.mark.parametrize("name", READERS)
def test_reading_changes_no_byte(name: str, tmp_path: Path) -> None:
    path = BUILDERS[name](tmp_path)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    for recording in READERS[name].read(path):
        if recording.epochs is not None:
            recording.epochs.load()
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before
