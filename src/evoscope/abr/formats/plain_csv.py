"""Plain CSV waveforms: the format to write when a device has none of its own.

This docstring is the documentation of the format. A file is UTF-8 text: optional comment lines,
one header row, data rows. The delimiter is a comma, a semicolon, a tab or spaces; with all but the
first a comma may be the decimal mark. Column names ignore case, accents, spaces and punctuation
(``Level(dB)`` = ``level_db``), and may be German, French or Spanish (``Zeit (ms)``). Below the
header a row of units may stand (``ms,uV,uV``); below a time axis, rows that sum up (``Mean``).

**A waveform per row** (numbered columns at the end; at least 16)::

    # units: uV
    # sampling_rate_hz: 20000
    # level_reference: nHL
    level_db,frequency_hz,sweeps,0,1,2,3,...
    60,,2000,0.012,0.034,...
    50,,2000,0.010,0.021,...

The numbered columns are sample indices from 0 or 1, or times in ms after stimulus onset; indices
may be named ``s0``, ``s1``, ... (``sample1``, ``V1``).
Columns before them whose name is not known are ignored, with a warning.

**A waveform per column** (a time axis, and the level in each header)::

    # stimulus: click
    time_ms,80 dB,60 dB,40 dB
    -1.00,0.01,0.02,0.00
    -0.95,0.02,0.01,0.01

The time column is ``time_ms``, ``time_s``, ``time_us`` (or ``time``: the unit is judged by its
span) and counts from stimulus onset. A header may add frequency, reference, ear, polarity and unit
(``4 kHz 80 dB SPL left rarefaction (nV)``) and anything else: equal conditions are replicates. A
file of one waveform, or of one for each ear (``Left``, ``Right``), may state its level above the
table, or in its name (``P3_80dB.csv``).

**What may be stated**, as ``# key: value`` for the file or, in the row layout, as a column for
each row (a column wins):

========================= =====================================================================
``units``                 uV (default), nV, mV or V; for the file, or in the headers of columns
``level_db``              required; a name such as ``level_db_spl`` also states the reference
``frequency_hz``          or ``frequency_khz``; blank, 0 or ``click`` is a click
``sampling_rate_hz``      required unless the header or a time column gives it; 500 Hz to 1 MHz
``onset_ms``              stimulus onset after the first sample, in ms; default 0, marked assumed
``onset_source``          file, assumed or corrected
``level_reference``       nHL, SPL, peSPL or unknown
``stimulus``              click, tone, chirp or unknown
``rate_hz``               stimuli per second
``polarity``              alternating, rarefaction, condensation or unknown
``transducer``            insert, headphone, bone, free field or unknown
``tube_delay_ms``         and ``tube_delay_included`` (true or false)
``duration_ms``           of the stimulus
``masking_db``            contralateral masking
``subject``, ``ear``      ear: left, right, both (or L, R, B); subject: else the file's name
                          without its level
``species``               human, mouse, rat, gerbil, guinea pig, chinchilla
``sex``                   female, male
``age_years``             or ``age_months``, ``age_weeks``, ``age_days``
``sweeps``                and ``sweeps_rejected``
``high_pass_hz``          and ``low_pass_hz`` of the acquisition filter
``record``, ``half``      rows of one ``record`` whose ``half`` is ``A``, ``B`` and ``average``
                          are one recording with its half-averages; without an ``average`` row
                          it is the mean of the halves
========================= =====================================================================

A frequency column without a unit is in kHz below 100, else in Hz. The table of the ABRA program
(``Freq(Hz),Level(dB),0,1,2,...`` and nothing else) states no rate: its rows are 10 ms long.
"""

from __future__ import annotations

import functools
from pathlib import Path

from evoscope.abr.formats import biosig_csv
from evoscope.abr.formats.csv_columns import jobs_of_columns
from evoscope.abr.formats.csv_doubts import doubt_of_unit, flat
from evoscope.abr.formats.csv_layout import Layout, find_layout, what_is_missing
from evoscope.abr.formats.csv_recording import NAME
from evoscope.abr.formats.csv_rows import jobs_of_rows
from evoscope.abr.formats.csv_table import Table, normalised, parse_table
from evoscope.abr.formats.csv_units_row import VOLTS, check_units, unit_of
from evoscope.abr.formats.errors import FormatError, NotARecordingError
from evoscope.abr.formats.reader import Head, Reader
from evoscope.abr.formats.salvage import keep_good
from evoscope.abr.formats.text import head_text, load_text, stem_of
from evoscope.abr.recording import Recording

_LAYOUT = (
    "A plain CSV needs a level column and numbered sample columns, or a time_ms column and one "
    "column per level."
)


def sniff(head: Head) -> bool:
    """Whether the head is a table with waveforms in rows or in columns."""
    text = head_text(head)
    if head.is_folder or "\0" in text or biosig_csv.sniff(head):
        return False  # BioSigRZ's table is one of waveforms too, with a reader of its own
    try:
        table, stem = parse_table(text), stem_of(head.path)
    except ValueError:
        return False
    # What looks like waveforms is claimed, too: who brings it is told what is missing.
    return find_layout(table, stem) is not None or what_is_missing(table, stem) is not None


def read(path: Path) -> list[Recording]:
    """Read every waveform of a plain CSV.

    Raises:
        NotARecordingError: a table without waveforms.
        FormatError: no sampling rate, an unknown unit, or no usable waveform.
    """
    text = load_text(path)
    try:
        table = parse_table(text)
        check_units([*map(normalised, table.header)], table.units)
        layout = find_layout(table, stem_of(path))
        missing = what_is_missing(table, stem_of(path)) if layout is None else None
        if missing is not None:
            raise FormatError(str(path), "", *missing)
        if layout is None:
            columns = ", ".join(table.header[:6])[:120]
            raise NotARecordingError(
                str(path), "", f"Waveforms should be there. Found columns {columns}.", _LAYOUT
            )
        scale = _unit(table, layout)
        jobs_of = jobs_of_rows if layout.kind == "rows" else jobs_of_columns
        jobs, warnings = jobs_of(path, table, layout, 1.0 if scale is None else scale)
    except FormatError:
        raise
    except ValueError as error:
        raise FormatError(str(path), "", f"The table: {error}.", _LAYOUT) from None
    recordings = keep_good(str(path), jobs, warnings)
    doubt = doubt_of_unit(recordings) if scale is None else None
    doubts = [[text for text in (doubt, flat(one)) if text] for one in recordings]
    return [
        functools.reduce(Recording.with_warning, texts, one)
        for one, texts in zip(recordings, doubts, strict=True)
    ]


def _unit(table: Table, layout: Layout) -> float | None:
    """Return microvolts per unit; ``None`` where no unit is stated."""
    stated = {condition.unit for condition in layout.conditions if condition.unit}
    stated |= {table.units[i] for i in layout.samples if table.units and table.units[i]}
    if "units" in table.preamble:
        stated.add(unit_of(table.preamble["units"]))
    unknown = sorted(stated - VOLTS.keys())
    if unknown:
        raise ValueError(f"'units' should be uV, nV, mV or V. Found {unknown[0][:20]!r}")
    scales = {VOLTS[unit] for unit in stated}
    if len(scales) > 1:
        raise ValueError(f"units should be the same throughout. Found {', '.join(sorted(stated))}")
    return scales.pop() if scales else None


READER = Reader(NAME, sniff, read)
