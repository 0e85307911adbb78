"""Guesses the language of a message, so that what is not English is answered with a warning."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from evoscope.text.language_words import NAMES, WORDS

_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_READ = 5_000
"""Characters that are enough to tell."""
_SHORT = 3
"""Fewer words than this are "ok", a name, or a laugh: the language of nobody."""
_SCRIPTS = {
    "CYRILLIC": "Cyrillic", "ARABIC": "Arabic", "HEBREW": "Hebrew", "GREEK": "Greek",
    "CJK": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean",
    "DEVANAGARI": "Devanagari", "THAI": "Thai", "BENGALI": "Bengali", "TAMIL": "Tamil",
    "GEORGIAN": "Georgian", "ARMENIAN": "Armenian",
}  # fmt: skip
_CODES = {"Hebrew": "he", "Greek": "el", "Chinese": "zh", "Japanese": "ja", "Korean": "ko",
          "Thai": "th", "Bengali": "bn", "Tamil": "ta", "Georgian": "ka",
          "Armenian": "hy"}  # fmt: skip
"""Scripts that one large language is written in; of the others only the script is known."""
UNKNOWN = "und"


@dataclass(frozen=True)
class Language:
    """What a text is probably written in.

    Attributes:
        code: ISO 639-1, or "und" where it cannot be told.
        name: of the language or of the script, in English.
        share: of the words found (or letters, for a script) that speak for it.
        english: whether it is; ``None`` where it cannot be told.
    """

    code: str
    name: str
    share: float
    english: bool | None

    @property
    def warning(self) -> str:
        """What to tell the user; empty for English and where it cannot be told.

        Example:
            >>> guess_language("no sé por qué estoy tan triste").warning
            'Probably Spanish: the scores are for English texts and should not be relied on here.'
        """
        if self.english is not False:
            return ""
        return (
            f"Probably {self.name}: the scores are for English texts and should not be relied on "
            "here."
        )


@lru_cache(maxsize=1)
def _weights() -> dict[str, tuple[tuple[str, float], ...]]:
    """For each word, the languages that have it, each with 1 / how many do."""
    owners: dict[str, list[str]] = {}
    for code, words in WORDS.items():
        for word in dict.fromkeys(words.split()):
            owners.setdefault(word, []).append(code)
    return {
        word: tuple((code, 1.0 / len(codes)) for code in codes) for word, codes in owners.items()
    }


def guess_language(text: str) -> Language:
    """Guess from the script, and in the Latin script from small words.

    Meant for one question, English or not; short or mixed texts are left undecided rather than
    warned of.

    Example:
        >>> guess_language("why would you do that to me").code
        'en'
        >>> guess_language("Das habe ich nicht gewusst, danke").name
        'German'
        >>> guess_language("lol ok").english is None
        True
    """
    text = text[:_READ].casefold().replace("\u2019", "'")
    words = _WORD.findall(text)
    if found := _other_script("".join(words)):
        return found
    if len(words) < _SHORT:
        return Language(UNKNOWN, "unknown", 0.0, None)
    scores: dict[str, float] = {}
    weights = _weights()
    for word in words:
        for code, weight in weights.get(word, ()):
            scores[code] = scores.get(code, 0.0) + weight
    if not scores:
        return Language(UNKNOWN, "unknown", 0.0, None)
    best = max(scores, key=scores.__getitem__)
    share = scores[best] / sum(scores.values())
    most = scores.pop(best)
    runner = max(scores.values(), default=0.0)
    # Undecided: a tie, or hardly a small word in many.
    if most - runner < 0.5 or most < 0.08 * len(words):
        return Language(UNKNOWN, "unknown", share, None)
    if best != "en" and most < 1.5:
        return Language(UNKNOWN, "unknown", share, None)
    return Language(best, NAMES[best], share, best == "en")


def _other_script(letters: str) -> Language | None:
    """Name the script that most letters are of, when it is not Latin."""
    if not letters or letters.isascii():
        return None
    scripts: Counter[str] = Counter()
    for letter, count in Counter(letters).items():
        first = unicodedata.name(letter, "").split(" ")[0].split("-")[0]
        scripts[_SCRIPTS.get(first, "Latin")] += count
    if scripts["Japanese"]:  # written with Chinese characters too
        scripts["Japanese"] += scripts.pop("Chinese", 0)
    script, count = scripts.most_common(1)[0]
    if script == "Latin":
        return None
    code = _CODES.get(script, UNKNOWN)
    name = script if code != UNKNOWN else f"a language in {script} script"
    return Language(code, name, count / len(letters), False)
