"""What a line of a film does, by rules on its words and marks: weak labels of the six intents.

Few sentences were written for intents, and all are tidy. Lines are spoken, of thousands of hands,
and many say by their marks and first words what they do. Rules leave every second one alone: a line
gets a label where hardly another reading is left.
"""

from __future__ import annotations

import re

_START = re.compile(r"^\s*(\([^)]*\)|[-*.…♪ ]+)\s*")
_SENTENCE_END = re.compile(r"[.!?]+(?=\s|$)")
_FEWEST, _MOST = 2, 25
_LEAD = r"^(?:(?:and|but|so|well|because|oh|yeah|then|now|um|uh|gosh),? )*"
_COMMANDS = frozenset((
    "answer", "ask", "bring", "call", "check", "close", "come", "do", "don't", "drink", "drop",
    "eat", "follow", "forget", "get", "give", "go", "help", "hold", "hurry", "keep", "leave", "let",
    "listen", "look", "make", "move", "open", "pick", "pull", "push", "put", "read", "relax",
    "remember", "run", "send", "show", "shut", "sit", "stand", "stay", "stop", "take", "tell",
    "throw", "try", "turn", "wait", "watch", "write",
))  # fmt: skip
_REQUEST = re.compile(
    r"\b(please|(?:can|could|would|will) (?:you|i|we|someone|anyone)|would you mind|may i)\b", re.I
)
_ASKED = re.compile(_LEAD + r"(?:how|why|what|where|when|who|which)\b", re.I)
_SOCIAL = re.compile(
    r"^(?:hi|hello|hey(?=\W+\w+\W*$)|good (?:morning|evening|night|afternoon)|thank you|thanks|bye|"
    r"good ?bye|see you|you're welcome|excuse me|i'm (?:so |very |really )?sorry|sorry|cheers|"
    r"(?:it was |it's )?(?:very )?nice (?:to meet|to see|meeting|talking)|pleased to meet|how are "
    r"you|take care|congratulations|happy birthday|merry christmas|good luck|have a (?:nice|good|"
    r"great))\b",
    re.I,
)
_FEELING = (
    r"(?:great|good|nice|wonderful|awful|terrible|beautiful|amazing|fun|funny|sad|horrible|sweet|"
    r"disgusting|ridiculous|interesting|fantastic|lovely|perfect|brilliant|incredible|cool|bad|"
    r"crazy|insane|gross|neat|fascinating|scary)"
)
_EXPRESSION = re.compile(
    _LEAD + rf"(?:wow|oh,? my|my god|damn|how (?:very |so )?{_FEELING}|what an? |(?:that|this|it)"
    r"(?:'s|'d be| is| was| would be| must be| sounds) (?:a |an |so |very |really |pretty |just |"
    rf"such |too )*{_FEELING}|{_FEELING}[.!])",
    re.I,
)
_STATEMENT = re.compile(
    _LEAD + r"(?:i|he|she|it|we|they|there|this|that|these|those|the|an?|my|his|her|our|their|"
    r"(?:i|he|she|it|we|they|there|that)'(?:m|s|re|ve|ll|d)|people|some|most|everyone|everybody|"
    r"nobody|someone|yesterday|today|last|in|on|at|after|before|when|if)\b",
    re.I,
)


def line_intent(line: str) -> str | None:
    """Say what a line does; ``None`` where rules cannot tell.

    Args:
        line: one, as it was written, with its marks.

    Example:
        >>> line_intent("Where did you put it?"), line_intent("Could you close the door?")
        ('question', 'request')
        >>> line_intent("Sit down."), line_intent("They closed the road."), line_intent("Maybe...")
        ('command', 'statement', None)
    """
    text = _START.sub("", line).strip()
    words = text.split()
    if not _FEWEST <= len(words) <= _MOST or len(_SENTENCE_END.findall(text)) > 1:
        return None
    asks = text.endswith("?")
    if _SOCIAL.match(text) and len(words) <= 6:
        return "social"
    if _REQUEST.search(text) and not _ASKED.match(text):
        return "request" if asks or "please" in text.lower() else None
    if asks:
        return "question" if len(words) > 2 else None
    if words[0].lower().strip(",.!") in _COMMANDS:
        return "command"
    if _EXPRESSION.match(text):
        return "expression" if len(words) <= 9 else None
    if text.endswith(".") and len(words) > 3 and _STATEMENT.match(text):
        return "statement"
    return None
