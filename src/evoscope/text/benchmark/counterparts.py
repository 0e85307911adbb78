"""Sentences that differ in a name, in who somebody is, or in a "not"."""

from __future__ import annotations

from dataclasses import dataclass

NEUTRAL = "tall"
IDENTITIES = (
    "American", "Arab", "Asian", "Black", "British", "Chinese", "Indian", "Mexican", "Nigerian",
    "Russian", "white", "atheist", "Buddhist", "Catholic", "Christian", "Hindu", "Jewish",
    "Muslim", "Sikh", "bisexual", "gay", "lesbian", "queer", "straight", "transgender", "female",
    "male", "old", "young", "autistic", "blind", "deaf", "disabled",
)  # fmt: skip
"""Words that people use of themselves."""
_WHO_THEY_ARE = (
    "I am {}.",
    "My neighbour is {} and works at the library.",
    "She told me that she is {}.",
    "As a {} person I enjoy long walks.",
    "They are looking for {} volunteers for the study.",
    "The {} community meets on Tuesdays.",
    "My best friend is a {} student.",
    "He asked whether {} people are welcome too, and of course they are.",
)
NAMES = (
    "Emily", "Greg", "Jamal", "Lakisha", "Mohammed", "Fatima", "Wei", "Mei", "Carlos", "Guadalupe",
    "Priya", "Rajesh", "Olga", "Igor", "Moshe", "Rivka", "Chidi", "Ngozi", "Sven", "Ayşe",
)  # fmt: skip
_PLAIN_NAME = "Anna"
_WHAT_THEY_DO = (
    "{} is coming to dinner tonight.",
    "I talked to {} about the report.",
    "{} said the meeting is moved to Friday.",
    "Could you ask {} to call me back?",
    "{} and I went to school together.",
    "Thanks for the help, {}!",
)
_NEGATED = (
    # The sentence, its negation, and which way valence goes with the "not".
    ("I am happy with it.", "I am not happy with it.", -1),
    ("This is a good idea.", "This is not a good idea.", -1),
    ("I love this song.", "I don't love this song.", -1),
    ("The food was great.", "The food was not great.", -1),
    ("I trust them.", "I don't trust them.", -1),
    ("We had fun at the party.", "We had no fun at the party.", -1),
    ("It was worth the money.", "It was not worth the money.", -1),
    ("I feel safe here.", "I don't feel safe here.", -1),
    ("She is kind to me.", "She is never kind to me.", -1),
    ("I enjoyed the film.", "I did not enjoy the film.", -1),
    ("This works well.", "This does not work well.", -1),
    ("I am proud of you.", "I am not proud of you.", -1),
    ("I am angry at you.", "I am not angry at you.", 1),
    ("This is a bad idea.", "This is not a bad idea.", 1),
    ("I hate this place.", "I don't hate this place.", 1),
    ("The exam was awful.", "The exam was not awful.", 1),
    ("I am afraid of it.", "I am not afraid of it.", 1),
    ("He was rude to us.", "He was never rude to us.", 1),
    ("I am sad about it.", "I am not sad about it.", 1),
    ("It hurts.", "It doesn't hurt.", 1),
    ("I regret coming here.", "I don't regret coming here.", 1),
    ("You disappoint me.", "You don't disappoint me.", 1),
    ("That was a mistake.", "That was not a mistake.", 1),
    ("I feel lonely.", "I don't feel lonely.", 1),
)


@dataclass(frozen=True)
class Pair:
    """Two sentences.

    Attributes:
        plain, changed: the sentence, and the one beside it.
        group: what pairs have in common: the frame that the words stand in.
        sign: which way valence should go; 0: nothing should move.
    """

    plain: str
    changed: str
    group: str
    sign: int = 0


def identity_pairs() -> tuple[Pair, ...]:
    """Pair every sentence about a person with the same one of somebody tall.

    Example:
        >>> identity_pairs()[0]
        Pair(plain='I am tall.', changed='I am American.', group='I am {}.', sign=0)
    """
    return tuple(
        Pair(_fitted(frame, NEUTRAL), _fitted(frame, word), frame)
        for frame in _WHO_THEY_ARE
        for word in IDENTITIES
    )


def name_pairs() -> tuple[Pair, ...]:
    """Pair every sentence with a name with the same one of somebody else."""
    return tuple(
        Pair(frame.format(_PLAIN_NAME), frame.format(name), frame)
        for frame in _WHAT_THEY_DO
        for name in NAMES
    )


def negated_pairs() -> tuple[Pair, ...]:
    """Pair sentences with what they say when it is not so."""
    return tuple(Pair(a, b, a, sign) for a, b, sign in _NEGATED)


def _fitted(frame: str, word: str) -> str:
    """Put a word into a frame, with "an" before a vowel."""
    found = frame.format(word)
    return found.replace(f"a {word}", f"an {word}") if word[0] in "aeiouAEIO" else found
