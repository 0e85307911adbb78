"""Make the picture of the page again: ``.venv/bin/python docs/images/make_page.py``.

Serves the demo's two ears on a free port and looks at the left one with Chromium.
"""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2 as httpx
from PIL import Image
from playwright.sync_api import sync_playwright

from evoscope.abr.demo import demo_files

HERE = Path(__file__).parent
CHROMIUM = "/usr/bin/chromium"
SHOWN = {"x": 0, "y": 0, "width": 1280, "height": 1070}
COLORS = 128


def main() -> None:
    """Serve, send, look, write."""
    with TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "evoscope", "serve", "--port", "0", "--data", folder]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            where = next(word for word in server.stdout.readline().split() if "http" in word)
            files = [("files", (path.name, path.read_bytes())) for path in demo_files()]
            with httpx.Client(base_url=f"{where}api/v1", timeout=600) as api:
                api.post("/analyze", files=files).raise_for_status()
                (left,) = api.get("/series", params={"ear": "left"}).json()["series"]
            picture = look(f"{where}#/series/{left['id']}")
            server.terminate()
    few = picture.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(HERE / "page.png", optimize=True)


def look(address: str) -> Image.Image:
    """Open an address, wait for its charts, and return what is seen."""
    with sync_playwright() as playwright:
        switches = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=switches)
        page = browser.new_page(viewport={"width": SHOWN["width"], "height": SHOWN["height"]})
        page.goto(address)
        page.get_by_text("Latency and level").wait_for()
        page.wait_for_timeout(1000)  # the waterfall is drawn a frame after its data
        seen = page.screenshot(clip=SHOWN)
        browser.close()
    return Image.open(io.BytesIO(seen)).convert("RGB")


if __name__ == "__main__":
    main()
