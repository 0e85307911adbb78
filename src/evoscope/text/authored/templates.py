"""Templates, as committed: which label they teach, in which part, and what kind they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any, Literal

from evoscope.text.taxonomy import TAXONOMY

FILES = (
    "threatening", "harassment", "self_harm", "identity", "assertive", "empathetic", "humorous",
    "intent",
)  # fmt: skip
PRESENT = "present"
FILLINGS = 4
"""Texts that a template with slots makes where its file asks for no other number."""
_SLOT = re.compile(r"\{(\w+)\}")


class TemplateError(ValueError):
    """A file of templates that is not as it should be, or cannot be read."""


@dataclass(frozen=True)
class Template:
    """One sentence with slots.

    Attributes:
        text: slots in braces.
        part: "train" or "dev".
        task: that it teaches.
        label: that it teaches; of an intent, the one it has.
        present: whether the label is there.
        kind: "present", or what makes it a hard negative ("idiom", "grief"); of an intent "plain".
        absent_too: labels of safety that it does not have either.
        fillings: texts that it makes at most, if it has slots.
    """

    text: str
    part: Literal["train", "dev"]
    task: str
    label: str
    present: bool
    kind: str
    absent_too: tuple[str, ...] = ()
    fillings: int = FILLINGS

    @property
    def slots(self) -> tuple[str, ...]:
        """Names of the slots, each once, in order."""
        return tuple(dict.fromkeys(_SLOT.findall(self.text)))


def _yaml(name: str) -> Any:
    try:
        import yaml
    except ModuleNotFoundError as missing:
        raise ImportError(
            "Templates should be read with pyyaml. Found it not installed. "
            "Install it: pip install 'evoscope[train]'."
        ) from missing
    content = resources.files(__package__).joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.safe_load(content)


def _lines(block: str) -> list[str]:
    return [line.strip() for line in block.splitlines() if line.strip()]


@lru_cache(maxsize=1)
def slot_values() -> dict[str, tuple[str, ...]]:
    """Return what each slot may stand for."""
    return {name: tuple(values) for name, values in _yaml("slots").items()}


@lru_cache(maxsize=1)
def templates() -> tuple[Template, ...]:
    """Read all templates.

    Raises:
        ImportError: pyyaml is not installed.
        TemplateError: an unknown slot, or a template that occurs twice.

    Example:
        >>> {template.part for template in templates()} == {"train", "dev"}
        True
    """
    found: list[Template] = []
    for name in FILES:
        file = _yaml(name)
        task, too = TAXONOMY[file["task"]], tuple(file["absent_too"])
        most = int(file.get("fillings", FILLINGS))
        for label in too:
            TAXONOMY["safety"].index(label)
        for part in ("train", "dev"):
            for label, present, kind, block in _groups(file, file[part]):
                task.index(label)
                found += [
                    Template(line, part, task.name, label, present, kind, too, most)
                    for line in _lines(block)
                ]
    check(found)
    return tuple(found)


def _groups(file: dict[str, Any], part: dict[str, Any]) -> list[tuple[str, bool, str, str]]:
    """Label, presence, kind and lines of each group of a part."""
    if "label" not in file:  # one of several: every group is a label
        return [(label, True, "plain", block) for label, block in part.items()]
    label = file["label"]
    present = [(label, True, PRESENT, part[PRESENT])] if PRESENT in part else []
    return [*present, *((label, False, kind, block) for kind, block in part["absent"].items())]


def check(found: list[Template]) -> None:
    """Check that slots exist and that no template occurs twice, in one part or in both.

    Raises:
        TemplateError: which one, and what to do.

    Example:
        >>> once = Template("Hi {name}!", "train", "intent", "social", True, "plain")
        >>> check([once, Template("hi {name}", "dev", "intent", "social", True, "plain")])
        Traceback (most recent call last):
            ...
        evoscope.text.authored.templates.TemplateError: A template should occur once, in one part. Found 'hi {name}' in train and dev. Rewrite one of them.
    """  # noqa: E501  an error is one line
    seen: dict[str, Template] = {}
    for template in found:
        if unknown := sorted(set(template.slots) - set(slot_values())):
            raise TemplateError(
                f"A slot should be one of {sorted(slot_values())}. Found {unknown} in "
                f"{template.text!r}. Add it to slots.yaml."
            )
        key = re.sub(r"[^\w{}]", "", template.text.casefold())
        if key in seen:
            raise TemplateError(
                f"A template should occur once, in one part. Found {template.text!r} in "
                f"{seen[key].part} and {template.part}. Rewrite one of them."
            )
        seen[key] = template
