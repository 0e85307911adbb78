"""What every test runs under: one torch thread, shapes enforced; and which tests stay together."""

from __future__ import annotations

import os
import shutil
import tempfile
from functools import partial
from typing import Any

import pytest
import torch
from jaxtyping import install_import_hook

# Two threads on a busy two-core machine are many times slower than one.
torch.set_num_threads(1)

# A shape written in a signature of these packages is checked on every call a test makes. An int is
# a float to it, as it is to mypy (PEP 484).
install_import_hook(
    ["evoscope.multitask", "evoscope.abr.learning", "evoscope.text.learning"],
    "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))",
)


def pytest_configure(config: pytest.Config) -> None:
    """Keep what is put together at first use for this run, and out of the home of who runs it."""
    if "EVOSCOPE_CACHE" not in os.environ:  # processes of this run inherit it
        folder = os.environ["EVOSCOPE_CACHE"] = tempfile.mkdtemp(prefix="evoscope-tests-")
        config.add_cleanup(partial(shutil.rmtree, folder, ignore_errors=True))


# Where tests are spread over processes, those of a file stay together, and so do those of these
# folders: a browser, a Ray cluster, the site and a trained network are made once. They go first, as
# they take minutes; what is quick fills up the end.
TOGETHER = (
    "tests/app/page/",
    "tests/docs/",
    "tests/scale/",
    "tests/text/learning/",
    "tests/text/corpora/",
    "tests/abr/benchmark/limits/",
)


def _unit(nodeid: str) -> str:
    path = nodeid.split("::")[0]
    return next((folder for folder in TOGETHER if path.startswith(folder)), path)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from xdist.scheduler import LoadScopeScheduling

    class ByUnit(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _unit(nodeid)

    config.option.loadscopereorder = False  # as they come: most tests are not most work
    return ByUnit(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # one of several processes
        rank = {folder: i for i, folder in enumerate(TOGETHER)}
        items.sort(key=lambda item: rank.get(_unit(item.nodeid), len(rank)))
