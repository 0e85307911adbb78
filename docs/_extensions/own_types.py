"""Types in signatures are links where this site has a page for them, and plain text elsewhere.

Sphinx would look up every name of numpy, torch and typing among all of ours, find none, and warn.
Their own inventories would have to be fetched: a site that is built without a network has none.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.typing import ExtensionMetadata


class OwnTypes(SphinxPostTransform):
    """Turn references that cannot lead anywhere to what they say."""

    default_priority = 5  # before they are looked up
    builders: ClassVar = ()

    def run(self, **_settings: Any) -> None:
        """Keep those whose last part is a name of ours."""
        objects = self.env.domains.python_domain.objects
        known = {name.rpartition(".")[2] for name in objects}
        for reference in list(self.document.findall(addnodes.pending_xref)):
            if reference.get("refdomain") != "py":
                continue
            target = str(reference["reftarget"])
            foreign = "." in target and not target.startswith(("evoscope.", "."))
            if foreign or target.rpartition(".")[2] not in known:
                reference.replace_self(reference.children)


def setup(app: Sphinx) -> ExtensionMetadata:
    """Take the transform in."""
    app.add_post_transform(OwnTypes)
    return {"parallel_read_safe": True}
