"""The hierarchical U-Net and its configurations."""

from evoscope.abr.learning.unet.blocks import Bottleneck, DecoderBlock, EncoderBlock
from evoscope.abr.learning.unet.config import LONG_GRID, SEED_GRID, UNetConfig
from evoscope.abr.learning.unet.configurations import CONFIGURATIONS
from evoscope.abr.learning.unet.example import example_inputs
from evoscope.abr.learning.unet.joint import PARAMETERS, JointParameter, restore, standardize
from evoscope.abr.learning.unet.network import HierarchicalUNet
from evoscope.abr.learning.unet.task_extractors import TASKS, TaskSpecificFeatureExtractor

__all__ = [
    "CONFIGURATIONS",
    "LONG_GRID",
    "PARAMETERS",
    "SEED_GRID",
    "TASKS",
    "Bottleneck",
    "DecoderBlock",
    "EncoderBlock",
    "HierarchicalUNet",
    "JointParameter",
    "TaskSpecificFeatureExtractor",
    "UNetConfig",
    "example_inputs",
    "restore",
    "standardize",
]
