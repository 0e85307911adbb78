"""Make the README's picture again: ``.venv/bin/python docs/images/make_waterfall.py``.

It shows a simulated ear (the demo's right ear), drawn by the same code as every report.
"""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

import evoscope
from evoscope.abr.demo import demo_files
from evoscope.abr.report.waterfall import waterfall

WIDTH_PIXELS = 940  # shown at half of that: sharp on a fine screen
COLORS = 128  # the drawing has a dozen, their smooth edges the rest


def make(target: Path) -> None:
    """Read, analyze and draw the right ear; write it as a small PNG."""
    (right,) = [path for path in demo_files() if "right" in path.name]
    (series,) = evoscope.read(right)
    picture = Image.open(io.BytesIO(waterfall(evoscope.analyze(series)).png)).convert("RGB")
    height = round(picture.height * WIDTH_PIXELS / picture.width)
    small = picture.resize((WIDTH_PIXELS, height), Image.Resampling.LANCZOS)
    # By coverage of the colours, not of the pixels: a small green marker stays green.
    few = small.quantize(COLORS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    few.save(target, optimize=True)


if __name__ == "__main__":
    make(Path(__file__).with_name("waterfall.png"))
