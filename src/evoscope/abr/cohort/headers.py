"""Which column of somebody's table is what: spellings vary, meanings do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from evoscope.abr.cohort.classes import fold
from evoscope.abr.cohort.sheet import Cell, is_blank

MIN_SAMPLES = 16
_MOST_SAMPLES = 20_000

# Field -> the name to show, and other spellings of it. Case, spaces, underscores, marks and
# units in brackets do not count.
_NEEDED = MappingProxyType(
    {
        "patient_id": ("Patient_ID", "patient", "patientno", "subject", "subjectid"),
        "age_years": ("Age", "ageyears"),
        "level_db": ("Intensity", "intensitydb", "level", "leveldb"),
        "rate_hz": ("Stimulus Rate", "rate", "stimrate"),
        "fmp": ("FMP",),
        "residual_noise_nv": ("ResNo", "residualnoise", "resnoise"),
        "polarity": ("Stimulus Polarity", "polarity", "stimpolarity"),
        "sweeps_rejected": ("Sweeps Rejected", "rejectedsweeps", "rejected"),
        "loss_type": ("Hear_Loss", "hearingloss", "losstype"),
    }
    | {
        f"marked_{wave}_{field}": (f"{wave} {name}",)
        for wave in ("I", "III", "V")
        for field, name in (("latency_ms", "Latancy"), ("amplitude_uv", "Amplitude"))
    }
)
_EXTRA = MappingProxyType(
    {"ear": ("Ear", "side"), "sex": ("Sex", "gender"), "sweeps": ("Sweeps", "sweepsaccepted")}
)
_BY_SPELLING = MappingProxyType(
    {
        fold(spelling): field
        for field, spellings in (_NEEDED | _EXTRA).items()
        for spelling in spellings
    }
)
_MEASURE = r"(lat[ae]nc(?:y|e)|latans|lat|amplitu[dt]e|amplitud|amp)"
_WAVE_FIRST = re.compile(rf"(?:wave|peak)?(i{{1,3}}|iv|v){_MEASURE}(?:ms|uv)?")
_WAVE_LAST = re.compile(rf"{_MEASURE}(?:of)?(?:wave|peak)?(i{{1,3}}|iv|v)(?:ms|uv)?")
_SAMPLE = re.compile(r"0*([1-9]\d{0,5})(?:\.0+)?", re.ASCII)
_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")


@dataclass(frozen=True)
class Headers:
    """Where everything is in a row.

    Attributes:
        fields: field -> index of its column.
        samples: indices of the columns 1..N, in their order.
        names: column index -> its name as written.
        ignored: names of columns that mean nothing here.
    """

    fields: dict[str, int]
    samples: list[int]
    names: list[str]
    ignored: tuple[str, ...]

    def name_of(self, field: str) -> str:
        """Return a field's column as the table calls it, or the field itself."""
        return self.names[self.fields[field]] if field in self.fields else field


def read_headers(row: Sequence[Cell]) -> Headers:
    """Find the columns of a header row.

    Raises:
        ValueError: a column that is missing or there twice, or samples that are not 1..N.

    Example:
        >>> names = ["Patient_ID", "age", "INTENSITY", "stimulus_rate", "Fmp", "ResNo",
        ...          "Stimulus Polarity", "SweepsRejected", "Hear Loss", "I Latency", "I_Amplitude",
        ...          "iii latancy", "III Amplitude", "V Latancy", "V Amplitude", *range(1, 201)]
        >>> headers = read_headers(names)
        >>> headers.fields["marked_III_latency_ms"], len(headers.samples)
        (11, 200)
    """
    names = ["" if is_blank(cell) else _plain(cell) for cell in row]
    fields: dict[str, int] = {}
    samples: dict[int, int] = {}
    ignored: list[str] = []
    for index, name in enumerate(names):
        sample = _SAMPLE.fullmatch(name)
        if sample:
            known: dict[int, int] | dict[str, int] = samples
            key: int | str = int(sample[1])
        else:
            known, key = fields, field_of(name) or ""
        if not key:
            ignored += [name] if name else []
        elif key in known:
            first = names[known[key]]  # type: ignore[index]
            raise ValueError(
                f"Each column should be there once. Found {first!r} and {name!r}, which mean the "
                "same. Remove one."
            )
        else:
            known[key] = index  # type: ignore[index]
    missing = [shown for field, (shown, *_) in _NEEDED.items() if field not in fields]
    if missing:
        seen = ", ".join(repr(name) for name in names if name and not name.isdigit())[:200]
        raise ValueError(
            f"The header should name {', '.join(map(repr, missing))}. Found {seen or 'nothing'}. "
            "Rename the column; where there is no such data, add an empty one."
        )
    return Headers(fields, _in_order(samples), names, tuple(ignored))


def field_of(name: str) -> str | None:
    """Return the field that a column name means, or ``None``.

    Example:
        >>> field_of("V Latancy (ms)"), field_of("hear_loss"), field_of("Comment")
        ('marked_V_latency_ms', 'loss_type', None)
    """
    plain = fold(_BRACKETS.sub("", name))
    if plain in _BY_SPELLING:
        return _BY_SPELLING[plain]
    found = _WAVE_FIRST.fullmatch(plain)
    wave, measure = (found[1], found[2]) if found else ("", "")
    if not found and (found := _WAVE_LAST.fullmatch(plain)):
        wave, measure = found[2], found[1]
    if not found:
        return None
    return f"marked_{wave.upper()}_{'latency_ms' if measure[0] == 'l' else 'amplitude_uv'}"


def _plain(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():  # Excel's number 1
        return str(int(cell))
    return str(cell).strip()


def _in_order(samples: dict[int, int]) -> list[int]:
    last = max(samples, default=0)
    if not MIN_SAMPLES <= last <= _MOST_SAMPLES:
        raise ValueError(
            f"The header should number the samples 1, 2, 3, ... up to at least {MIN_SAMPLES}. "
            f"Found {len(samples)} numbered columns, the last {last}."
        )
    gap = next((i for i in range(1, last + 1) if i not in samples), None)
    if gap is not None:
        raise ValueError(f"The samples should be numbered 1 to {last}. Found no column {gap}.")
    return [samples[i] for i in range(1, last + 1)]
