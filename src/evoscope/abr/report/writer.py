"""Everything ``evoscope abr analyze -o DIR`` leaves behind, written as one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from evoscope.abr.findings import Document, ReadError
from evoscope.abr.report.names import series_names, slugs
from evoscope.abr.report.output import staged
from evoscope.abr.report.tables import write_tables

if TYPE_CHECKING:
    from evoscope.abr.report.canvas import Picture


def write_report(
    document: Document,
    folder: str | Path,
    *,
    overwrite: bool = False,
    figures: bool = True,
    progress: Callable[[], None] = lambda: None,
) -> Document:
    """Write tables, findings.json, figures and report.html into a new folder, all or nothing.

    Args:
        document: what was found.
        folder: new or empty, unless ``overwrite``.
        overwrite: replace the results of an earlier run; other files in the folder stay.
        figures: draw them (0.3 s a picture); without, the report is words and tables.
        progress: called once for each series drawn.

    Returns:
        The document as written: a figure that could not be drawn is an error in it.

    Raises:
        OutputError: a folder that would lose something.
        OSError: a disk that refuses.

    Example:
        >>> import tempfile
        >>> home = Path(tempfile.mkdtemp())
        >>> _ = write_report(Document(version="0.1.0"), home / "out")
        >>> (home / "out" / "report.html").exists()
        True
    """
    with staged(Path(folder), overwrite=overwrite) as partial:
        pictures: dict[int, Sequence[Picture]] = {}
        problems: dict[int, str] = {}
        if figures:
            (partial / "figures").mkdir()
            document = _draw(document, partial / "figures", pictures, problems, progress)
        write_tables(document, partial)
        (partial / "findings.json").write_text(document.model_dump_json() + "\n", encoding="utf-8")
        from evoscope.abr.report.html import render_html  # jinja2: only where a page is made

        page = render_html(
            document, made_on=datetime.now(), pictures=pictures, picture_problems=problems
        )
        (partial / "report.html").write_text(page, encoding="utf-8")
    return document


def _draw(
    document: Document,
    folder: Path,
    pictures: dict[int, Sequence[Picture]],
    problems: dict[int, str],
    progress: Callable[[], None],
) -> Document:
    from evoscope.abr.report.figures import draw  # matplotlib: 0.4 s

    errors = list(document.errors)
    names = series_names(document.series)
    for i, (slug, findings) in enumerate(zip(slugs(names), document.series, strict=True)):
        try:
            pictures[i] = draw(findings)
        except Exception as error:  # one odd series must not cost the tables of the others
            problems[i] = f"Its figures could not be drawn ({type(error).__name__}: {error})."
            errors.append(
                ReadError(
                    file=findings.info.file,
                    reason=f"{names[i]}: {problems[i]}",
                    hint="Its numbers are complete. Please report this as a bug of Evoscope.",
                )
            )
        for picture in pictures.get(i, ()):
            (folder / f"{slug}-{picture.name}.png").write_bytes(picture.png)
        progress()
    return document.model_copy(update={"errors": tuple(errors)})
