"""Networks that learn auditory brainstem responses; the only part of ``abr`` that needs torch."""
