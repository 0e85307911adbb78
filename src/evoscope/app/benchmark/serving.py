"""A server in a process of its own, and how a client asks it; nothing but the standard library."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

HOST, API = "127.0.0.1", "/api/v1"
LONGEST_ANSWER_S = 600.0
File = tuple[str, bytes]
"""A name and what is in it."""


@dataclass(frozen=True)
class Running:
    """A server that listens.

    Attributes:
        process: of the server; its workers are children of it.
        port: where it listens.
        began: when it was started, on the monotonic clock.
    """

    process: subprocess.Popen[str]
    port: int
    began: float

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@contextmanager
def serving(data: Path, *options: str) -> Iterator[Running]:
    """Run ``evoscope serve`` on a free port; its log goes nowhere.

    Raises:
        OSError: it did not start.
    """
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "evoscope", "serve", "--port", "0", "--data", str(data), *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://\S+/", said)
        port = None if found is None else urlsplit(found.group()).port
        if port is None:
            raise OSError(f"The server should say where it listens. Found {said!r}.")
        yield Running(process, port, began)
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout is not None:
            process.stdout.close()


class Client:
    """One connection to a server, kept open.

    Args:
        port: of the server on this machine.
    """

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=LONGEST_ANSWER_S)

    def connect(self) -> None:
        """Open the connection without asking anything."""
        self._connection.connect()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def ask(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> Answer:
        """Ask, and wait for the answer."""
        headers = {} if body is None else {"content-type": kind}
        self._connection.request(method, path, body=body, headers=headers)
        got = self._connection.getresponse()
        found = {name.lower(): value for name, value in got.getheaders()}
        return Answer(got.status, found, got.read())

    def post(self, path: str, value: Any) -> Answer:
        """Post a JSON value."""
        return self.ask("POST", path, json.dumps(value).encode())

    def send(self, files: Sequence[File], *, wait: bool = True) -> Answer:
        """Upload files to be analyzed."""
        boundary = uuid.uuid4().hex
        parts = []
        for name, content in files:
            head = f'content-disposition: form-data; name="files"; filename="{name}"'
            parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        path = f"{API}/analyze?wait={str(wait).lower()}"
        return self.ask("POST", path, body, f"multipart/form-data; boundary={boundary}")
