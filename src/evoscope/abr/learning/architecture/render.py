"""A drawing as text that documents show: a mermaid flow chart, and a table."""

from __future__ import annotations

from evoscope.abr.learning.architecture.lineage import Drawing


def mermaid(drawing: Drawing) -> str:
    """Return a flow chart: inputs and outputs round, parts square, with shapes and counts."""
    names = [*drawing.inputs, *(part.name for part in drawing.parts)]
    number = {name: f"n{i}" for i, name in enumerate(names)}
    lines = ["flowchart TD"]
    lines += [f'  {number[n]}(["{n}<br>{_shape(s)}"])' for n, s in drawing.inputs.items()]
    for part in drawing.parts:
        count = f" · {part.parameters:,}" if part.parameters else ""
        label = f"<b>{part.name}</b><br>{part.kind}<br>{_shape(part.shape)}{count}"
        lines.append(f'  {number[part.name]}["{label}"]')
        lines += [f"  {number[source]} --> {number[part.name]}" for source in part.fed_by]
    for i, (name, (shape, made_of)) in enumerate(drawing.outputs.items()):
        lines.append(f'  out{i}(["{name}<br>{_shape(shape)}"])')
        lines += [f"  {number[source]} --> out{i}" for source in made_of]
    return "\n".join(["```mermaid", *lines, "```"])


def table(drawing: Drawing) -> str:
    """Return a table of the parts, and the count of the whole."""
    lines = ["| part | is | answers | parameters | fed by |", "|---|---|---|---|---|"]
    lines += [
        f"| `{p.name}` | {p.kind} | {_shape(p.shape)} | {p.parameters:,} | {', '.join(p.fed_by)} |"
        for p in drawing.parts
    ]
    rest = drawing.parameters - sum(part.parameters for part in drawing.parts)
    lines.append(f"| (positions and queries of its own) | | | {rest:,} | |")
    lines.append(f"| **whole** | | | **{drawing.parameters:,}** | |")
    return "\n".join(lines)


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(str(size) for size in shape) or "1"
