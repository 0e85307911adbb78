"""The parts that networks over a waveform are made of."""

from evoscope.abr.learning.layers.attention import Attention
from evoscope.abr.learning.layers.attention_maps import attention_maps
from evoscope.abr.learning.layers.conditions import (
    EMBEDDED_CONDITIONS,
    SPECIES,
    ConditionEmbedding,
    NumberEmbedding,
    drop_conditions,
)
from evoscope.abr.learning.layers.convolution import ConvBlock, Downsample, Upsample
from evoscope.abr.learning.layers.film import FiLM
from evoscope.abr.learning.layers.long_convolution import (
    convolve,
    convolve_fft,
    convolve_toeplitz,
    toeplitz,
)
from evoscope.abr.learning.layers.multi_scale import MultiScaleAttention
from evoscope.abr.learning.layers.norm import group_norm
from evoscope.abr.learning.layers.pooling import GlobalContext, pool
from evoscope.abr.learning.layers.position import AbsolutePosition
from evoscope.abr.learning.layers.s4d import S4D
from evoscope.abr.learning.layers.s4d_block import S4DBlock
from evoscope.abr.learning.layers.skip import AttentionSkipConnection, ConcatenatedSkip
from evoscope.abr.learning.layers.transformer import MIN_LENGTH, CrossAttentionTransformerBlock

__all__ = [
    "EMBEDDED_CONDITIONS",
    "MIN_LENGTH",
    "S4D",
    "SPECIES",
    "AbsolutePosition",
    "Attention",
    "AttentionSkipConnection",
    "ConcatenatedSkip",
    "ConditionEmbedding",
    "ConvBlock",
    "CrossAttentionTransformerBlock",
    "Downsample",
    "FiLM",
    "GlobalContext",
    "MultiScaleAttention",
    "NumberEmbedding",
    "S4DBlock",
    "Upsample",
    "attention_maps",
    "convolve",
    "convolve_fft",
    "convolve_toeplitz",
    "drop_conditions",
    "group_norm",
    "pool",
    "toeplitz",
]
