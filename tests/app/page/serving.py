"""A real server as a process, and what a test asks of it without a browser."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2 as httpx

EVOSCOPE = [sys.executable, "-c", "import sys; from evoscope.cli import main; sys.exit(main())"]


@dataclass
class Server:
    """A running server: where it listens, and its process."""

    url: str
    process: subprocess.Popen[str]

    def asking(self) -> httpx.Client:
        # There is no TLS here, and reading the system's certificates takes longer than an answer.
        return httpx.Client(base_url=f"{self.url}api/v1", timeout=90, verify=False)

    def analyze(self, *files: tuple[str, bytes], **fields: str) -> list[str]:
        """Send files; return the ids of their series."""
        with self.asking() as api:
            answer = api.post("/analyze", files=[("files", one) for one in files], data=fields)
            assert answer.status_code in (200, 207), answer.text
            upload = api.get(f"/uploads/{answer.headers['x-evoscope-upload']}").json()
        return list(upload["series"])

    def forget(self, series: str) -> None:
        """Delete the upload of a series, which other tests would find."""
        with self.asking() as api:
            api.delete(f"/uploads/{self.series(series)['summary']['upload']}")

    def series(self, identity: str) -> dict[str, Any]:
        """What the API says of a series."""
        with self.asking() as api:
            found: dict[str, Any] = api.get(f"/series/{identity}").json()
        return found

    def correct(self, identity: str, rater: str, **act: Any) -> None:
        with self.asking() as api:
            body = {"rater": rater, "act": act}
            answer = api.post(f"/series/{identity}/corrections", json=body)
            assert answer.status_code == 201, answer.text


@contextmanager
def serving(data: Path, *arguments: str, port: int = 0) -> Iterator[Server]:
    """Start ``evoscope serve`` on a port (0: a free one); end it afterwards."""
    with (data.parent / "serve.log").open("a") as log:
        process = subprocess.Popen(
            [*EVOSCOPE, "serve", "--port", str(port), "--data", str(data), *arguments],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
        stop = threading.Timer(900, process.kill)  # a server that hangs fails, it does not hold
        stop.start()
        try:
            assert process.stdout is not None
            said = process.stdout.readline()
            found = re.search(r"http://\S+/", said)
            assert found, (said, (data.parent / "serve.log").read_text())
            yield Server(found.group(), process)
        finally:
            stop.cancel()
            if process.poll() is None:
                process.kill()
            process.communicate()
