"""The six questions, as the engine room asks them."""

from __future__ import annotations

from evoscope.multitask import BoundedRegression, Classification, Labels, MultiLabel, Task
from evoscope.text.learning.settings import LossSettings
from evoscope.text.taxonomy import TAXONOMY


def text_tasks(losses: LossSettings) -> list[Task]:
    """Make the tasks of the taxonomy, in its order.

    The focal loss and class weights are for emotions, most of which are rare; smoothing for all
    labels and classes.

    Example:
        >>> [task.name for task in text_tasks(LossSettings())]
        ['emotions', 'emotions_fine', 'vad', 'safety', 'style', 'intent']
    """
    found: list[Task] = []
    for task in TAXONOMY.tasks:
        if task.kind == "numbers":
            found.append(
                BoundedRegression(
                    task.name, low=task.low, high=task.high, columns=task.labels, loss="nll"
                )
            )
        elif task.kind == "classes":
            found.append(
                Classification(task.name, task.labels, label_smoothing=losses.label_smoothing)
            )
        else:
            rare = task.name.startswith("emotions")
            found.append(
                MultiLabel(
                    task.name,
                    task.labels,
                    gamma=losses.focal_gamma if rare else 0.0,
                    class_weights=losses.class_weights if rare else "none",
                    label_smoothing=losses.label_smoothing,
                )
            )
    return found


def asked(tasks: list[Task], labels: Labels) -> list[Task]:
    """Those that the rows answer: of the others nothing can be learned from them."""
    return [task for task in tasks if labels.has(task.name)]
