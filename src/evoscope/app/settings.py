"""What a server is told: where it listens, where it keeps things, and how much it takes on."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

MIB = 1 << 20
SHORTEST_TOKEN = 16
DATABASE = "evoscope.sqlite"


class Limits(BaseModel):
    """How much one server, one request and one piece of work may take.

    Attributes:
        upload_bytes, upload_files, file_bytes: of one upload, and of each file in it.
        body_bytes: of any other request.
        texts, text_characters: of one text request, and of each text in it.
        work_seconds, work_bytes: time and memory of one piece of work in a worker process. Memory
            is bounded where the system can (Linux).
        file_seconds: that one file of an upload may take to be read, one series to be analyzed.
        waiting: pieces of work that may wait; more are refused.
        requests_a_second, burst: of one peer address.
        streams: event streams open at a time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    upload_bytes: int = Field(default=512 * MIB, gt=0)
    upload_files: int = Field(default=500, gt=0)
    file_bytes: int = Field(default=128 * MIB, gt=0)
    body_bytes: int = Field(default=4 * MIB, gt=0)
    texts: int = Field(default=100, gt=0)
    text_characters: int = Field(default=20_000, gt=0)
    work_seconds: float = Field(default=600.0, gt=0)
    file_seconds: float = Field(default=120.0, gt=0)
    work_bytes: int = Field(default=4096 * MIB, gt=0)
    waiting: int = Field(default=32, gt=0)
    requests_a_second: float = Field(default=50.0, gt=0)
    burst: int = Field(default=200, gt=0)
    streams: int = Field(default=2000, gt=0)


class Settings(BaseModel):
    """Settings of a server.

    Attributes:
        data: folder of the store, its spool and its keys; made when it is not there.
        host, port: where it listens. Any host but this machine's own demands a token.
        database: SQLAlchemy URL; by default an SQLite file in ``data``.
        token: what a request has to show; none is asked for by default.
        analyzer: who answers: ``default``, ``classical`` or the folder of a model pack.
        text_model: folder of a text pack, or ``default``.
        workers: processes that analyze uploads; one more answers what is quick.
        pseudonymise: replace names of subjects and files in every upload.
        limits: see there.

    Raises:
        ValueError: a host that others reach, and no token; a token that can be guessed.

    Example:
        >>> Settings(data=Path("store")).host
        '127.0.0.1'
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path
    host: str = "127.0.0.1"
    port: int = Field(default=8765, ge=0, le=65_535)
    database: str | None = None
    token: SecretStr | None = None
    analyzer: str = "default"
    text_model: str = "default"
    workers: int = Field(default=1, ge=1, le=64)
    pseudonymise: bool = False
    limits: Limits = Limits()

    @model_validator(mode="after")
    def _others_need_a_token(self) -> Self:
        if self.token is not None and len(self.token.get_secret_value()) < SHORTEST_TOKEN:
            raise ValueError(
                f"token should have at least {SHORTEST_TOKEN} characters. Found "
                f"{len(self.token.get_secret_value())}. Make one: "
                "python -c 'import secrets; print(secrets.token_urlsafe())'"
            )
        if self.token is None and not is_own_machine(self.host):
            raise ValueError(
                f"host should be 127.0.0.1, ::1 or localhost, or a token should be given: others "
                f"reach {self.host!r}. Found no token. Give one of {SHORTEST_TOKEN} characters or "
                "more."
            )
        return self

    @property
    def database_url(self) -> str:
        """The URL of the store."""
        return self.database or f"sqlite:///{(self.data / DATABASE).absolute()}"


def is_own_machine(host: str) -> bool:
    """Whether only this machine reaches a host.

    Example:
        >>> is_own_machine("localhost"), is_own_machine("::1"), is_own_machine("0.0.0.0")
        (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
