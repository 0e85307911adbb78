"""How often one peer may ask: by the address of its connection, which it cannot choose."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address

from starlette.types import ASGIApp, Receive, Scope, Send

from evoscope.app.guards.paths import is_page
from evoscope.app.problems import ProblemError
from evoscope.app.responses import response_of

MOST_PEERS = 10_000
_IPV6_PREFIX = 64  # one household has a whole /64 to choose addresses from


class Rates:
    """A token bucket for every peer.

    Args:
        a_second: requests a second that a peer may go on with.
        burst: requests at once after a pause.
        clock: seconds.

    Example:
        >>> rates = Rates(a_second=1.0, burst=2, clock=lambda: 0.0)
        >>> [rates.wait_s("10.0.0.1") for _ in range(3)]
        [0.0, 0.0, 1.0]
    """

    def __init__(
        self, *, a_second: float, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._a_second, self._burst, self._clock = a_second, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, peer: str) -> float:
        """Count a request: 0 when it may be served, else the seconds to wait."""
        now = self._clock()
        key = _network(peer)
        left, then = self._left.pop(key, (float(self._burst), now))
        left = min(float(self._burst), left + (now - then) * self._a_second)
        wait = 0.0 if left >= 1.0 else (1.0 - left) / self._a_second
        self._left[key] = (left - 1.0 if wait == 0.0 else left, now)
        if len(self._left) > MOST_PEERS:
            self._left.popitem(last=False)
        return wait


class RateLimit:
    """Answers 429 to a peer that asks too often.

    Files of the page are not counted: opening it asks for dozens of them at once, and serving one
    costs no more than refusing it.
    """

    def __init__(self, app: ASGIApp, *, rates: Rates) -> None:
        self.app, self.rates = app, rates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request, or say when to come again."""
        wait = 0.0
        if scope["type"] == "http" and not is_page(scope["path"]):
            client = scope.get("client")
            wait = self.rates.wait_s(client[0] if client else "")
        if wait == 0.0:
            await self.app(scope, receive, send)
            return
        seconds = math.ceil(wait)
        problem = ProblemError(
            429, "Requests should come more slowly. Found too many.", f"Wait {seconds} s."
        )
        await response_of(problem, {"retry-after": str(seconds)})(scope, receive, send)


def _network(peer: str) -> str:
    try:
        address = ip_address(peer)
    except ValueError:
        return peer
    if address.version == 4:
        return peer
    return str(int(address) >> (128 - _IPV6_PREFIX))
