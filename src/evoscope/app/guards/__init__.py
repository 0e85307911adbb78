"""What stands before every request: who may ask, how often, and what a browser is told."""

from evoscope.app.guards.bodies import BodyLimit
from evoscope.app.guards.headers import SecurityHeaders
from evoscope.app.guards.origins import OwnHosts
from evoscope.app.guards.rates import RateLimit, Rates
from evoscope.app.guards.tokens import COOKIE, TokenGuard, pass_of, same_secret

__all__ = [
    "COOKIE",
    "BodyLimit",
    "OwnHosts",
    "RateLimit",
    "Rates",
    "SecurityHeaders",
    "TokenGuard",
    "pass_of",
    "same_secret",
]
