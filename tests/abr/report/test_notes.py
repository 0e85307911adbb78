from collections.abc import Callable
from datetime import datetime

import pytest

from evoscope.abr.findings import Document, Findings
from evoscope.abr.report.html import render_html
from evoscope.abr.report.notes import series_note

Factory = Callable[..., Findings]


def called(findings: Findings, call: str, *, waves: bool = False) -> Findings:
    """The same series with another call at its threshold level of 10 dB."""
    changes = {"call": call} if waves else {"call": call, "waves": ()}
    levels = tuple(
        one.model_copy(update=changes) if one.level_db == 10.0 else one for one in findings.levels
    )
    return findings.model_copy(update={"levels": levels})


@pytest.mark.parametrize(
    ("call", "replicates", "said"),
    [
        ("INC", 1, "by itself that recording is inconclusive."),
        ("INC", 2, "by themselves its recordings are inconclusive."),
        ("RA", 1, "by itself that recording shows none."),
        ("CR", 1, "by itself that recording is too small to name a wave."),
    ],
)
def test_a_threshold_row_that_shows_nothing_is_explained(
    series_factory: Factory, call: str, replicates: int, said: str
) -> None:
    note = series_note(called(series_factory(replicates=replicates), call))
    assert note.startswith("At the threshold level the series as a whole shows a response; ")
    assert note.endswith(said)


def test_an_inconclusive_row_with_a_named_wave_is_explained_too(series_factory: Factory) -> None:
    assert "inconclusive" in series_note(called(series_factory(), "INC", waves=True))


def test_a_threshold_row_with_a_wave_needs_no_words(series_factory: Factory) -> None:
    assert series_note(called(series_factory(), "CR", waves=True)) == ""
    assert series_note(series_factory(status="inconclusive")) == ""


def test_no_response_beside_inconclusive_rows_is_explained(series_factory: Factory) -> None:
    assert series_note(series_factory(status="no_response")) == ""  # every row says RA
    unclear = called(series_factory(status="no_response"), "INC")
    assert "RA (response absent) needs quieter recordings by the rule" in series_note(unclear)


def test_the_page_says_it_once(series_factory: Factory) -> None:
    findings = called(series_factory(), "INC")
    page = render_html(
        Document(version="0", series=(findings,)),
        made_on=datetime(2026, 1, 5),
        pictures={},
        picture_problems={},
    )
    assert page.count(series_note(findings)) == 1
