"""The fit report as one self-contained page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from evoscope.abr.benchmark.fit.document import CurvePoint, FitReport, Marginal
from evoscope.abr.benchmark.tables import number
from evoscope.abr.report.canvas import Picture
from evoscope.abr.report.html import data_uri
from evoscope.abr.report.pages import filled_page

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Pictures:
    """What the page shows."""

    marginals: Sequence[Picture]
    curves: Sequence[Picture]
    examples: Picture
    noise: Picture | None


def render_page(report: FitReport, pictures: Pictures) -> str:
    """Render a report as HTML that fetches nothing and runs nothing."""

    def shown(*chosen: Picture) -> list[tuple[Markup, str]]:
        return [(data_uri(p.svg), p.alt) for p in chosen]

    return filled_page(
        _TEMPLATES,
        "fit.html.j2",
        report=report,
        rows=[marginal_row(m) for m in report.marginals],
        latency=[curve_row(p, 1.0) for p in report.latency],
        amplitude=[curve_row(p, 1e3) for p in report.amplitude],
        number=number,
        marginal_pictures=shown(*pictures.marginals),
        curve_pictures=shown(*pictures.curves),
        examples=shown(pictures.examples),
        noise=shown(pictures.noise) if pictures.noise else [],
        css=Markup((_TEMPLATES / "fit.css").read_text(encoding="utf-8")),
    )


def marginal_row(marginal: Marginal) -> tuple[str, str, str, str, str, str]:
    """Word a marginal: name, published, got, distance, tolerance, verdict.

    Example:
        >>> marginal_row(Marginal(name="V marked, %", published=74.6, got=71.0, distance=-3.6,
        ...     distance_unit="points", tolerance=3.0, verdict="missed"))
        ('V marked, %', '74.60', '71.00', '-3.6', '3', 'missed')
    """
    unit = " %" if marginal.distance_unit == "%" else ""
    return (
        marginal.name,
        number(marginal.published),
        number(marginal.got),
        "-" if marginal.distance is None else f"{marginal.distance:+.1f}{unit}",
        "-" if marginal.tolerance is None else f"{marginal.tolerance:g}{unit}",
        marginal.verdict,
    )


def curve_row(point: CurvePoint, scale: float) -> tuple[str, ...]:
    """Word a level: level, n, ears, found, published, verdict."""

    def of(mean: float, sd: float) -> str:
        return f"{number(scale * mean)} (SD {number(scale * sd)})"

    return (
        f"{point.level_db:g}",
        str(point.n),
        str(point.ears),
        of(point.mean, point.sd),
        of(point.published, point.published_sd),
        {True: "inside", False: "outside", None: "too few ears"}[point.inside],
    )
