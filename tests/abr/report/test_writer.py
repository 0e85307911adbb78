from collections.abc import Callable
from pathlib import Path

import pytest

from evoscope.abr.findings import Document, Findings
from evoscope.abr.report import figures, write_report

Factory = Callable[..., Findings]


def small_document(series_factory: Factory) -> Document:
    series = tuple(
        series_factory(subject, levels=(20.0, 60.0), status=status)
        for subject, status in (("P3", "estimated"), ("P6", "no_response"))
    )
    return Document(version="0.1.0", series=series)


def test_everything_promised_is_in_the_folder(series_factory: Factory, tmp_path: Path) -> None:
    drawn: list[int] = []
    write_report(small_document(series_factory), tmp_path / "out", progress=lambda: drawn.append(1))
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "errors.csv",
        "figures",
        "findings.json",
        "intervals.csv",
        "recordings.csv",
        "report.html",
        "skipped.csv",
        "thresholds.csv",
        "waves.csv",
    ]
    assert sorted(p.name for p in (tmp_path / "out" / "figures").iterdir()) == [
        f"{who}-right-click-{what}.png"
        for who in ("P3", "P6")
        for what in ("latency", "threshold", "waterfall")
    ]
    assert (tmp_path / "out" / "report.html").read_text(encoding="utf-8").count("<img") == 6
    assert len(drawn) == 2


def test_without_figures_the_words_and_tables_remain(
    series_factory: Factory, tmp_path: Path
) -> None:
    write_report(small_document(series_factory), tmp_path / "out", figures=False)
    assert not (tmp_path / "out" / "figures").exists()
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<img" not in page
    assert "No response: threshold above 60\N{NO-BREAK SPACE}dB nHL" in page


def test_a_figure_that_fails_costs_one_picture_not_the_results(
    series_factory: Factory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draw = figures.draw

    def moody(findings: Findings) -> object:
        if findings.info.subject == "P6":
            raise RuntimeError("pen broken")
        return draw(findings)

    monkeypatch.setattr(figures, "draw", moody)
    document = write_report(small_document(series_factory), tmp_path / "out")
    assert [("pen broken" in e.reason, e.file) for e in document.errors] == [(True, "clinic/a.txt")]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "pen broken" in page
    assert page.count("<img") == 3
    assert "pen broken" in (tmp_path / "out" / "errors.csv").read_text(encoding="utf-8")
