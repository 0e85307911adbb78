"""What the page shows, as words and rows: the template itself computes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from evoscope.abr.analysis.ages import age_in_words
from evoscope.abr.findings import (
    WAVES,
    AudiogramPoint,
    EarFinding,
    Findings,
    InterauralFinding,
    IntervalFinding,
    IntervalName,
    WaveName,
)
from evoscope.abr.report import words
from evoscope.abr.report.levels import MOST_REPLICATES, Level, levels_of
from evoscope.abr.report.notes import series_note

_WITHIN_SERIES: tuple[IntervalName, ...] = ("I-III", "III-V", "I-V", "V/I")
FLAG_WORDS = {
    "above": "\N{BLACK UP-POINTING TRIANGLE} above normal",
    "below": "\N{BLACK DOWN-POINTING TRIANGLE} below normal",
    "within": "normal",
    "no norm": "no norm",
}


@dataclass(frozen=True)
class Cell:
    """A table cell: the value, the line below it, and how it is set."""

    main: str
    detail: str = ""
    note: str = ""
    look: str = ""


@dataclass(frozen=True)
class Table:
    """A table with level rows, loudest first."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


@dataclass(frozen=True)
class SeriesView:
    """Everything the page says of one series."""

    anchor: str
    name: str
    headline: str
    answer: str
    status: str
    reason: str
    remark: str
    loss: str
    loss_reason: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    processing: tuple[str, ...]
    method: str
    analyzer: str
    waves: Table
    intervals: Table | None
    noise: Table
    rules: tuple[str, ...]
    replicates: bool
    grey: str
    pictures: dict[str, tuple[str, str]] = field(default_factory=dict)
    picture_problem: str = ""


def series_view(
    findings: Findings,
    *,
    anchor: str,
    name: str,
    pictures: dict[str, tuple[str, str]],
    picture_problem: str,
) -> SeriesView:
    """Put one series into words; ``pictures`` maps a figure's name to (data URI, alt text)."""
    levels = levels_of(findings)
    threshold, analyzer = findings.threshold, findings.analyzer
    sha = "" if analyzer.sha256 is None else f", SHA-256 {analyzer.sha256[:12]}"
    rules = dict.fromkeys(level.call_rule for level in findings.levels if level.call_rule)
    return SeriesView(
        anchor=anchor,
        name=name,
        headline=_unbroken(words.threshold_headline(threshold)),
        answer=_unbroken(words.threshold_answer(threshold)),
        status=threshold.status,
        reason=threshold.reason,
        remark=series_note(findings),
        loss=words.loss_answer(findings.loss_type),
        loss_reason=findings.loss_type.reason,
        facts=_facts(findings),
        warnings=findings.warnings,
        processing=findings.processing,
        method=threshold.method,
        analyzer=f"{analyzer.name} {analyzer.version}{sha}",
        waves=_waves(levels),
        intervals=_intervals(levels),
        noise=_noise(levels),
        rules=tuple(rules),
        replicates=any(level.several for level in levels),
        grey=_grey(levels),
        pictures=pictures,
        picture_problem=picture_problem,
    )


def ear_cells(finding: EarFinding) -> tuple[Cell, ...]:
    """Word what the series of an ear say of its type."""
    return (
        Cell(finding.subject),
        Cell(finding.ear),
        Cell(words.loss_answer(finding.loss_type), finding.loss_type.reason),
        Cell(", ".join(finding.series)),
    )


def interaural_cells(finding: InterauralFinding) -> tuple[Cell, ...]:
    """Word one comparison of the two ears."""
    norm = _norm(finding.norm_low, finding.norm_high, "ms")
    flag = FLAG_WORDS[finding.flag]
    if finding.flag in ("above", "below"):
        # A negative difference is not "below normal": it is the other ear that is late.
        late = "right" if finding.estimate.value > 0 else "left"
        flag = f"{flag.split()[0]} outside normal: {late} ear later"
    return (
        Cell(finding.subject),
        Cell(finding.stimulus),
        Cell(f"{words.level(finding.level_db)} dB"),
        Cell(f"{words.number(finding.estimate.value, 2)} ms", words.interval(finding.estimate, 2)),
        Cell(flag, norm, look=_flag_look(finding.flag)),
    )


def audiogram_cells(point: AudiogramPoint) -> tuple[Cell, ...]:
    """Word one point of the estimated audiogram."""
    answers = {
        "no_response": "No response",
        "below_range": "At or below the softest level",
        "inconclusive": "Inconclusive",
    }
    value = Cell(answers.get(point.status, point.status), point.note)
    if point.hearing_level is not None:
        value = Cell(
            f"{words.level(point.hearing_level.value)} dB eHL",
            words.interval(point.hearing_level, 0),
            point.note,
        )
    return (
        Cell(point.subject),
        Cell(point.ear),
        Cell(f"{point.frequency_hz / 1000:g} kHz"),
        value,
        Cell(f"{words.level(point.correction_db)} dB"),
    )


def _grey(levels: Sequence[Level]) -> str:
    """Say what the thin lines of the waterfall are."""
    most = max((len(level.recordings) for level in levels), default=1)
    if most == 1:
        return "Grey: the recording. Black: the same"
    several = "each recording"
    if most > MOST_REPLICATES:
        several += " (the means of the odd and of the even ones where there are many)"
    return f"Grey: {several}. Black: all of a level together"


def _unbroken(text: str) -> str:
    """Keep a number and its unit on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%").replace(" dB", "\N{NO-BREAK SPACE}dB")


def _facts(findings: Findings) -> tuple[tuple[str, str], ...]:
    info = findings.info
    levels = findings.levels_db
    tested = ", ".join(words.level(level) for level in levels)
    facts = [
        ("Subject", info.subject),
        ("Ear", info.ear),
        ("Species", info.species),
        ("Stimulus", info.stimulus),
        ("Transducer", info.transducer),
        ("Rate", "" if info.rate_hz is None else f"{info.rate_hz:g} per second"),
        ("Age", age_in_words(info.age_years, info.age_weeks)),
        ("Sex", "" if info.sex == "unknown" else info.sex),
        ("Levels", f"{tested} {words.decibel(info.level_reference)}" if tested else "none usable"),
        (
            "Level reference",
            "not stated in the file" if info.level_reference == "unknown" else info.level_reference,
        ),
        ("Recordings", str(len(findings.recordings))),
        ("File", info.file),
    ]
    return tuple((label, text or "not stated") for label, text in facts)


def _waves(levels: Sequence[Level]) -> Table:
    names = tuple(name for name in WAVES if any(level.pooled.wave(name) for level in levels))
    rows = tuple(
        (words.level(level.level_db), tuple(_wave(level, name) for name in names))
        for level in levels
    )
    return Table(names, rows)


def _wave(level: Level, name: WaveName) -> Cell:
    wave = level.pooled.wave(name)
    if wave is None:
        return Cell("not searched", look="quiet")
    if not wave.present or wave.latency_ms is None:
        return Cell("absent", look="quiet")
    latency, size = wave.latency_ms, wave.amplitude_uv
    amplitude = (
        "amplitude not measurable"
        if size is None
        else f"{words.number(size.value, 2)} \N{MICRO SIGN}V ({words.interval(size, 2)})"
    )
    return Cell(f"{words.number(latency.value, 2)} ms ({words.interval(latency, 2)})", amplitude)


def _intervals(levels: Sequence[Level]) -> Table | None:
    names = tuple(n for n in _WITHIN_SERIES if any(level.interval(n) for level in levels))
    if not names:
        return None
    rows = tuple(
        (words.level(level.level_db), tuple(_interval(level.interval(n)) for n in names))
        for level in levels
        if level.pooled.intervals
    )
    return Table(names, rows)


def _interval(found: IntervalFinding | None) -> Cell:
    if found is None:
        return Cell("waves absent", look="quiet")
    unit = "" if found.name == "V/I" else " ms"
    value = f"{words.number(found.estimate.value, 2)}{unit} ({words.interval(found.estimate, 2)})"
    norm = _norm(found.norm_low, found.norm_high, unit.strip())
    text = FLAG_WORDS[found.flag]
    return Cell(value, f"{text}, {norm}" if norm else text, look=_flag_look(found.flag))


def _flag_look(flag: str) -> str:
    return "flag" if flag in ("above", "below") else ""


def _norm(low: float | None, high: float | None, unit: str) -> str:
    if low is None and high is None:
        return ""
    if low is None:
        return f"norm up to {words.number(high or 0.0, 2)} {unit}".rstrip()
    if high is None:
        return f"norm from {words.number(low, 2)} {unit}".rstrip()
    return f"norm {words.number(low, 2)} to {words.number(high, 2)} {unit}".rstrip()


def _noise(levels: Sequence[Level]) -> Table:
    head = ("Recordings", "Sweeps", "Residual noise", "Measured from", "Response", "Advice")
    rows = tuple((words.level(level.level_db), _noise_cells(level)) for level in levels)
    return Table(head, rows)


def _noise_cells(level: Level) -> tuple[Cell, ...]:
    pooled = level.pooled
    noise = pooled.residual_noise_nv
    each = Counter(r.call for r in level.recordings)
    alone = ", ".join(f"{each[call]} {call}" for call in words.CALLS if each[call])
    return (
        Cell(str(len(level.recordings))),
        Cell("not stated" if pooled.sweeps is None else f"{pooled.sweeps:,}"),
        Cell("not known" if noise is None else f"{noise:.0f} nV"),
        Cell(pooled.noise_source),
        Cell(
            f"{pooled.call} {words.CALLS[pooled.call]}",
            f"one by one: {alone}" if level.several else "",
        ),
        Cell(pooled.stopping or "none"),
    )
