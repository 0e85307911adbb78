"""What a person sees and touches on a waterfall: marks are found by their colour, not by a hook."""

from __future__ import annotations

from typing import Any

from .serving import Server

# The topmost run of pixels of a colour that is wide enough to be a mark, not a letter.
_FIND = """([name, wide, below]) => {
  const canvas = document.querySelector('.waterfall canvas');
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / box.width;
  const style = getComputedStyle(document.documentElement);
  const hex = style.getPropertyValue('--' + name).trim().slice(1);
  const [r, g, b] = [0, 2, 4].map((i) => parseInt(hex.slice(i, i + 2), 16));
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  for (let y = Math.round(below * scale); y < canvas.height; y++) {
    for (let x = 0, run = 0; x < canvas.width; x++) {
      const i = 4 * (y * canvas.width + x);
      run = data[i] === r && data[i + 1] === g && data[i + 2] === b ? run + 1 : 0;
      if (run >= wide * scale) {
        let end = x;
        const same = (k) => data[k] === r && data[k + 1] === g && data[k + 2] === b;
        while (same(4 * (y * canvas.width + end + 1))) end++;
        return { x: (x - run + 1 + end + 1) / 2 / scale + box.left, y: y / scale + box.top + 2 };
      }
    }
  }
  return null;
}"""


def open_series(page: Any, server: Server, series: str, query: str = "") -> None:
    """Open a series and wait until its waterfall is drawn."""
    page.goto(f"{server.url}#/series/{series}{query}")
    page.locator(".picks input").first.wait_for()
    page.locator('.waterfall canvas[style*="height"]').wait_for()
    drawn(page)


def drawn(page: Any) -> None:
    """Wait until what was asked for is on the canvas."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def topmost(page: Any, colour: str, *, wide: int = 6, below: float = 0.0) -> tuple[float, float]:
    """Where in the window the topmost mark of a colour is."""
    drawn(page)
    found = page.evaluate(_FIND, [colour, wide, below])
    assert found is not None, f"no mark of colour {colour}"
    return found["x"], found["y"]


def pick(page: Any, level: float, wave: str) -> Any:
    """The field of a pick in the table."""
    return page.locator(f'.picks input[data-level="{level:g}"][data-wave="{wave}"]')


def drag(page: Any, start: tuple[float, float], by_x: float, by_y: float = 0.0) -> None:
    """Drag with the mouse, as a hand does: not in one jump."""
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + by_x, start[1] + by_y, steps=8)
    page.mouse.up()


def saved(page: Any) -> None:
    """Wait until the page says that everything is saved."""
    page.locator('.saved[data-state="saved"]', has_text="Saved").wait_for()
