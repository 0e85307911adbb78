"""The directive ``public``: a package's docstring, and every name of its ``__all__``.

Packages resolve their names at first use, so that importing one is cheap. autodoc's own
``automodule`` looks for names that are there already, and would show none of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from importlib import import_module
from typing import ClassVar

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

_LONGEST_VALUE = 120


def listed(package: str, elsewhere: Sequence[str] = ()) -> list[str]:
    """Return the directives of a package, as lines of reStructuredText.

    Args:
        package: of which every name of ``__all__`` is shown.
        elsewhere: packages that show some of the same names; here those are only listed.
    """
    module = import_module(package)
    lines = [f".. automodule:: {package}", "   :no-members:", ""]
    names = sorted((name for name in module.__all__ if name[0] != "_"), key=str.lower)
    shown = {name for other in elsewhere for name in import_module(other).__all__}
    if also := [name for name in names if name in shown]:
        lines += [f"Also here, and shown elsewhere: {', '.join(f'``{one}``' for one in also)}.", ""]
    for name in names:
        if name not in shown:
            lines += [*_directive(f"{package}.{name}", getattr(module, name)), ""]
    return lines


def _directive(name: str, thing: object) -> list[str]:
    if inspect.isclass(thing):
        kind = "autoexception" if issubclass(thing, BaseException) else "autoclass"
        return [f".. {kind}:: {name}", "   :members:"]
    if inspect.isroutine(thing):
        return [f".. autofunction:: {name}"]
    value = repr(thing)
    if len(value) > _LONGEST_VALUE:
        value = f"{value[:_LONGEST_VALUE]}..."
    module, _, last = name.rpartition(".")
    return [f".. py:data:: {last}", f"   :module: {module}", f"   :value: {value}"]


class Public(SphinxDirective):
    """``.. public:: evoscope.measure``."""

    required_arguments = 1
    option_spec: ClassVar = {"elsewhere": str.split}

    def run(self) -> list[nodes.Node]:
        """Show the package."""
        lines = listed(self.arguments[0], self.options.get("elsewhere", ()))
        self.content = StringList(lines, source=self.get_source_info()[0])
        return self.parse_content_to_nodes()


def setup(app: Sphinx) -> ExtensionMetadata:
    """Take the directive in."""
    app.add_directive("public", Public)
    return {"parallel_read_safe": True}
