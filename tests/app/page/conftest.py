"""The page in a real browser, on a real server that only these tests use."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series

from .serving import Server, serving

CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
RATER = "anna"
PATIENCE_MS = 60_000  # the first of a kind starts a worker, and others work on the machine, too
SLOWEST_S = 300  # the first test starts a server and a browser, perhaps on a busy machine
HERE = Path(__file__).parent
api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all tests that leave it as it was."""
    data = tmp_path_factory.mktemp("page") / "store"
    with serving(data, "--analyzer", "classical") as server:
        yield server


# Open as long as tests of this folder follow each other. A fixture of the session would hold its
# event loop beyond them, and everyone else's asyncio.run would be refused.
_closing = ExitStack()
_opened: list[api.Browser] = []


@pytest.fixture(scope="module")
def browser() -> api.Browser:
    """A browser that all tests share."""
    if not CHROMIUM.exists():
        pytest.skip(f"There should be a browser at {CHROMIUM}. Found none.")
    if not _opened:
        playwright = _closing.enter_context(api.sync_playwright())
        _opened.append(playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES))
        _closing.callback(_opened.clear)
        _closing.callback(_opened[0].close)
    return _opened[0]


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    if nextitem is None or HERE not in nextitem.path.parents:
        _closing.close()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.timeout(SLOWEST_S))


@pytest.fixture(scope="module")
def profile(browser: api.Browser) -> Iterator[api.BrowserContext]:
    """One for the tests of a file: most of a first visit is fetching and compiling modules."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield context
    context.close()


@pytest.fixture
def page(profile: api.BrowserContext, server: Server) -> Iterator[api.Page]:
    """An empty tab of 1280 x 900 whose rater is ``anna``; a script that fails fails the test."""
    page = profile.new_page()
    page.add_init_script(f"localStorage.setItem('evoscope.rater', '{RATER}')")
    page.set_default_timeout(PATIENCE_MS)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: _note(said.text, wrong) if said.type == "error" else None)
    yield page
    profile.set_offline(False)
    for tab in profile.pages[1:]:
        tab.close()
    kept = {"origin": server.url.rstrip("/"), "storageTypes": "local_storage"}
    profile.new_cdp_session(profile.pages[0]).send("Storage.clearDataForOrigin", kept)
    profile.pages[0].close()
    assert wrong == []


def _note(text: str, wrong: list[str]) -> None:
    # An answer that is not 2xx is written there too, and is often what a test is about.
    if not text.startswith("Failed to load resource"):
        wrong.append(text)


@pytest.fixture(scope="session")
def ear_file(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, bytes]:
    """An ear of six levels, threshold 20 dB, as a file to send: its name and its bytes."""
    series, _ = simulate_series(
        true_threshold_db=22.0, levels_db=(10, 20, 30, 40, 60, 80), seed=1, subject="P3"
    )
    path = write_csv(series, tmp_path_factory.mktemp("ear_file") / "p3.csv")
    return path.name, path.read_bytes()


@pytest.fixture
def own_series(server: Server, ear_file: tuple[str, bytes]) -> Iterator[str]:
    """The id of an analyzed series that this test may change."""
    (series,) = server.analyze(ear_file)
    yield series
    server.forget(series)


@pytest.fixture
def unreferenced(server: Server, ear_file: tuple[str, bytes]) -> Iterator[str]:
    """The same of a file that does not say what its levels refer to."""
    name, text = ear_file
    text = text.replace(b",nHL,", b",unknown,").replace(b",P3,", b",P3_TEMP-03-RIGHT,")
    (series,) = server.analyze((name, text))
    yield series
    server.forget(series)
