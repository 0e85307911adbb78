"""Takes personal data out of a text: by Presidio where it is installed, else by a few rules.

The rules know what has a form: e-mail addresses, payment cards (Luhn), IBANs (their check digits),
telephone numbers, IP addresses, handles, and addresses that carry a key or a name. They know no
names, no places and no street addresses: for those, install Presidio.
"""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from evoscope.text.cleaning import as_text

Method = Literal["presidio", "rules"]
_LANGUAGE = "en"
_MODELS = ("en_core_web_lg", "en_core_web_md", "en_core_web_sm")
"""Language models of spaCy that Presidio works with, best first."""


@dataclass(frozen=True)
class Scrubbed:
    """A text without what was found in it.

    Attributes:
        text: each finding replaced by its kind in brackets.
        counts: findings by kind.
        method: "presidio" or "rules".
    """

    text: str
    counts: Mapping[str, int]
    method: Method


def scrub(text: str, *, method: Method | None = None) -> Scrubbed:
    """Replace personal data by what it was, such as ``[EMAIL]``.

    Args:
        text: a message.
        method: "presidio" or "rules"; default: Presidio where it and a language
            model are installed.

    Raises:
        ImportError: Presidio asked for, and not installed.
        TypeError: not a string.

    Example:
        >>> scrub("write to ann@mail.org or call +44 20 7946 0958", method="rules").text
        'write to [EMAIL] or call [PHONE]'
    """
    text = as_text(text)
    if method not in (None, "presidio", "rules"):
        raise ValueError(f"method should be 'presidio' or 'rules'. Found {method!r}.")
    if method == "rules" or (method is None and not _installed()):
        return _by_rules(text)
    return _by_presidio(text)


def _card(text: str) -> int:
    digits = [int(character) for character in text if character.isdigit()]
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return len(text) if len(set(digits)) > 1 and sum(doubled) % 10 == 0 else 0


# Characters of an IBAN, by country (ISO 13616).
_IBAN_LENGTHS = {
    "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29,
    "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FR": 27, "GB": 22, "GE": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IS": 26,
    "IT": 27, "JO": 30, "KW": 30, "KZ": 20, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MT": 31, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PT": 25,
    "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TN": 24,
    "TR": 26, "UA": 29, "XK": 20,
}  # fmt: skip


def _iban(text: str) -> int:
    """Take as many characters as the country has, and check them: words may follow."""
    at = [i for i, character in enumerate(text) if character.isalnum()]
    length = _IBAN_LENGTHS.get(text[:2], 0)
    if not 0 < length <= len(at):
        return 0
    compact = "".join(text[i] for i in at[:length])
    number = "".join(str(int(character, 36)) for character in compact[4:] + compact[:4])
    end = at[length - 1] + 1
    return end if int(number) % 97 == 1 and not text[end : end + 1].isalnum() else 0


_PERSONAL = re.compile(r"[@?=#]|[\w-]{20}")


def _link(text: str) -> int:
    """With a user, a query or a long key: what tells one person's link from another's."""
    return len(text) if _PERSONAL.search(text) else 0


def _ip(text: str) -> int:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return 0
    return len(text) if any(character.isdigit() for character in text) else 0


_DATE = re.compile(r"\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ]\d{2,4}")


def _phone(text: str) -> int:
    digits = sum(character.isdigit() for character in text)
    stated = text.startswith(("+", "00", "(")) or bool(re.search(r"[\s.()-]", text))
    holds = 7 <= digits <= 15 and (stated or digits >= 10) and not _DATE.fullmatch(text)
    return len(text) if holds else 0


# Kind, form, and how many characters of what has the form are of the kind. In this order: an
# address in a web address is part of it, digits of a card are no telephone's.
_RULES: tuple[tuple[str, re.Pattern[str], Callable[[str], int]], ...] = (
    ("URL", re.compile(r"(?:https?|ftp)://[^\s<>\"']+", re.IGNORECASE), _link),
    (
        "EMAIL",
        re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}(?!\w)"),
        len,
    ),
    (
        "IBAN",
        re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]){11,32}"),
        _iban,
    ),
    ("CARD", re.compile(r"(?<![\w-])\d(?:[ -]?\d){12,18}(?![\w-])"), _card),
    ("IP", re.compile(r"(?<![\w.:])\d{1,3}(?:\.\d{1,3}){3}(?![\w.]*\w)"), _ip),
    ("IP", re.compile(r"(?<![\w:])[0-9a-f:]{2,39}(?:%\w+)?(?![\w:])", re.IGNORECASE), _ip),
    ("PHONE", re.compile(r"(?<![\w.+-])\+?\(?\d(?:[ .()/-]{0,2}\d){6,16}(?![\w-])"), _phone),
    ("HANDLE", re.compile(r"(?<![\w@.])@\w{2,50}"), len),
)


def _by_rules(text: str) -> Scrubbed:
    counts: Counter[str] = Counter()
    for kind, pattern, extent in _RULES:
        parts: list[str] = []
        end = 0
        for found in pattern.finditer(text):
            if size := extent(found[0]):
                parts += [text[end : found.start()], f"[{kind}]"]
                end = found.start() + size
                counts[kind] += 1
        text = "".join([*parts, text[end:]])
    return Scrubbed(text, dict(counts), "rules")


@lru_cache(maxsize=1)
def _engine() -> Any:
    """Open Presidio with a language model that is installed: left alone it would download one."""
    if not _installed():
        raise ImportError(
            "Names and places should be found by Presidio. Found it, or its language model, not "
            f"installed. Install presidio-analyzer and {_MODELS[-1]}, or use method='rules'."
        )
    model = next(name for name in _MODELS if find_spec(name) is not None)
    analyzer = import_module("presidio_analyzer")
    settings = {
        "nlp_engine_name": "spacy",
        "models": [{"lang_code": _LANGUAGE, "model_name": model}],
    }
    nlp = import_module("presidio_analyzer.nlp_engine").NlpEngineProvider(
        nlp_configuration=settings
    )
    return analyzer.AnalyzerEngine(nlp_engine=nlp.create_engine(), supported_languages=[_LANGUAGE])


def _by_presidio(text: str) -> Scrubbed:
    found = _engine().analyze(text=text, language=_LANGUAGE)
    counts: Counter[str] = Counter()
    end = len(text)
    # From the last to the first, the longest of those that end together, so that places hold.
    for one in sorted(found, key=lambda one: (-one.end, one.start)):
        if one.end <= end:
            text = f"{text[: one.start]}[{one.entity_type}]{text[one.end :]}"
            counts[one.entity_type] += 1
            end = one.start
    # Presidio knows no handles, and what it is unsure of the rules may be sure of.
    rest = _by_rules(text)
    return Scrubbed(rest.text, dict(counts + Counter(rest.counts)), "presidio")


def _installed() -> bool:
    return find_spec("presidio_analyzer") is not None and any(
        find_spec(name) is not None for name in _MODELS
    )
