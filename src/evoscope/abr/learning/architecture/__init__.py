"""Pictures of the networks, made by running them.

``python -m evoscope.abr.learning.architecture`` fills ``docs/architecture.md``.
"""

from evoscope.abr.learning.architecture.lineage import Drawing, Part, draw
from evoscope.abr.learning.architecture.render import mermaid, table

__all__ = ["Drawing", "Part", "draw", "mermaid", "table"]
