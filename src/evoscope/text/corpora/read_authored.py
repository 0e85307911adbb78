"""The set written for heads without clean public labels, as a corpus like the others."""

from __future__ import annotations

from collections.abc import Iterator

from evoscope.text.authored import AuthoredText, authored_texts
from evoscope.text.corpora.corpus import Source
from evoscope.text.corpora.rows import Row
from evoscope.text.taxonomy import TAXONOMY

AUTHORED = Source(
    name="authored",
    licence="Apache-2.0 (written for Evoscope)",
    may_train=True,
    official=True,
    cite="this package",
    note="Weakly supervised: templates with slots, half hard negatives, parts disjoint by "
    "template. Never a figure of how often the world agrees.",
)


def authored_rows() -> Iterator[Row]:
    """Read the texts; their domain is label and kind, such as ``self_harm/grief``."""
    for one in authored_texts():
        template = one.template
        yield Row(
            text=one.text,
            part=template.part,
            labels=_labels(one),
            domain=f"{template.label}/{template.kind}",
            document=one.document,
        )


def _labels(one: AuthoredText) -> dict[str, dict[str, float]]:
    template = one.template
    task = TAXONOMY[template.task]
    if task.kind == "classes":
        own = {label: float(label == template.label) for label in task.labels}
    else:
        own = {template.label: float(template.present)}
    labels = {task.name: own}
    if template.absent_too:
        labels["safety"] = {
            **dict.fromkeys(template.absent_too, 0.0),
            **labels.get("safety", {}),
        }
    return labels
