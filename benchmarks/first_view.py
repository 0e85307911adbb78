"""How long a person waits from ``evoscope serve`` to a page that can be used.

Starts a server on an empty folder, opens its page in Chromium as soon as it says where it listens,
and waits until recordings can be chosen and the API has said what is stored. The browser runs
already, as a person's does, and has never seen the page. The trivial case is what server and
browser take by themselves: Python's own file server with a page of one line.
``results/first_view.json`` holds medians and extremes over the starts.

    python benchmarks/first_view.py [--quick]
"""

# ruff: noqa: D103  a script

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from evoscope.app.benchmark.processes import priority
from evoscope.app.benchmark.serving import serving
from evoscope.bench.first_view import first_view_table
from evoscope.measure.machine import machine
from evoscope.measure.results import commit_of, write_text

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
STARTS, QUICK_STARTS = 5, 1
REST_S = 3.0
"""Between starts: workers of the last one end, and its memory is given back."""
ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "first_view.json"
# The heading of an empty store is written once the API has answered; looked at in every frame.
_USABLE = """() => {
  const files = document.querySelector('.view.ears input[type=file]');
  const heading = document.querySelector('.view.ears h1');
  return files !== null && !files.disabled && heading.textContent.startsWith('Read');
}"""
_ONE_LINE = "<!doctype html><title>One line</title><p id='there'>One line."
_THERE = "() => document.getElementById('there') !== null"
# `python -m http.server` does not say at once which free port it took.
_FILE_SERVER = """
import functools, http.server as s, sys
handler = functools.partial(s.SimpleHTTPRequestHandler, directory=sys.argv[1])
server = s.ThreadingHTTPServer(("127.0.0.1", 0), handler)
print(server.server_port, flush=True)
server.serve_forever()
"""


def first_view(browser: Browser, folder: Path) -> dict[str, float]:
    """Seconds from the start of a server until it listens, and until its page can be used."""
    with closing(browser.new_context(viewport={"width": 1280, "height": 900})) as visitor:
        page = visitor.new_page()  # a tab that is open before anything starts
        with serving(folder) as server:
            listens = time.monotonic() - server.began
            page.goto(f"http://127.0.0.1:{server.port}/", wait_until="commit")
            page.wait_for_function(_USABLE, polling="raf")
            return {"listens_s": listens, "usable_s": time.monotonic() - server.began}


def trivial_view(browser: Browser, folder: Path) -> dict[str, float]:
    """The same of Python's own file server and a page of one line."""
    folder.mkdir()
    (folder / "index.html").write_text(_ONE_LINE, encoding="utf-8")
    with closing(browser.new_context(viewport={"width": 1280, "height": 900})) as visitor:
        page = visitor.new_page()
        began = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-c", _FILE_SERVER, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        try:
            assert process.stdout is not None
            port = int(process.stdout.readline())
            listens = time.monotonic() - began
            page.goto(f"http://127.0.0.1:{port}/", wait_until="commit")
            page.wait_for_function(_THERE, polling="raf")
            return {"listens_s": listens, "usable_s": time.monotonic() - began}
        finally:
            process.terminate()
            process.wait()


def stated(each: Sequence[dict[str, float]]) -> dict[str, Any]:
    """Median and extremes of each figure."""
    found: dict[str, Any] = {}
    for key in each[0]:
        values = [one[key] for one in each]
        found[key] = {
            "median": statistics.median(values),
            "least": min(values),
            "most": max(values),
            "n": len(values),
        }
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="one start, nothing written")
    quick = parser.parse_args().quick
    found: dict[str, Any] = {
        "commit": commit_of(ROOT),
        "machine": machine(),
        "priority": priority(),
    }
    views, trivial = [], []
    with tempfile.TemporaryDirectory() as named, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        found["browser"] = f"Chromium {browser.version}"
        browser.new_page()  # it is open, with a tab
        for number in range(QUICK_STARTS if quick else STARTS):
            trivial.append(trivial_view(browser, Path(named) / f"trivial-{number}"))
            views.append(first_view(browser, Path(named) / f"store-{number}"))
            time.sleep(REST_S)
        browser.close()
    found["measured"] = {"view": stated(views), "trivial": stated(trivial)}
    print(first_view_table(found))
    if not quick:
        write_text(json.dumps(found, indent=1) + "\n", RESULT)


if __name__ == "__main__":
    main()
