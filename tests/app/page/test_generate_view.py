"""Synthetic recordings in a browser: drawn, saved, and judged blind."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .looking import drawn
from .serving import Server, serving


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One of its own: a quiz takes what is in the store, and other files leave recordings there."""
    data = tmp_path_factory.mktemp("generate") / "store"
    with serving(data, "--analyzer", "classical") as server:
        yield server


WORDS = {
    "normal": "normal",
    "chl": "conductive",
    "snhl": "sensorineural",
    "neuropathy": "neuropathy",
    "total": "total",
}

# The markup of an item without its line, its number and its level.
BARE = """() => {
  const copy = document.querySelector('.quiz').cloneNode(true);
  copy.querySelectorAll('header .quiet-text, title').forEach((one) => one.replaceChildren());
  const own = ['d', 'id', 'value', 'clip-path', 'aria-labelledby'];
  for (const one of copy.querySelectorAll('*')) own.forEach((name) => one.removeAttribute(name));
  return copy.innerHTML;
}"""


def pixels(page: Any) -> str:
    drawn(page)
    found: str = page.evaluate("document.querySelector('.waterfall canvas').toDataURL()")
    return found


def draw(page: Any) -> None:
    page.click(".draw-form button")
    page.wait_for_selector(".synthetic-note, .status [role=alert]")


def test_recordings_are_drawn_said_to_be_synthetic_and_saved(
    page: Any, server: Server, tmp_path: Path
) -> None:
    page.goto(f"{server.url}#/generate?n=2&levels_db=80,40&seed=3")
    draw(page)
    note = page.inner_text(".synthetic-note")
    assert "Synthetic: nobody has measured these." in note
    assert "learned from simulated ears alone" in note
    first = pixels(page)
    page.click("[aria-label=Next]")
    assert page.locator(".pictures select").input_value() == "level 40"
    assert pixels(page) != first
    with page.expect_download() as saved:
        page.click("text=Save as CSV")
    saved.value.save_as(tmp_path / "drawn.csv")
    with (tmp_path / "drawn.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    assert {row["synthetic"] for row in rows} == {"true"}
    loud = [row for row in rows if row["level_db"] == "80"]
    assert all(row["wave_V_present"] == "true" for row in loud)  # class normal
    assert all(max(float(row[f"uv_{i}"]) for i in range(200)) > 0.05 for row in loud)
    with page.expect_download() as saved:
        page.click("text=Save as JSON")
    saved.value.save_as(tmp_path / "drawn.json")
    whole = json.loads((tmp_path / "drawn.json").read_text())
    assert whole["simulated"] is True
    assert len(whole["recordings"]) == 4


def test_before_the_first_drawing_the_page_says_what_will_be_there(
    page: Any, server: Server
) -> None:
    page.goto(f"{server.url}#/generate?n=1&levels_db=80,40&steps=2")
    empty = page.locator(".nothing-yet")
    assert "recordings that nobody made" in empty.inner_text()
    empty.get_by_role("button", name="Draw ears with these conditions").press("Enter")
    assert page.evaluate("document.activeElement.textContent") == "Cancel"
    page.wait_for_selector(".synthetic-note")
    assert empty.count() == 0


def test_what_cannot_be_drawn_is_said(page: Any, server: Server) -> None:
    page.goto(f"{server.url}#/generate")
    page.fill("input[name=levels_db]", "eighty")
    page.click(".draw-form button")
    message = page.locator("input[name=levels_db]").evaluate("one => one.validationMessage")
    assert message.startswith("Levels should be up to 20 numbers")
    page.fill("input[name=levels_db]", "120")
    draw(page)
    assert "level_db should be between 0 and 100. Found 120." in page.inner_text("[role=alert]")
    page.fill("input[name=levels_db]", "60")
    page.select_option("select[name=model]", "cvae")
    page.click(".draw-form summary")
    assert page.is_disabled("input[name=steps]")  # only diffusion has steps
    draw(page)
    page.wait_for_selector(".synthetic-note")
    assert page.locator("[role=alert]").count() == 0


def test_a_class_is_said_in_words_and_nothing_is_cut_off(page: Any, server: Server) -> None:
    page.goto(f"{server.url}#/generate?n=2&levels_db=80,40&steps=2&loss_class=neuropathy")
    draw(page)
    page.locator(".pictures").get_by_text("2 ears, neuropathy: ").wait_for()
    drawn(page)
    edge = """() => {
      const canvas = document.querySelector('.waterfall canvas');
      const { data } = canvas.getContext('2d').getImageData(canvas.width - 2, 0, 2, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    }"""
    assert page.evaluate(edge) == 1  # letters that go on beyond it would stand here
    page.select_option("select[name=loss_class]", "snhl")
    draw(page)
    page.locator(".pictures").get_by_text("2 ears, sensorineural: ").wait_for()


def test_drawing_can_be_called_off(page: Any, server: Server) -> None:
    page.goto(f"{server.url}#/generate?n=64&levels_db=90,80,70,60,50,40,30,20,10&steps=200")
    page.click(".draw-form button")
    page.click("text=Cancel")
    page.wait_for_selector("text=Called off.")
    assert page.is_enabled(".draw-form button")
    assert page.is_visible(".nothing-yet")  # as before


def test_drawing_can_be_called_off_before_the_server_has_answered(
    page: Any, server: Server
) -> None:
    asked: list[Any] = []
    page.route("**/api/v1/generate?*", lambda route: asked.append(route))
    page.goto(f"{server.url}#/generate?n=64&levels_db=90,80,70,60,50,40,30,20,10&steps=200")
    with page.expect_request("**/api/v1/generate?*"):
        page.click(".draw-form button")
    page.click("text=Cancel")
    asked[0].continue_()
    page.wait_for_selector("text=Called off.")


def begun(page: Any, server: Server, n: int) -> dict[str, Any]:
    page.goto(f"{server.url}#/generate?mode=quiz")
    page.fill("input[name=n]", str(n))
    with page.expect_response("**/api/v1/quizzes") as told:
        page.click("text=Begin")
    page.wait_for_selector(".quiz .chart")
    view: dict[str, Any] = told.value.json()
    return view


def test_nothing_on_the_page_tells_before_the_answer(page: Any, server: Server) -> None:
    view = begun(page, server, 4)
    assert set(view["item"]) == {"number", "level_db", "values_uv"}
    pictures = set()
    for _ in range(4):
        page.wait_for_selector(".answers button >> nth=1")
        pictures.add(page.evaluate(BARE))
        page.keyboard.press("r")
        page.wait_for_selector(".verdict")
        page.keyboard.press("n")
    assert len(pictures) == 1  # of both kinds alike


def test_the_quiz_scores_right_and_wrong_answers(page: Any, server: Server, tmp_path: Path) -> None:
    view = begun(page, server, 6)
    assert (view["of"], view["asked"]) == (6, 6)
    kinds = []
    for number in range(1, 7):
        key = "r" if number % 2 else "s"
        with page.expect_response("**/answers") as told:
            page.keyboard.press(key)
        last = told.value.json()["answered"][-1]
        kinds.append(last["kind"])
        right = (last["kind"] == "real") == (key == "r")
        said, kind = ("Right" if right else "Wrong"), last["kind"]
        word = {"real": "simulated", "synthetic": "generated"}[kind]  # the store has too few
        told_class = WORDS[last["loss_class"]]
        assert page.inner_text(".verdict").startswith(f"{said}: {word}, {told_class}. ")
        if number == 3:  # a reload loses nothing
            page.reload()
            page.wait_for_selector("text=Recording 4 of 6")
        else:
            page.keyboard.press("n")
    expected = sum((kind == "real") == (i % 2 == 0) for i, kind in enumerate(kinds))
    page.wait_for_selector(".score")
    assert f"{expected} of 6 right" in page.inner_text(".score .figure")
    assert "95 % interval" in page.inner_text(".score .figure")
    assert set(page.locator(".score table >> nth=1 >> tbody td:first-child").all_inner_texts()) <= {
        *WORDS.values()
    }
    with page.expect_download() as saved:
        page.click("text=Save the answers as CSV")
    saved.value.save_as(tmp_path / "answers.csv")
    with (tmp_path / "answers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["was"] for row in rows] == kinds
    assert sum(row["right"] == "true" for row in rows) == expected
    assert {row["rater"] for row in rows} == {"anna"}


def test_a_quiz_of_fewer_recordings_than_were_asked_for_says_so(
    page: Any, server: Server, own_series: str
) -> None:
    view = begun(page, server, 20)
    assert view["real"] == "recorded"
    assert view["of"] == 5  # of six levels, one is below the threshold
    said = page.inner_text(".quiz")
    assert "20 were asked for: of this server's store, 5 recordings fit." in said
    page.keyboard.press("r")
    page.wait_for_selector(".verdict")
    page.reload()
    page.wait_for_selector("text=Recording 2 of 5")


def test_a_quiz_that_is_gone_begins_anew(page: Any, server: Server) -> None:
    page.goto(f"{server.url}#/generate?mode=quiz&quiz={'0' * 32}")
    page.wait_for_selector("text=That quiz is over")
    assert page.is_visible("text=Begin")
