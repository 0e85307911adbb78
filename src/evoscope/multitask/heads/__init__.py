"""Heads: features in, named parts out; and what they are made of."""

from evoscope.multitask.heads.dense_signal_head import DenseSignalHead
from evoscope.multitask.heads.head import Head, Start
from evoscope.multitask.heads.improved_task_head import ImprovedTaskHead, TaskType
from evoscope.multitask.heads.multi_sample_dropout import MultiSampleDropout
from evoscope.multitask.heads.multi_scale import MultiScaleFeatureExtractor
from evoscope.multitask.heads.ordered_logits import OrderedLogits
from evoscope.multitask.heads.pooling import AttentionPooling, MeanPooling
from evoscope.multitask.heads.robust_classification_head import RobustClassificationHead
from evoscope.multitask.heads.robust_peak_head import RobustPeakHead
from evoscope.multitask.heads.robust_threshold_head import RobustThresholdHead
from evoscope.multitask.heads.scale import Scale
from evoscope.multitask.heads.task_specific import TaskSpecificFeatureExtractor

__all__ = [
    "AttentionPooling",
    "DenseSignalHead",
    "Head",
    "ImprovedTaskHead",
    "MeanPooling",
    "MultiSampleDropout",
    "MultiScaleFeatureExtractor",
    "OrderedLogits",
    "RobustClassificationHead",
    "RobustPeakHead",
    "RobustThresholdHead",
    "Scale",
    "Start",
    "TaskSpecificFeatureExtractor",
    "TaskType",
]
