"""What feeds what in a network: it is run once, and every tensor remembers where it comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

_MARK = "_comes_from"


@dataclass(frozen=True)
class Part:
    """A part of a network, as it ran.

    Attributes:
        name: where it stands in the network.
        kind: its class.
        shape: of what it answers for one recording, the first tensor of several.
        parameters: trained numbers in it.
        fed_by: names of the parts and inputs whose answers reach it through no other part.
    """

    name: str
    kind: str
    shape: tuple[int, ...]
    parameters: int
    fed_by: tuple[str, ...]


@dataclass(frozen=True)
class Drawing:
    """A network as it ran.

    Attributes:
        inputs: ``given <name>`` -> shape for one recording: a part may have the same name.
        parts: in the order they ran in.
        outputs: name -> shape for one recording, and what it is made of.
        parameters: trained numbers in the whole, with those of no part.
    """

    inputs: Mapping[str, tuple[int, ...]]
    parts: tuple[Part, ...]
    outputs: Mapping[str, tuple[tuple[int, ...], tuple[str, ...]]]
    parameters: int


class _Lineage(TorchFunctionMode):
    """Every tensor that a function makes comes from where its arguments come from."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        out = func(*args, **(kwargs or {}))
        sources = _sources([args, kwargs or {}])
        if sources:
            for tensor in _tensors(out):
                _mark(tensor, sources | _sources(tensor))
        return out


def draw(
    network: nn.Module, inputs: Mapping[str, Tensor], *, opened: Sequence[str] = ()
) -> Drawing:
    """Run a network once and note what its parts are, and what feeds what.

    Parts are its children; lists and dictionaries of modules are opened, and what is named.

    Args:
        network: takes tensors by keyword, and returns a dictionary of them.
        inputs: valid ones, a row for every recording.
        opened: children whose own children are the parts.

    Example:
        >>> class Two(nn.Module):
        ...     def __init__(self):
        ...         super().__init__()
        ...         self.first, self.second = nn.Linear(3, 4), nn.Linear(4, 2)
        ...     def forward(self, x):
        ...         h = torch.relu(self.first(x))
        ...         return {"y": self.second(h) + x[:, :2]}
        >>> drawing = draw(Two(), {"x": torch.zeros(1, 3)})
        >>> [(part.name, part.fed_by) for part in drawing.parts]
        [('first', ('given x',)), ('second', ('first',))]
        >>> drawing.outputs["y"]
        ((2,), ('second', 'given x'))
    """
    found: list[Part] = []
    feeds: dict[str, set[str]] = {}
    handles = []
    for name, module in _parts(network, opened):
        handles += [
            module.register_forward_pre_hook(_note_sources(name, feeds), with_kwargs=True),
            module.register_forward_hook(_note_answer(name, feeds, found)),
        ]
    given = {name: f"given {name}" for name in inputs}
    marked = {name: tensor.clone() for name, tensor in inputs.items()}
    for name, tensor in marked.items():
        _mark(tensor, {given[name]})
    try:
        with torch.no_grad(), _Lineage():
            outputs = network.eval()(**marked)
    finally:
        for handle in handles:
            handle.remove()
    order = [*given.values(), *(part.name for part in found)]
    return Drawing(
        {given[name]: tuple(tensor.shape[1:]) for name, tensor in inputs.items()},
        tuple(found),
        {
            name: (tuple(tensor.shape[1:]), _ordered(_sources(tensor), order))
            for name, tensor in outputs.items()
        },
        _count(network),
    )


def _parts(
    network: nn.Module, opened: Sequence[str], prefix: str = ""
) -> Iterator[tuple[str, nn.Module]]:
    for name, child in network.named_children():
        whole = f"{prefix}{name}"
        if isinstance(child, nn.ModuleList | nn.ModuleDict) or whole in opened:
            yield from _parts(child, opened, f"{whole}.")
        else:
            yield whole, child


def _note_sources(name: str, feeds: dict[str, set[str]]) -> Callable[..., None]:
    def note(_module: nn.Module, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        feeds.setdefault(name, set()).update(_sources([args, kwargs]))

    return note


def _note_answer(
    name: str, feeds: dict[str, set[str]], found: list[Part]
) -> Callable[[nn.Module, Any, Any], None]:
    def note(module: nn.Module, _args: Any, out: Any) -> None:
        tensors = list(_tensors(out))
        for tensor in tensors:
            _mark(tensor, {name})
        if any(part.name == name for part in found):
            return  # it runs again
        order = [*(part.name for part in found)]
        inputs = [source for source in feeds[name] if source not in order]
        fed_by = (*sorted(inputs), *(one for one in order if one in feeds[name]))
        shape = tuple(tensors[0].shape[1:]) if tensors else ()
        found.append(Part(name, type(module).__name__, shape, _count(module), fed_by))

    return note


def _ordered(sources: set[str], order: list[str]) -> tuple[str, ...]:
    known = [name for name in order[::-1] if name in sources]
    return tuple(known)


def _count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters() if p.requires_grad)


def _mark(tensor: Tensor, sources: set[str]) -> None:
    setattr(tensor, _MARK, frozenset(sources))


def _sources(given: Any) -> set[str]:
    return {name for tensor in _tensors(given) for name in getattr(tensor, _MARK, ())}


def _tensors(given: Any) -> Iterator[Tensor]:
    if isinstance(given, Tensor):
        yield given
    elif isinstance(given, Mapping):
        for value in given.values():
            yield from _tensors(value)
    elif isinstance(given, list | tuple):
        for value in given:
            yield from _tensors(value)
