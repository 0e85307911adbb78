import re
from datetime import datetime
from html.parser import HTMLParser

import pytest

from evoscope.abr.findings import Document, EarFinding, LossType
from evoscope.abr.report.canvas import Picture
from evoscope.abr.report.html import render_html

PICTURES = {0: [Picture("waterfall", 'a "quoted" alt', b"", "<svg id='x'>100%</svg>")]}


@pytest.fixture(scope="module")
def page(rich_document: Document) -> str:
    return render_html(
        rich_document,
        made_on=datetime(2026, 1, 5, 9, 30),
        pictures=PICTURES,
        picture_problems={3: "Its figures could not be drawn (ValueError: odd)."},
    )


class Collector(HTMLParser):
    """Every tag with its attributes, and the text outside style."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.tags and self.tags[-1][0] != "style":
            self.words.append(data)


def parsed(page: str) -> Collector:
    collector = Collector()
    collector.feed(page)
    return collector


def text_of(page: str) -> str:
    return re.sub(r"\s+", " ", " ".join(parsed(page).words))


def test_nothing_is_fetched_from_anywhere(page: str) -> None:
    for _, attributes in parsed(page).tags:
        for name in ("src", "href", "action", "poster", "srcset"):
            value = attributes.get(name) or ""
            assert not value or value.startswith(("#", "data:")), value
    assert "http://" not in page
    assert "https://" not in page
    assert "@import" not in page
    assert "url(" not in page


def test_a_script_in_a_subject_id_is_text(page: str) -> None:
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "clinic/&lt;b&gt;.arf" in page


def test_every_series_has_a_section_and_a_line_in_the_answers(
    page: str, rich_document: Document
) -> None:
    text = text_of(page)
    for i, findings in enumerate(rich_document.series):
        assert f'id="series-{i + 1}"' in page
        assert f'href="#series-{i + 1}"' in page
        assert text.count(findings.info.name) >= 2


def test_statuses_are_answers_in_words(page: str) -> None:
    text = text_of(page)
    for answer in (
        "Threshold 10 dB nHL (90 % interval 5 to 15)",
        "Response at every level: threshold at or below 0 dB nHL",
        "No response: threshold above 60 dB",
        "Inconclusive",
        "The noise is too high at 20 to 40 dB.",
        "Cannot tell",
        "Needs bone conduction.",
    ):
        assert answer in text


def test_no_placeholder_reaches_the_reader(page: str) -> None:
    text = text_of(page)
    assert re.findall(r"\b(None|nan|inf|Undefined)\b|\[\]|\{\}", text) == []


def test_warnings_come_before_the_tables_of_their_series(page: str) -> None:
    section = page[page.index('id="series-3"') : page.index('id="series-4"')]
    warning = section.index("Time zero is not stated in the file")
    assert warning < section.index("<table>")
    assert "Before you rely on this" in section[:warning]


def test_failures_skips_and_the_disclaimer_are_there(page: str) -> None:
    text = text_of(page)
    assert "Copy the file again." in text
    assert "clinic/notes.txt" in text
    assert "Research software. Not a medical device." in text
    assert "Evoscope 0.1.0" in text
    assert "5 January 2026" in text
    assert "Its figures could not be drawn (ValueError: odd)." in text


def test_flags_against_norms_are_words_not_only_colours(page: str) -> None:
    text = text_of(page)
    assert "\N{BLACK UP-POINTING TRIANGLE} outside normal: right ear later" in text
    assert "norm up to 0.30 ms" in text
    assert "norm 3.60 to 4.40 ms" in text


def test_pictures_carry_a_description(page: str) -> None:
    images = [attributes for tag, attributes in parsed(page).tags if tag == "img"]
    assert [image["alt"] for image in images] == ['a "quoted" alt']
    assert images[0]["src"] == "data:image/svg+xml,%3Csvg id=%27x%27%3E100%25%3C/svg%3E"


def test_a_document_without_series_says_so() -> None:
    page = render_html(
        Document(version="0.1.0"), made_on=datetime(2026, 1, 5), pictures={}, picture_problems={}
    )
    assert "No recording could be analyzed" in text_of(page)


def contrast(first: str, second: str) -> float:
    def luminance(color: str) -> float:
        parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_text_colours_reach_wcag_aa(page: str) -> None:
    colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", page))
    for text in ("ink", "quiet", "accent", "link"):
        for ground in ("#ffffff", colors["soft"], colors["warn"]):
            assert contrast(colors[text], ground) >= 4.5, (text, ground)


def test_print_starts_the_first_series_below_the_answers(page: str) -> None:
    printed = re.sub(r"\s+", " ", page[page.index("@media print") : page.index("</style>")])
    (broken,) = re.findall(r"([^{};]+)\{ break-before: page", printed)
    assert broken.strip() == ".series ~ .series"  # an answer page alone would be nearly empty


def test_an_ear_with_several_series_has_its_loss_type_in_the_answers() -> None:
    found = EarFinding(
        subject="A",
        ear="right",
        series=("click", "500 Hz tone"),
        loss_type=LossType(name="snhl", probability=0.91),
    )
    text = text_of(
        render_html(
            Document(version="0.1.0", ears=(found,)),
            made_on=datetime(2026, 1, 5),
            pictures={},
            picture_problems={},
        )
    )
    for said in ("from all of its series", "click, 500 Hz tone", "91 %"):
        assert said in text
