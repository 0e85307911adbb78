"""Types in signatures are links where this site has a page for them, and plain text elsewhere.

Sphinx would look up every name of numpy, torch and typing among all of ours, find none, and warn.
Their own inventories would have to be fetched: a site that is built without a network has none.
"""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from itertools import takewhile
from typing import Any, ClassVar

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import find_pending_xref_condition
from sphinx.util.typing import ExtensionMetadata

# What a name can stand for: a method or a field that is called so is seldom what was meant, and a
# function is no type.
_TYPES = {"class", "exception", "data", "type"}


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


def setup(app: Sphinx) -> ExtensionMetadata:
    """Take the transform in."""
    app.add_post_transform(OwnTypes)
    return {"parallel_read_safe": True}
