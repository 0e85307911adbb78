"""The shell commands that pages show, as words."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "notebooks").glob("*.md")),
)
_BLOCK = re.compile(r"^```(?:sh|bash|shell|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`((?:evoscope|make|pip|python|torchrun) [^`]+)`")
_JOINS = {"&&", "||", "|", ";"}


@dataclass(frozen=True)
class Command:
    """One command of a page.

    Attributes:
        page: file that shows it.
        words: program and arguments.
        output: file that its standard output goes to, if any.
        whole: whether it can be pasted; one inside a sentence may leave out what it is not about.
    """

    page: Path
    words: tuple[str, ...]
    output: str = ""
    whole: bool = True

    def __str__(self) -> str:
        return f"{self.page.name}: {' '.join(self.words)}"


def commands_of(page: Path) -> list[Command]:
    """Return the commands of a page, those of its blocks in their order, then those in its text."""
    text = page.read_text(encoding="utf-8")
    found = []
    for block in _BLOCK.findall(text):
        for line in block.replace("\\\n", " ").splitlines():
            found += _split(page, line.removeprefix("$ "), whole=True)
    for line in dict.fromkeys(_INLINE.findall(text)):
        found += _split(page, line.replace("\n", " "), whole=False)
    return found


def _split(page: Path, line: str, *, whole: bool) -> list[Command]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;<>")
    lexer.whitespace_split, lexer.commenters = True, "#"
    commands: list[Command] = []
    words: list[str] = []
    output = ""
    tokens = iter([*lexer, ";"])
    for token in tokens:
        if token in _JOINS:
            # NAME=value before a program is its environment.
            while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                del words[0]
            if words:
                commands.append(Command(page, tuple(words), output, whole))
            words, output = [], ""
        elif token in (">", "<"):
            name = next(tokens)
            output = name if token == ">" else output
        else:
            words.append(token)
    return commands
