"""The report: one self-contained page that prints, reads on a phone and fetches nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from evoscope.abr.findings import Document
from evoscope.abr.report.names import series_names
from evoscope.abr.report.pages import filled_page
from evoscope.abr.report.view import (
    Cell,
    audiogram_cells,
    ear_cells,
    interaural_cells,
    series_view,
)

if TYPE_CHECKING:  # the picture's module opens matplotlib: 0.5 s, and a report may have none
    from evoscope.abr.report.canvas import Picture

_TEMPLATES = Path(__file__).parent / "templates"


def render_html(
    document: Document,
    *,
    made_on: datetime,
    pictures: Mapping[int, Sequence[Picture]],
    picture_problems: Mapping[int, str],
) -> str:
    """Render a document as HTML.

    Args:
        document: what was found.
        made_on: printed under the title.
        pictures: the figures of each series by its position; absent where none were drawn.
        picture_problems: why a series has no figures, by its position.

    Returns:
        The page. Names and paths from files are escaped; no script runs on it.
    """
    names = series_names(document.series)
    views = [
        series_view(
            findings,
            anchor=f"series-{i + 1}",
            name=names[i],
            pictures={p.name: (data_uri(p.svg), p.alt) for p in pictures.get(i, ())},
            picture_problem=picture_problems.get(i, ""),
        )
        for i, findings in enumerate(document.series)
    ]
    recordings = sum(len(one.recordings) for one in document.series)
    return filled_page(
        _TEMPLATES,
        "report.html.j2",
        series=views,
        made_on=f"Report of {made_on:%d %B %Y, %H:%M}".replace(" 0", " ", 1),
        version=document.version,
        disclaimer=document.disclaimer,
        counts=f"{_count(len(views), 'series', 'series')}, "
        f"{_count(recordings, 'recording', 'recordings')}.",
        ears=[ear_cells(e) for e in document.ears],
        interaural=[interaural_cells(i) for i in document.interaural],
        audiogram=[audiogram_cells(p) for p in document.audiogram],
        errors=[(Cell(e.file), Cell(e.reason), Cell(e.hint)) for e in document.errors],
        skipped=[(Cell(s.file), Cell(s.why)) for s in document.skipped],
        css=Markup((_TEMPLATES / "report.css").read_text(encoding="utf-8")),
    )


def data_uri(svg: str) -> Markup:
    """Encode an SVG for ``src``: as text, a quarter smaller than base64.

    As an image it cannot run scripts, and its ids do not meet those of other figures.

    Example:
        >>> data_uri('<svg a="#1">50%</svg>')
        Markup("data:image/svg+xml,%3Csvg a='%231'%3E50%25%3C/svg%3E")
    """
    text = svg.replace("%", "%25").replace("'", "%27").replace('"', "'").replace("\n", " ")
    for character, code in (("#", "%23"), ("<", "%3C"), (">", "%3E"), ("&", "%26"), ("//", "%2F/")):
        text = text.replace(character, code)
    return Markup(f"data:image/svg+xml,{text}")


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
