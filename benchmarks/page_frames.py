"""How smoothly a mark follows the hand: frames while a pick of 15 levels is dragged.

Runs a server, sends it a series of 15 levels and drags wave V to and fro in headless Chromium for
a few seconds: on a plain picture, then with replicates and denoised traces; and at first not at
all, which is the trivial case. ``results/page_frames.json`` holds the intervals between frames as
``requestAnimationFrame`` tells them, and what drawing a frame took. Other work on the machine makes
intervals longer; the fastest quarter of the drawing times is what a frame costs.

    python benchmarks/page_frames.py [--quick]
"""

# ruff: noqa: D103  a script

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx2 as httpx
import numpy as np
from numpy.typing import ArrayLike, NDArray
from playwright.sync_api import Page, sync_playwright

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series
from evoscope.bench.frames import frames_table
from evoscope.measure import Measured, bootstrap_interval
from evoscope.measure.machine import machine
from evoscope.measure.results import commit_of, write_text

Values = NDArray[np.float64]

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
LEVELS = tuple(float(level) for level in range(10, 85, 5))
SECONDS, QUICK_SECONDS = 4.0, 0.5
TOLD_EVERY_MS = 4  # a fast mouse tells of itself about as often
NEVER_MS = 3_600_000
TOGETHER = 15
"""Frames that follow one another are not independent: so many are resampled as one."""
ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks" / "results" / "page_frames.json"
# Times every callback of a frame before the page's own scripts run.
_RECORD = """
localStorage.setItem('evoscope.rater', 'bench');
window.drawing_ = [];
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (call) => ask((at) => {
  const began = performance.now();
  call(at);
  window.drawing_.push(performance.now() - began);
});
window.wander_ = (x, y, every, seconds) => new Promise((done) => {
  const canvas = document.querySelector('.waterfall canvas');
  const [began, frames] = [performance.now(), []];
  window.drawing_ = [];
  const told = { bubbles: true, pointerId: 1, pointerType: 'mouse', clientY: y };
  const mouse = setInterval(() => {
    const clientX = x + 60 * Math.sin((performance.now() - began) / 300);
    canvas.dispatchEvent(new PointerEvent('pointermove', { ...told, clientX }));
  }, every);
  ask(function next(at) {
    frames.push(at);
    if (performance.now() - began < 1000 * seconds) return ask(next);
    clearInterval(mouse);
    done([frames, window.drawing_]);
  });
});
"""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A server of its own."""
    command = "import sys; from evoscope.cli import main; sys.exit(main())"
    options = ["serve", "--port", "0", "--data", str(folder), "--analyzer", "classical"]
    process = subprocess.Popen(
        [sys.executable, "-c", command, *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        found = re.search(r"http://\S+/", process.stdout.readline())
        assert found is not None, "the server should say where it listens"
        yield found.group()
    finally:
        process.terminate()
        process.wait()


def send_series(url: str, folder: Path) -> str:
    """Analyze 15 levels; return the id of the series."""
    series, _ = simulate_series(true_threshold_db=22.0, levels_db=LEVELS, seed=1, subject="P1")
    path = write_csv(series, folder / "p1.csv")
    with httpx.Client(base_url=f"{url}api/v1", timeout=120) as api:
        answer = api.post("/analyze", files=[("files", (path.name, path.read_bytes()))])
        upload = api.get(f"/uploads/{answer.headers['x-evoscope-upload']}").json()
    return str(upload["series"][0])


def measure(page: Page, *, seconds: float, every_ms: int = TOLD_EVERY_MS) -> dict[str, Any]:
    """Drag the chosen mark to and fro; return what the frames were like."""
    at = page.evaluate(_FIND_MARK)
    page.mouse.move(at["x"], at["y"])
    page.mouse.down()
    page.mouse.move(at["x"] + 6, at["y"])
    where = f"{at['x']}, {at['y']}, {every_ms}, {seconds}"
    # A driver tells of a mouse too slowly for this: the moves are made in the page.
    frames, drawing = page.evaluate(f"window.wander_({where})")
    page.mouse.up()
    gaps = [b - a for a, b in pairwise(frames)]
    return {
        "interval_median_ms": stated(gaps, median),
        "interval_p95_ms": stated(gaps, slowest),
        "share_within_17_5_ms": stated([gap <= 17.5 for gap in gaps], mean),
        "drawing_fastest_quarter_ms": stated(drawing, fastest_quarter),
        "drawing_median_ms": stated(drawing, median),
    }


def stated(values: Sequence[float], statistic: Callable[[Values], float]) -> dict[str, Any]:
    """A statistic of frames with its 90 % interval; nothing of none."""

    def metric(some: ArrayLike, _mask: ArrayLike | None = None) -> Measured:
        array = np.asarray(some, dtype=np.float64)
        return Measured(statistic(array), array.size)

    some = np.asarray(values, dtype=np.float64)
    if not some.size:
        return {"value": None, "low": None, "high": None, "n": 0}
    found = bootstrap_interval(metric, np.arange(some.size) // TOGETHER, some, seed=0)
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n}


def median(values: Values) -> float:
    return float(np.median(values))


def mean(values: Values) -> float:
    return float(np.mean(values))


def slowest(values: Values) -> float:
    return float(np.quantile(values, 0.95))


def fastest_quarter(values: Values) -> float:
    return float(np.mean(np.sort(values)[: max(1, values.size // 4)]))


# Wave V of the loudest level: found by its colour, as an eye does.
_FIND_MARK = """() => {
  const canvas = document.querySelector('.waterfall canvas');
  const { left, top } = canvas.getBoundingClientRect();
  const context = canvas.getContext('2d');
  const scale = canvas.width / canvas.clientWidth;
  const hex = getComputedStyle(document.documentElement).getPropertyValue('--wave-v').trim();
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  for (let y = 0; y < canvas.height; y++) for (let x = 0, run = 0; x < canvas.width; x++) {
    const i = 4 * (y * canvas.width + x);
    run = data[i] === r && data[i + 1] === g && data[i + 2] === b ? run + 1 : 0;
    if (run >= 6 * scale) return { x: left + (x - run / 2 + 1) / scale, y: top + y / scale + 2 };
  }
  throw new Error('no mark of wave V');
}"""


def take_back(page: Page) -> None:
    """Put the mark back where it was."""
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    page.wait_for_timeout(1500)


def main() -> None:
    """Measure, and say so."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="half a second, nothing written")
    quick = parser.parse_args().quick
    seconds = QUICK_SECONDS if quick else SECONDS
    found: dict[str, Any] = {
        "commit": commit_of(ROOT),
        "machine": machine(),
        "levels": len(LEVELS),
        "measured": {},
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "store") as url,
        sync_playwright() as playwright,
    ):
        series = send_series(url, Path(folder))
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        found["browser"] = f"Chromium {browser.version}"
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(_RECORD)
        page.goto(f"{url}#/series/{series}")
        page.locator('.waterfall canvas[style*="height"]').wait_for()
        page.wait_for_timeout(1500)
        measured = found["measured"]
        measured["idle"] = measure(page, seconds=seconds, every_ms=NEVER_MS)
        take_back(page)
        measured["plain"] = measure(page, seconds=seconds)
        for name in ("denoised", "replicates"):
            page.get_by_label(name).check()
        take_back(page)
        measured["busy"] = measure(page, seconds=seconds)
        browser.close()
    print(frames_table(found))
    if not quick:
        write_text(json.dumps(found, indent=1) + "\n", RESULT)


if __name__ == "__main__":
    main()
