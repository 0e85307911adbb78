"""One file holds a state: tensors as safetensors, the rest as JSON in its header; never pickle."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor
from torch.optim import Optimizer

_STATE = "evoscope"  # key of the JSON in the header


def write_checkpoint(path: Path, tensors: Mapping[str, Tensor], state: Mapping[str, Any]) -> None:
    """Write a state so that the file is, at every moment, the old one or the new one, whole.

    Args:
        path: the file; its folder exists.
        tensors: by name, on any device.
        state: JSON values.

    Example:
        >>> import tempfile, torch
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = Path(folder) / "last.safetensors"
        ...     write_checkpoint(file, {"w": torch.ones(2)}, {"step": 3})
        ...     read_checkpoint(file)
        ({'w': tensor([1., 1.])}, {'step': 3})
    """
    unfinished = path.with_name(path.name + ".unfinished")
    # Copied: tied weights share memory, which the format refuses.
    on_cpu = {name: t.detach().to("cpu", copy=True).contiguous() for name, t in tensors.items()}
    save_file(on_cpu, unfinished, metadata={_STATE: json.dumps(state)})
    _flush_to_disk(unfinished)
    unfinished.replace(path)
    _flush_to_disk(path.parent)


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """Read what `write_checkpoint` wrote.

    Raises:
        ValueError: another file, or a damaged one.
    """
    try:
        with safe_open(path, framework="pt") as file:
            state = json.loads((file.metadata() or {})[_STATE])
            return {name: file.get_tensor(name) for name in file.keys()}, state  # noqa: SIM118  no dict
    except (SafetensorError, KeyError) as error:
        raise ValueError(
            f"{path} should be a checkpoint of a run. Found {error}. Start the run anew elsewhere."
        ) from error


def optimizer_tensors(optimizer: Optimizer) -> dict[str, Tensor]:
    """Flatten an optimiser's state into ``"<parameter number>.<name>"`` -> tensor.

    Its rates and other settings are not in it: they are functions of the recipe and the step.
    """
    state: dict[int, dict[str, Tensor]] = optimizer.state_dict()["state"]
    return {
        f"{number}.{name}": tensor for number, own in state.items() for name, tensor in own.items()
    }


def load_optimizer(optimizer: Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Give an optimiser of the same parameters its state back."""
    state: dict[int, dict[str, Tensor]] = {}
    for key, tensor in tensors.items():
        number, _, name = key.partition(".")
        state.setdefault(int(number), {})[name] = tensor
    optimizer.load_state_dict(
        {"state": state, "param_groups": optimizer.state_dict()["param_groups"]}
    )


def _flush_to_disk(path: Path) -> None:
    if os.name == "nt" and path.is_dir():
        return  # a folder cannot be opened there
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
