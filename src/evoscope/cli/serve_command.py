"""``evoscope serve``, once it is certain that it runs."""

from __future__ import annotations

import os
import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

from pydantic import SecretStr, ValidationError

from evoscope.abr.workers import cores
from evoscope.cli.collecting import usual_collections
from evoscope.cli.usage_error import UsageError

NEEDED = ("fastapi", "uvicorn", "sqlalchemy", "alembic", "python_multipart", "platformdirs")


def run_serve(
    *,
    host: str,
    port: int,
    database: str | None,
    token: str | None,
    data: Path | None,
    analyzer: str,
    text_model: str,
    workers: int | None,
    pseudonymise: bool,
    browser: bool | None,
) -> int:
    """Serve until stopped."""
    missing = [name for name in NEEDED if find_spec(name) is None]
    if missing:
        raise UsageError(
            f"Serving should have {', '.join(missing)} installed. Found none. "
            "Install the extra: pip install 'evoscope[serve]'"
        )
    from evoscope.app.serving import serve
    from evoscope.app.settings import Settings
    from evoscope.app.store.errors import StoreError

    if data is None:
        from platformdirs import user_data_path

        data = user_data_path("evoscope", appauthor=False)
    try:
        settings = Settings(
            data=data,
            host=host,
            port=port,
            database=database,
            token=None if token is None else SecretStr(token),
            analyzer=analyzer,
            text_model=text_model,
            workers=max(1, cores() - 1) if workers is None else workers,
            pseudonymise=pseudonymise,
        )
    except ValidationError as error:
        raise UsageError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    _check_analyzer(settings.analyzer)
    try:
        return serve(settings, ready=partial(_begun, opens=_wanted(browser)))
    except (StoreError, OSError) as error:
        raise UsageError(str(error)) from None


def _begun(where: str, *, opens: bool) -> None:
    """It listens: from here on it makes garbage, and a person may look at it."""
    usual_collections()
    if opens:
        _open(where)


def _wanted(browser: bool | None) -> bool:
    """Whether to open the page: asked for, or a person is there with a screen to see it on."""
    if browser is not None:
        return browser
    windows = sys.platform in ("win32", "darwin")
    screen = windows or "DISPLAY" in os.environ or "WAYLAND_DISPLAY" in os.environ
    return screen and sys.stdout.isatty()


def _open(where: str) -> None:
    """Open the page in the person's browser, in a thread: starting one takes its time."""
    import webbrowser

    Thread(target=webbrowser.open, args=(where,), daemon=True).start()


def _check_analyzer(name: str) -> None:
    """Refuse a folder that is no pack before anything listens; a worker opens it."""
    if name not in ("default", "classical") and not (Path(name) / "card.json").is_file():
        raise UsageError(
            f"--analyzer should be 'default', 'classical' or the folder of a model pack. "
            f"Found no card.json in {name}."
        )
