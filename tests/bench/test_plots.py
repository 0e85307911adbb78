"""A picture in the docs is drawn of the figures that stand beside it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from evoscope.abr.benchmark.evaluation import read_json
from evoscope.bench import PLOTS, draw_plots, stale_plots
from evoscope.bench.peers_plot import draw_peers
from evoscope.bench.table import RESULTS, ROOT


def test_the_pictures_are_those_of_the_files() -> None:
    assert [plot.path for plot in stale_plots(ROOT)] == [], "run: evoscope bench --fill"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for plot in PLOTS:
        for name in plot.files:
            (tmp_path / RESULTS).mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / RESULTS / name, tmp_path / RESULTS / name)
    return tmp_path


def test_a_picture_is_drawn_once_and_again_when_its_file_changes(checkout: Path) -> None:
    assert draw_plots(checkout) == list(PLOTS)
    assert draw_plots(checkout) == []
    for plot in PLOTS:
        with Image.open(checkout / plot.path) as picture:
            pixels = np.asarray(picture.convert("L"))
        assert pixels.shape[1] > 1000
        assert np.ptp(pixels) > 150, "an empty picture"
    changed = checkout / RESULTS / "peers.json"
    changed.write_text(changed.read_text("utf-8") + "\n", encoding="utf-8")
    assert [plot.path for plot in draw_plots(checkout)] == ["docs/images/peers.png"]


def test_a_picture_of_what_was_never_measured_is_not_drawn(tmp_path: Path) -> None:
    assert draw_plots(tmp_path) == []


def test_every_kind_of_recordings_has_a_column_and_nobody_is_left_out() -> None:
    found = read_json(ROOT / RESULTS / "peers.json")
    picture = draw_peers(found)
    answers = [f for f in found.figures if (f.task, f.metric) == ("threshold", "median_ae_db")]
    points = [
        container
        for axes in picture.axes[: len(picture.axes) // 2]
        for container in axes.containers
    ]
    assert len(points) == len(answers)
