"""Thresholds of safety: few ordinary texts are called by any of them."""

from __future__ import annotations

import numpy as np
import torch

from evoscope.measure import sigmoid
from evoscope.multitask import Labels
from evoscope.text.analysis.contract import output_names
from evoscope.text.learning.calibrate import fit_text_calibration
from evoscope.text.taxonomy import SAFETY, TAXONOMY

N = 4000


def test_ordinary_texts_are_seldom_called_by_any_label() -> None:
    rng = np.random.default_rng(0)
    ordinary = np.arange(N) < N // 2
    true = rng.random((N, len(SAFETY))) < np.where(ordinary[:, None], 0.0, 0.4)
    outputs = {
        name: np.zeros((N, len(TAXONOMY[name.split(".")[0]].labels)), dtype=np.float32)
        for name in output_names()
    }
    # Every label is called on other ordinary texts: each alone is within bounds, together not.
    outputs["safety.logits"] = (2.0 * true + rng.normal(size=true.shape) - 1).astype(np.float32)
    labels = Labels(
        {
            task.name: torch.zeros(N, dtype=torch.long)
            if task.kind == "classes"
            else torch.zeros(N, len(task.labels))
            for task in TAXONOMY.tasks
        }
        | {"safety": torch.from_numpy(true.astype(np.float32))},
        {
            task.name: torch.zeros(N if task.kind == "classes" else (N, len(task.labels))) > 0
            for task in TAXONOMY.tasks
        }
        | {"safety": torch.ones(N, len(SAFETY)) > 0},
    )
    learned = {task.name: task.labels for task in TAXONOMY.tasks}
    shares = {}
    for name, which in (("free", None), ("held", ordinary)):
        found = fit_text_calibration(outputs, labels, learned, ordinary=which).labels["safety"]
        z = outputs["safety.logits"][ordinary] / np.array(found.temperature)
        called = sigmoid(z + np.array(found.bias)) >= np.array(found.threshold)
        shares[name] = called.any(axis=1).mean()
    assert shares["free"] > 0.1
    assert 0.0 < shares["held"] <= 0.02
