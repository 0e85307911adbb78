"""What every test runs under: one torch thread, and shapes in signatures enforced."""

from __future__ import annotations

import torch
from jaxtyping import install_import_hook

# Two threads on a busy two-core machine are many times slower than one.
torch.set_num_threads(1)

# A shape written in a signature of these packages is checked on every call a test makes.
install_import_hook(["evoscope.multitask", "evoscope.abr.learning"], "beartype.beartype")
