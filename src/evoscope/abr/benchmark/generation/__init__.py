"""How synthetic recordings are judged: fidelity, laws, memory, usefulness, beside rivals."""

from evoscope.abr.benchmark.generation.page import render_generation_page
from evoscope.abr.benchmark.generation.run import Judged, evaluate_generation

__all__ = ["Judged", "evaluate_generation", "render_generation_page"]
