"""Types in signatures are links where this site has a page for them, and plain text elsewhere.

Sphinx would look up every name of numpy, torch and typing among all of ours, find none, and warn.
Their own inventories would have to be fetched: a site that is built without a network has none.
What numpy spells out in many words is written as the code writes it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import partial
from itertools import takewhile
from typing import Any, ClassVar

from numpy.typing import ArrayLike
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import find_pending_xref_condition
from sphinx.util.typing import ExtensionMetadata, stringify_annotation

# What a name can stand for: a method or a field that is called so is seldom what was meant, and a
# function is no type.
_TYPES = {"class", "exception", "data", "type"}
_ARRAY_LIKE = stringify_annotation(ArrayLike, "smart")
_NDARRAY = re.compile(
    r"~numpy\.ndarray\[tuple\[~typing\.Any, \.\.\.\], ~numpy\.dtype\[([^\[\]]+)\]\]"
)


class OwnTypes(SphinxPostTransform):
    """Give each reference the full name it stands for; what stands for none is what it says."""

    default_priority = 5  # before they are looked up
    builders: ClassVar = ()

    def run(self, **_settings: Any) -> None:
        """Go through the references of a page."""
        objects = self.env.domains.python_domain.objects
        by_last: dict[str, list[str]] = defaultdict(list)
        for name, entry in objects.items():
            if entry.objtype in _TYPES | {"function"}:
                by_last[name.rpartition(".")[2]].append(name)
        for reference in list(self.document.findall(addnodes.pending_xref)):
            if reference.get("refdomain") != "py":
                continue
            target = str(reference["reftarget"]).lstrip(".")
            meant = [
                name
                for name in by_last[target.rpartition(".")[2]]
                if name == target or name.endswith(f".{target}")
                if reference["reftype"] != "class" or objects[name].objtype in _TYPES
            ]
            if target in objects:
                meant = [target]
            if not meant:
                says = find_pending_xref_condition(reference, "*")
                reference.replace_self(says.children if says else reference.children)
                continue
            # Two packages may have a name in common: the nearer one is meant.
            here = str(reference.get("py:module") or "")
            reference["reftarget"] = max(meant, key=partial(_shared, here))
            reference.attributes.pop("refspecific", None)  # the name is whole now


def _shared(here: str, name: str) -> int:
    pairs = zip(here.split("."), name.split("."), strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], pairs)))


def _short(annotations: str | None) -> str | None:
    if annotations is None:
        return None
    return _NDARRAY.sub(r"NDArray[\1]", annotations.replace(_ARRAY_LIKE, "ArrayLike"))


def _signature(*event: Any) -> tuple[str | None, str | None]:
    *_, arguments, returned = event
    return _short(arguments), _short(returned)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Take both in."""
    app.connect("autodoc-process-signature", _signature)
    app.add_post_transform(OwnTypes)
    return {"parallel_read_safe": True}
