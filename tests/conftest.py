"""What every test runs under: one torch thread, and shapes in signatures enforced."""

from __future__ import annotations

import torch
from jaxtyping import install_import_hook

# Two threads on a busy two-core machine are many times slower than one.
torch.set_num_threads(1)

# A shape written in a signature of these packages is checked on every call a test makes. An int is
# a float to it, as it is to mypy (PEP 484).
install_import_hook(
    ["evoscope.multitask", "evoscope.abr.learning", "evoscope.text.learning"],
    "beartype.beartype(conf=beartype.BeartypeConf(is_pep484_tower=True))",
)
