"""What a server outlives: being killed, files that are none, and thousands of analyses."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from evoscope.app.benchmark.loads import Numbers
from evoscope.app.benchmark.processes import resident_mib
from evoscope.app.benchmark.serving import API, Client, File, Running, serving

RATERS = ("anna", "bert")
WARM_SHARE = 0.1
"""Of the analyses, before memory counts as settled."""


def first_answers(data: Path, ear: File) -> Numbers:
    """Start a server, and see how long until it listens, shows the page and has analyzed an ear."""
    with serving(data) as server, closing(Client(server.port)) as client:
        listens = time.monotonic() - server.began
        client.ask("GET", "/")
        page = time.monotonic() - server.began
        status = client.send([ear]).status
        if status != 200:
            raise OSError(f"The ear should be analyzed. Found status {status}.")
        return {
            "listens_s": listens,
            "page_s": page,
            "analyzed_s": time.monotonic() - server.began,
        }


def killed(data: Path, ear: File, *, corrections: int) -> Numbers:
    """Correct, kill the server with the last answer, start it again, and look what is there."""
    with serving(data) as server, closing(Client(server.port)) as client:
        upload = client.send([ear]).headers["x-evoscope-upload"]
        (series,) = client.ask("GET", f"{API}/uploads/{upload}").json()["series"]
        path = f"{API}/series/{series}"
        levels = client.ask("GET", path).json()["findings"]["levels"]
        saved: list[Any] = []
        for number in range(corrections):
            act = {
                "kind": "wave",
                "level_db": levels[number % len(levels)]["level_db"],
                "wave": "V",
                "present": True,
                "latency_ms": 5.0 + number / 1000,
            }
            body = {"rater": RATERS[number % len(RATERS)], "act": act}
            if client.post(f"{path}/corrections", body).status == 201:
                saved.append(act["latency_ms"])
        server.kill()
    with serving(data) as server, closing(Client(server.port)) as client:
        kept = set()
        for rater in RATERS:
            acts = client.ask("GET", f"{path}/corrections?rater={rater}").json()["acts"]
            kept |= {one["act"]["latency_ms"] for one in acts}
    return {"saved": len(saved), "kept": len(kept.intersection(saved))}


def malformed(server: Running, ear: File, *, files: int, seed: int = 0) -> Numbers:
    """Send an ear again and again, damaged by chance, then whole.

    Returns:
        ``errors``: answers of 500 and above; ``well``: 1 if the whole one was analyzed afterwards.
    """
    rng = random.Random(seed)
    name, content = ear
    errors = 0
    with closing(Client(server.port)) as client:
        for _ in range(files):
            errors += client.send([(name, damaged(content, rng))]).status >= 500
        well = client.send([ear]).status == 200
    return {"files": files, "errors": errors, "well": float(well)}


def damaged(content: bytes, rng: random.Random) -> bytes:
    r"""Cut a file, overwrite bytes in it, drop or double lines, or put noise before it.

    Example:
        >>> damaged(b"level,1,2\n60,0.1,0.2\n", random.Random(0)) != b"level,1,2\n60,0.1,0.2\n"
        True
    """
    kind = rng.randrange(4)
    if kind == 0:
        return content[: rng.randrange(len(content))]
    if kind == 1:
        changed = bytearray(content)
        for _ in range(rng.randrange(1, 200)):
            changed[rng.randrange(len(changed))] = rng.randrange(256)
        return bytes(changed)
    if kind == 2:
        lines = content.split(b"\n")
        return b"\n".join(line for line in lines for _ in range(rng.choice((0, 1, 2))))
    return rng.randbytes(rng.randrange(1, 5000)) + content


def growth(server: Running, ears: Sequence[File], *, analyses: int) -> Numbers:
    """Analyze and forget small series, one upload of ``ears`` after the other, and watch memory.

    Returns:
        ``settled_mib`` after a tenth of the analyses, ``end_mib``, and ``growth`` between them as
        a share; ``analyses`` and ``seconds`` that they took.
    """
    settled, done = 0.0, 0
    began = time.monotonic()
    with closing(Client(server.port)) as client:
        while done < analyses:
            answer = client.send(ears)
            done += len(answer.json()["series"])
            client.ask("DELETE", f"{API}/uploads/{answer.headers['x-evoscope-upload']}")
            if not settled and done >= WARM_SHARE * analyses:
                settled = resident_mib(server.process.pid)
    end = resident_mib(server.process.pid)
    return {
        "analyses": done,
        "seconds": time.monotonic() - began,
        "settled_mib": settled,
        "end_mib": end,
        "growth": end / settled - 1.0,
    }
