"""``evoscope serve``: its options, known before anything heavy is imported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Flag = Parameter(negative="", show_default=False)


def serve(
    *,
    host: Annotated[str, Parameter(help="Any other host than this machine's demands a token.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, Parameter(help="0 for a free one.")] = 8765,
    database: Annotated[
        str | None, Parameter(help="SQLAlchemy URL; by default an SQLite file in --data.")
    ] = None,
    token: Annotated[
        str | None,
        Parameter(
            env_var="EVOSCOPE_TOKEN", show_env_var=True, help="What every request has to show."
        ),
    ] = None,
    data: Annotated[
        Path | None, Parameter(help="Folder of the store; by default this user's data folder.")
    ] = None,
    analyzer: Annotated[
        str, Parameter(help="Who answers: default (shipped), classical, or a pack.")
    ] = "default",
    text_model: Annotated[str, Parameter(help="Folder of a text pack, or default.")] = "default",
    workers: Annotated[
        int | None, Parameter(help="Processes that analyze; by default one less than cores.")
    ] = None,
    pseudonymise: Annotated[
        bool, Flag, Parameter(help="Replace names of subjects and files in every upload.")
    ] = False,
    browser: Annotated[
        bool | None,
        Parameter(help="Open the page; by default where a person started it.", show_default=False),
    ] = None,
) -> int:
    """Serve page and HTTP API on this machine: analyze, correct, export; corrections are kept."""
    from evoscope.cli.serve_command import run_serve

    return run_serve(
        host=host,
        port=port,
        database=database,
        token=token,
        data=data,
        analyzer=analyzer,
        text_model=text_model,
        workers=workers,
        pseudonymise=pseudonymise,
        browser=browser,
    )
