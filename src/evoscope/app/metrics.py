"""What the server did, counted: the text that Prometheus reads."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping

BUCKETS_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """Counts requests by route and status, and pieces of work by kind and ending.

    Labels are names of routes and kinds: nothing that a client says becomes one.

    Example:
        >>> metrics = Metrics()
        >>> metrics.request("GET", "/api/v1/health", 200, seconds=0.004)
        >>> 'status="200"} 1' in metrics.text()
        True
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._seconds: dict[str, list[int]] = {}
        self._total_s: Counter[str] = Counter()
        self._work: Counter[tuple[str, str]] = Counter()
        self._gauges: dict[str, tuple[str, Callable[[], float]]] = {}

    def request(self, method: str, route: str, status: int, *, seconds: float) -> None:
        """Count a request that was answered."""
        with self._lock:
            self._requests[method, route, status] += 1
            slots = self._seconds.setdefault(route, [0] * (len(BUCKETS_S) + 1))
            slots[bisect_left(BUCKETS_S, seconds)] += 1
            self._total_s[route] += seconds  # type: ignore[assignment]  # a counter of seconds

    def work(self, kind: str, ending: str) -> None:
        """Count a piece of work that ended."""
        with self._lock:
            self._work[kind, ending] += 1

    def gauge(self, name: str, about: str, read: Callable[[], float]) -> None:
        """Report a number that is read when it is asked for."""
        self._gauges[name] = (about, read)

    def text(self) -> str:
        """Everything, in the text format of Prometheus."""
        with self._lock:
            requests, work = dict(self._requests), dict(self._work)
            seconds = {route: list(slots) for route, slots in self._seconds.items()}
            totals = dict(self._total_s)
        lines = [*_head("evoscope_requests_total", "counter", "Requests answered.")]
        for (method, route, status), count in sorted(requests.items()):
            labels = _labels(method=method, route=route, status=str(status))
            lines.append(f"evoscope_requests_total{labels} {count}")
        name = "evoscope_request_seconds"
        lines += _head(name, "histogram", "Seconds from a request's head to its last byte.")
        for route, slots in sorted(seconds.items()):
            lines += _histogram(name, route, slots, totals[route])
        lines += _head("evoscope_work_total", "counter", "Pieces of work that ended.")
        for (kind, ending), count in sorted(work.items()):
            labels = _labels(kind=kind, ending=ending)
            lines.append(f"evoscope_work_total{labels} {count}")
        for gauge, (about, read) in sorted(self._gauges.items()):
            lines += [*_head(gauge, "gauge", about), f"{gauge} {read():g}"]
        return "\n".join(lines) + "\n"


def _histogram(name: str, route: str, slots: list[int], total_s: float) -> list[str]:
    lines, below = [], 0
    for bound, count in zip((*map(str, BUCKETS_S), "+Inf"), slots, strict=True):
        below += count
        lines.append(f"{name}_bucket{_labels(route=route, le=bound)} {below}")
    labels = _labels(route=route)
    return [*lines, f"{name}_sum{labels} {total_s:.6f}", f"{name}_count{labels} {below}"]


def _head(name: str, kind: str, about: str) -> tuple[str, str]:
    return f"# HELP {name} {about}", f"# TYPE {name} {kind}"


def _labels(**labels: str) -> str:
    return "{" + ",".join(f'{name}="{_quoted(value)}"' for name, value in labels.items()) + "}"


def _quoted(value: str) -> str:
    escapes: Mapping[str, str] = {"\\": "\\\\", '"': '\\"', "\n": "\\n"}
    return "".join(escapes.get(character, character) for character in value)
