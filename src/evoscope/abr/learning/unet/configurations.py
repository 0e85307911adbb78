"""The named configurations: the reference, the full model, each part left out, what is small."""

from __future__ import annotations

from types import MappingProxyType

from evoscope.abr.learning.unet.config import SEED_GRID, UNetConfig

_FULL = UNetConfig()


def _but(**changes: object) -> UNetConfig:
    """Return the full model with something changed; validated, unlike a copy."""
    return UNetConfig.model_validate({**_FULL.model_dump(), **changes})


CONFIGURATIONS: MappingProxyType[str, UNetConfig] = MappingProxyType(
    {
        # Every part of the reference architecture, on its own grid and four levels.
        "reference": UNetConfig(
            length=SEED_GRID, channels=(48, 64, 96, 128, 128), condition_width=128, joint=True
        ),
        # The same parts at the size of what ships, on the long grid: where ablations start.
        "full": _FULL,
        "joint": _but(joint=True),
        "without_transformers": _but(transformer_levels=()),
        "without_s4d": _but(s4d=False),
        "forward_s4d": _but(bidirectional=False),
        "without_film": _but(film=False),
        "without_attention_skips": _but(attention_skips=False),
        "without_task_extractors": _but(task_extractors=False),
        "without_multi_scale_attention": _but(multi_scale_attention=False),
        # Convolutions alone: the trivial baseline of the architecture.
        "plain": _but(
            transformer_levels=(),
            s4d=False,
            film=False,
            attention_skips=False,
            task_extractors=False,
            multi_scale_attention=False,
        ),
        # Attention costs the square of the length: it is kept where 96 samples are left. Heads
        # have some 50,000 parameters of the budget of 400,000.
        "production": _but(
            channels=(24, 32, 48, 48, 64),
            transformer_levels=(2,),
            attention_skips=False,
            task_stride=4,
        ),
    }
)
"""Every configuration that is built, run, exported, counted and timed, by name."""
