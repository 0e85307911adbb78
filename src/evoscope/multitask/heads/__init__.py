"""Heads: features in, named parts out."""

from evoscope.multitask.heads.head import Head, Start
from evoscope.multitask.heads.improved_task_head import ImprovedTaskHead, TaskType
from evoscope.multitask.heads.ordered_logits import OrderedLogits
from evoscope.multitask.heads.scale import Scale

__all__ = ["Head", "ImprovedTaskHead", "OrderedLogits", "Scale", "Start", "TaskType"]
