"""Where the boxes of a flow chart stand, and the way of its arrows: layers from top to bottom.

The usual four steps of a layered drawing (Sugiyama, Tagawa and Toda 1981): a layer for each box,
points where a long arrow passes a layer, an order within each layer with few crossings, and places.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

_SWEEPS = 12
_GAP = 14.0
_PASSING = 14.0
# A long arrow is bent at its ends, not on its way.
_STRAIGHTNESS = 6.0


@dataclass
class Layout:
    """Places in the drawing, from its upper left corner.

    Attributes:
        centres: box -> the middle of its upper edge.
        ways: for every arrow the points from its first box to its second.
        width: of the whole.
        height: of the whole.
    """

    centres: dict[str, tuple[float, float]] = field(default_factory=dict)
    ways: list[list[tuple[float, float]]] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


def lay_out(
    widths: Mapping[str, float],
    arrows: Sequence[tuple[str, str]],
    *,
    box_height: float,
    between_layers: float,
) -> Layout:
    """Place boxes of these widths so that every arrow points down.

    Raises:
        ValueError: the arrows run in a circle.
    """
    layer_of = _layers(list(widths), arrows)
    widths = dict(widths)
    chains = []
    for start, end in arrows:
        # The long arrows of one box go together until they reach their layer.
        between = range(layer_of[start] + 1, layer_of[end])
        passing = [f"{start}:{layer}" for layer in between]
        layer_of.update(zip(passing, between, strict=True))
        widths.update(dict.fromkeys(passing, _PASSING))
        chains.append([start, *passing, end])
    above: dict[str, list[str]] = defaultdict(list)
    below: dict[str, list[str]] = defaultdict(list)
    for chain in chains:
        for upper, lower in pairwise(chain):
            if upper not in above[lower]:
                above[lower].append(upper)
                below[upper].append(lower)
    layers: list[list[str]] = [[] for _ in range(1 + max(layer_of.values(), default=0))]
    for name, layer in layer_of.items():
        layers[layer].append(name)
    _order(layers, above, below)
    x = _places(layers, above, below, widths)
    left = min(x[name] - widths[name] / 2 for name in x)
    right = max(x[name] + widths[name] / 2 for name in x)
    step = box_height + between_layers
    layout = Layout(width=right - left, height=len(layers) * step - between_layers)
    for name in layer_of:
        if ":" not in name:
            layout.centres[name] = (x[name] - left, layer_of[name] * step)
    for chain in chains:
        way = [(x[chain[0]] - left, layer_of[chain[0]] * step + box_height)]
        for name in chain[1:-1]:
            top = layer_of[name] * step
            way += [(x[name] - left, top), (x[name] - left, top + box_height)]
        layout.ways.append([*way, (x[chain[-1]] - left, layer_of[chain[-1]] * step)])
    return layout


def _layers(names: Sequence[str], arrows: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Return the longest way to each box; what nothing reaches stands right above its reader."""
    layer = dict.fromkeys(names, 0)
    for _ in names:
        late = [(start, end) for start, end in arrows if layer[end] <= layer[start]]
        if not late:
            break
        for start, end in late:
            layer[end] = max(layer[end], layer[start] + 1)
    else:
        raise ValueError(f"The arrows of a flow chart should not run in a circle. Found {arrows}.")
    reached = {end for _, end in arrows}
    for name in names:
        readers = [layer[end] for start, end in arrows if start == name]
        if name not in reached and readers:
            layer[name] = min(readers) - 1
    return layer


def _order(
    layers: list[list[str]], above: Mapping[str, list[str]], below: Mapping[str, list[str]]
) -> None:
    """Sort every layer by the mean place of its neighbours, down and up again."""
    for sweep in range(_SWEEPS):
        downwards = sweep % 2 == 0
        neighbours = above if downwards else below
        order = layers if downwards else layers[::-1]
        for fixed, moved in pairwise(order):
            place = {name: i / max(1, len(fixed) - 1) for i, name in enumerate(fixed)}
            own = {name: i / max(1, len(moved) - 1) for i, name in enumerate(moved)}

            def key(
                name: str, place: dict[str, float] = place, own: dict[str, float] = own
            ) -> float:
                known = [place[other] for other in neighbours[name] if other in place]  # noqa: B023
                return sum(known) / len(known) if known else own[name]

            moved.sort(key=key)


def _places(
    layers: list[list[str]],
    above: Mapping[str, list[str]],
    below: Mapping[str, list[str]],
    widths: Mapping[str, float],
) -> dict[str, float]:
    x = {}
    for layer in layers:
        at = 0.0
        for name in layer:
            x[name] = at + widths[name] / 2
            at += widths[name] + _GAP
    for sweep in range(_SWEEPS):
        for layer in layers if sweep % 2 == 0 else layers[::-1]:
            wanted, weights = [], []
            for name in layer:
                near = [x[other] for other in (*above[name], *below[name])]
                wanted.append(sum(near) / len(near) if near else x[name])
                weights.append(_STRAIGHTNESS if ":" in name else 1.0)
            x.update(zip(layer, _apart(layer, wanted, weights, widths), strict=True))
    return x


def _apart(
    layer: Sequence[str],
    wanted: Sequence[float],
    weights: Sequence[float],
    widths: Mapping[str, float],
) -> list[float]:
    """Return the places nearest to the wanted ones (least squares) that keep order and distance."""
    offsets = [0.0]
    for left, right in pairwise(layer):
        offsets.append(offsets[-1] + (widths[left] + widths[right]) / 2 + _GAP)
    blocks: list[tuple[float, float, int]] = []  # mean, weight, members
    for want, weight, offset in zip(wanted, weights, offsets, strict=True):
        mean, total, members = want - offset, weight, 1
        while blocks and blocks[-1][0] > mean:
            other, more, count = blocks.pop()
            mean = (mean * total + other * more) / (total + more)
            total, members = total + more, members + count
        blocks.append((mean, total, members))
    means = [mean for mean, _, members in blocks for _ in range(members)]
    return [mean + offset for mean, offset in zip(means, offsets, strict=True)]
