"""Whether the values of a batch can be true: ranges, vocabularies, and what excludes what."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from evoscope.abr.cohort.classes import CENSORED
from evoscope.abr.cohort.columns import COLUMNS, Column
from evoscope.abr.cohort.fault import Fault
from evoscope.abr.cohort.schema import Grid
from evoscope.abr.findings import WAVES

Mask = NDArray[np.bool_]
_NULL_HINT = "State None (or mask it) where the value is missing."


def first_fault(batch: pa.RecordBatch, grid: Grid) -> Fault | None:
    """Return the first thing wrong with a batch, or ``None``.

    Columns are looked at in file order, each from its first row; then what two columns say of
    each other. What only shows over several rows (a series of two ears) is ``PatientOrder``'s.
    """
    for column in COLUMNS:
        array = batch.column(column.name)
        fault = _missing(array, column) or _JUDGES[column.kind](array, column)
        if fault:
            return fault
    return next((fault for rule in _RULES if (fault := rule(batch, grid))), None)


def _first(bad: Mask) -> int | None:
    return int(np.argmax(bad)) if bad.any() else None


def valid_mask(array: pa.Array) -> Mask:
    """Return where an Arrow array is not null, ``(n,)`` bool."""
    mask: Mask = np.asarray(array.is_valid().to_numpy(zero_copy_only=False), dtype=np.bool_)
    return mask


def _missing(array: pa.Array, column: Column) -> Fault | None:
    if not column.required or array.null_count == 0:
        return None
    row = _first(~valid_mask(array))
    known = " 'unknown' is a value." if "unknown" in column.words else ""
    return Fault(row, column.name, f"It should be stated in every row. Found null.{known}")


def _text(array: pa.Array, column: Column) -> Fault | None:
    blank = pc.equal(pc.utf8_trim_whitespace(pc.fill_null(array, "-")), "")
    row = _first(np.asarray(blank))
    if row is None:
        return None
    return Fault(row, column.name, "It should not be blank. Found ''.", _NULL_HINT)


def _word(array: pa.Array, column: Column) -> Fault | None:
    known = pc.is_in(array, value_set=pa.array(column.words))
    row = _first(valid_mask(array) & ~np.asarray(known))
    if row is None:
        return None
    words = ", ".join(map(repr, column.words))
    return Fault(row, column.name, f"It should be one of {words}. Found {array[row].as_py()!r}.")


def _number(array: pa.Array, column: Column) -> Fault | None:
    values = array.to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        inside = (values >= column.low) & (values <= column.high)
    row = _first(valid_mask(array) & ~inside)
    if row is None:
        return None
    found = array[row].as_py()
    return Fault(row, column.name, f"It should be {_span(column)}. Found {found!r}.", _hint(found))


def _flag(_array: pa.Array, _column: Column) -> None:
    return None  # Arrow's own type allows nothing else


def _waveform(array: pa.Array, column: Column) -> Fault | None:
    values = waveform_matrix(array)
    largest = np.abs(values).max(axis=1, initial=0.0)  # NaN where any sample is NaN
    row = _first(valid_mask(array) & ~(largest <= column.high))
    if row is None:
        return None
    wrong = int(np.argmax(~(np.abs(values[row]) <= column.high)))
    found = float(values[row, wrong])
    hint = "Give waveforms in uV." if np.isfinite(found) else "Drop the row, or repair it."
    return Fault(
        row, column.name, f"Sample {wrong} should be {_span(column)}. Found {found!r}.", hint
    )


_JUDGES: dict[str, Callable[[pa.Array, Column], Fault | None]] = {
    "text": _text,
    "word": _word,
    "number": _number,
    "count": _number,
    "flag": _flag,
    "waveform": _waveform,
}


def waveform_matrix(array: pa.FixedSizeListArray) -> NDArray[np.float32]:
    """View a waveform column as ``(n, n_samples)`` float32, without a copy.

    Rows that are null hold zeros or leftovers: mask them with ``valid_mask``.
    """
    size = array.type.list_size
    flat = array.values.slice(array.offset * size, len(array) * size)
    if flat.null_count:  # a missing sample inside a waveform; a null waveform has none to show
        flat = pc.fill_null(flat, np.float32("nan"))
    matrix: NDArray[np.float32] = flat.to_numpy(zero_copy_only=True).reshape(len(array), size)
    return matrix


def _span(column: Column) -> str:
    unit = f" {column.unit}" if column.unit else ""
    if np.isinf(column.high):
        return f"at least {column.low:g}{unit}"
    return f"between {column.low:g} and {column.high:g}{unit}"


def _hint(found: object) -> str:
    return _NULL_HINT if isinstance(found, float) and not np.isfinite(found) else ""


# What columns say of each other.


def _on_the_grid(batch: pa.RecordBatch, grid: Grid) -> Fault | None:
    for name in ("sampling_rate_hz", "onset_sample"):
        values, wanted = batch.column(name).to_numpy(zero_copy_only=False), getattr(grid, name)
        row = _first(values != wanted)
        if row is not None:
            return Fault(
                row,
                name,
                f"It should be the cohort's {wanted:g}. Found {values[row]:g}.",
                "A cohort has one grid: resample, or write another cohort.",
            )
    return None


def _halves_come_in_pairs(batch: pa.RecordBatch, _grid: Grid) -> Fault | None:
    a, b = (valid_mask(batch.column(name)) for name in ("half_a", "half_b"))
    row = _first(a != b)
    if row is None:
        return None
    lacking = "half_b" if a[row] else "half_a"
    return Fault(row, lacking, "Both halves or none should be there. Found one.")


def _tones_have_a_frequency(batch: pa.RecordBatch, _grid: Grid) -> Fault | None:
    stimulus, frequency = batch.column("stimulus"), valid_mask(batch.column("frequency_hz"))
    row = _first(np.asarray(pc.equal(stimulus, "tone")) & ~frequency)
    if row is not None:
        return Fault(row, "frequency_hz", "It should be stated for a tone. Found null.")
    row = _first(np.asarray(pc.equal(stimulus, "click")) & frequency)
    if row is not None:
        return Fault(row, "frequency_hz", "It should be null for a click. Found a number.")
    return None


def _censored_has_no_threshold(batch: pa.RecordBatch, _grid: Grid) -> Fault | None:
    classes = pc.is_in(batch.column("loss_type"), value_set=pa.array(sorted(CENSORED)))
    threshold = batch.column("true_threshold_db")
    row = _first(np.asarray(classes) & valid_mask(threshold))
    if row is None:
        return None
    loss = batch.column("loss_type")[row].as_py()
    return Fault(
        row,
        "true_threshold_db",
        f"It should be null for the class '{loss}'. Found {threshold[row].as_py():g}.",
        "Total loss and neuropathy are censored, not given a number.",
    )


def _absent_waves_have_no_size(batch: pa.RecordBatch, _grid: Grid) -> Fault | None:
    for prefix in ("wave", "marked"):
        for wave in WAVES:
            present = _is_true(batch.column(f"{prefix}_{wave}_present"))
            for name in (f"{prefix}_{wave}_latency_ms", f"{prefix}_{wave}_amplitude_uv"):
                row = _first(valid_mask(batch.column(name)) & ~present)
                if row is not None:
                    return Fault(
                        row,
                        name,
                        f"It should be null unless {prefix}_{wave}_present is true. "
                        f"Found {batch.column(name)[row].as_py():g}.",
                        "Say that the wave is present, or leave its measures out.",
                    )
    return None


def _no_wave_without_a_response(batch: pa.RecordBatch, _grid: Grid) -> Fault | None:
    response = batch.column("response_present")
    absent = valid_mask(response) & ~_is_true(response)
    for wave in WAVES:
        name = f"wave_{wave}_present"
        row = _first(absent & _is_true(batch.column(name)))
        if row is not None:
            return Fault(row, name, "It should be false where response_present is. Found true.")
    return None


def _is_true(array: pa.Array) -> Mask:
    return np.asarray(pc.fill_null(array, False), dtype=np.bool_)


_RULES: Sequence[Callable[[pa.RecordBatch, Grid], Fault | None]] = (
    _on_the_grid,
    _halves_come_in_pairs,
    _tones_have_a_frequency,
    _censored_has_no_threshold,
    _absent_waves_have_no_size,
    _no_wave_without_a_response,
)
