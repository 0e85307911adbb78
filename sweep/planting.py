"""Faults that can be planted in a file: small changes of its functions, by mutmut's operators.

A change is planted into the function that is already loaded, by giving it the changed code: nothing
is copied, imported again or wrapped.
"""

from __future__ import annotations

import difflib
import inspect
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import FunctionType

import libcst
from mutmut.mutation.file_mutation import Mutation, create_mutations, deep_replace

# What a default value may be for mutmut to change it.
PLAIN = (type(None), bool, int, float, str)


@dataclass(frozen=True)
class Mutant:
    """One change of one function.

    Attributes:
        file: that holds the function.
        function: its qualified name, as in a traceback.
        number: of the change, in the order of the file.
    """

    file: MutableFile
    function: str
    number: int

    @property
    def name(self) -> str:
        """Module, function and number."""
        return f"{self.file.module}:{self.function}#{self.number}"

    def code(self) -> str:
        """Text of the file with the change made."""
        change = self.file.changes[self.number][1]
        changed = deep_replace(self.file.tree, change.original_node, change.mutated_node)
        assert isinstance(changed, libcst.Module)
        return changed.code

    def difference(self) -> str:
        """Lines taken away and put in."""
        lines = difflib.unified_diff(
            self.file.text.splitlines(), self.code().splitlines(), lineterm="", n=0
        )
        return "\n".join(line for line in lines if not line.startswith(("---", "+++")))

    def plant(self) -> None:
        """Change the loaded function."""
        module = sys.modules[self.file.module]
        changed: dict[str, object] = {"__name__": module.__name__, "__file__": module.__file__}
        exec(compile(self.code(), str(self.file.path), "exec"), changed)
        old, new = found(vars(module), self.function), found(changed, self.function)
        old.__code__ = new.__code__
        if old.__defaults__ and new.__defaults__:
            old.__defaults__ = tuple(map(default, old.__defaults__, new.__defaults__))
        if old.__kwdefaults__ and new.__kwdefaults__:
            for name, value in new.__kwdefaults__.items():
                old.__kwdefaults__[name] = default(old.__kwdefaults__[name], value)


class MutableFile:
    """A file with all the changes that can be made to it."""

    def __init__(self, path: Path, root: Path) -> None:
        self.path = path
        self.module = ".".join(path.relative_to(root).with_suffix("").parts)
        self.module = self.module.removesuffix(".__init__")
        self.text = path.read_text("utf-8")

    @cached_property
    def _parsed(self) -> tuple[libcst.Module, list[tuple[str, Mutation]]]:
        tree, mutations, _, _ = create_mutations(str(self.path), self.text)
        names = dict(functions(tree.body))
        outer = [one.contained_by_top_level_function for one in mutations]
        known = [(names[node], one) for node, one in zip(outer, mutations, strict=True)
                 if node in names]  # fmt: skip
        return tree, known

    @property
    def tree(self) -> libcst.Module:
        """The file, parsed."""
        return self._parsed[0]

    @property
    def changes(self) -> list[tuple[str, Mutation]]:
        """The function that each change is in, and the change."""
        return self._parsed[1]

    def mutants(self) -> list[Mutant]:
        """Every change."""
        return [Mutant(self, name, number) for number, (name, _) in enumerate(self.changes)]


def functions(
    body: Sequence[libcst.CSTNode], prefix: str = ""
) -> Iterator[tuple[libcst.CSTNode, str]]:
    """Functions and methods of a file, with their qualified names."""
    for node in body:
        if isinstance(node, libcst.FunctionDef):
            yield node, prefix + node.name.value
        elif isinstance(node, libcst.ClassDef) and not prefix:
            yield from functions(node.body.body, f"{node.name.value}.")


def found(names: dict[str, object], function: str) -> FunctionType:
    """The function itself, below what decorates it."""
    owner, _, name = function.rpartition(".")
    held = vars(names[owner])[name] if owner else names[name]
    held = inspect.unwrap(getattr(held, "__func__", held))  # type: ignore[arg-type]
    assert isinstance(held, FunctionType)
    return held


def default(old: object, new: object) -> object:
    """A default that may have been changed; another object of one's own stays what it is."""
    return new if isinstance(new, PLAIN) else old
