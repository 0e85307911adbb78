"""Many who ask at once: messages a second, connections that stay, two hundred files in one drop."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from threading import local

import numpy as np

from evoscope.app.benchmark.processes import cpu_seconds
from evoscope.app.benchmark.serving import API, Client, File, Running

MESSAGES = (
    "thank you so much, that made my day",
    "I can't believe you did that again",
    "Could you send me the report by Friday, please?",
    "shut up, nobody asked you",
    "We are happy to announce that the new office opens on Monday.",
    "I'm not sure I can take this any longer",
    "lol ok",
    "What time does the train leave?",
)
_HEALTH = f"{API}/health"
_ASKED_APART_S = 0.05
"""Between two questions of one client: below what the server allows an address."""
Numbers = dict[str, float]


def percentiles_ms(seconds: Sequence[float]) -> Numbers:
    """Median, 95th percentile and largest, in ms.

    Example:
        >>> percentiles_ms([0.01] * 19 + [0.03])["p50_ms"]
        10.0
    """
    p50, p95, most = (float(np.percentile(seconds, p)) * 1e3 for p in (50, 95, 100))
    return {"p50_ms": p50, "p95_ms": p95, "max_ms": most, "n": len(seconds)}


def text_at_rate(server: Running, *, a_second: float, seconds: float) -> Numbers:
    """Send messages at a fixed rate, whether or not the last is answered; time each from its due.

    Returns:
        Percentiles from the moment a message was due to its whole answer; ``failed``; processor
        time of the server and its workers for each.
    """
    with closing(Client(server.port)) as client:
        for message in MESSAGES:  # the first one puts the model together
            client.post(f"{API}/text/analyze", {"text": message})
    own, opened = local(), ExitStack()
    n = round(a_second * seconds)
    busy = cpu_seconds(server.process.pid)
    begins = time.monotonic() + 0.5

    def ask(number: int) -> tuple[float, bool]:
        due = begins + number / a_second
        time.sleep(max(0.0, due - time.monotonic()))
        if not hasattr(own, "client"):
            own.client = opened.enter_context(closing(Client(server.port)))
        answer = own.client.post(f"{API}/text/analyze", {"text": MESSAGES[number % len(MESSAGES)]})
        return time.monotonic() - due, answer.status == 200

    with opened, ThreadPoolExecutor(32) as pool:
        answered = list(pool.map(ask, range(n)))
    spent = cpu_seconds(server.process.pid) - busy
    return {
        **percentiles_ms([took for took, _ in answered]),
        "failed": sum(not well for _, well in answered),
        "cpu_ms": 1e3 * spent / n,
    }


def health(client: Client) -> float:
    """Seconds that the server takes to say that it is well.

    Raises:
        OSError: it is not.
    """
    began = time.monotonic()
    status = client.ask("GET", _HEALTH).status
    if status != 200:
        raise OSError(f"The server should answer 200. Found {status}.")
    return time.monotonic() - began


def health_while(server: Running, goes_on: Callable[[], bool]) -> list[float]:
    """Ask again and again how the server is, while something goes on."""
    took = []
    with closing(Client(server.port)) as client:
        while goes_on():
            took.append(health(client))
            time.sleep(_ASKED_APART_S)
    return took


def idle_connections(server: Running, *, connections: int) -> Numbers:
    """Open connections that ask nothing, then see that the server answers, and each of them too.

    Returns:
        ``answered``: connections that answered after all had been open; percentiles of another
        client's questions meanwhile.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    clients = [Client(server.port) for _ in range(connections)]
    try:
        for client in clients:
            client.connect()
        left = iter(range(100))
        meanwhile = health_while(server, lambda: next(left, None) is not None)
        answered = 0
        for client in clients:
            answered += client.ask("GET", _HEALTH).status == 200
            time.sleep(_ASKED_APART_S / 2)
        return {**percentiles_ms(meanwhile), "answered": answered, "connections": connections}
    finally:
        for client in clients:
            client.close()


def drop(server: Running, files: Sequence[File]) -> Numbers:
    """Drop files in one upload, and ask meanwhile how the server is.

    Returns:
        ``analyzed``: series that came of it; ``seconds`` from drop to end; percentiles of health.
    """
    began = time.monotonic()
    with closing(Client(server.port)) as client:
        job = client.send(files, wait=False).json()["id"]
        view = {"state": "waiting"}

        def goes_on() -> bool:
            nonlocal view
            view = client.ask("GET", f"{API}/jobs/{job}").json()
            return view["state"] in ("waiting", "running")

        meanwhile = health_while(server, goes_on)
        result = client.ask("GET", f"{API}/jobs/{job}").json()["result"] or {"series": []}
    return {
        **percentiles_ms(meanwhile),
        "seconds": time.monotonic() - began,
        "files": len(files),
        "analyzed": len(result["series"]),
    }
