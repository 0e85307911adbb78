"""Pretrained encoders: which there are, where they lie on this disk, and how they cut a text."""

from evoscope.text.backbones.files import BackboneError, BackboneFiles
from evoscope.text.backbones.locate import find_backbone
from evoscope.text.backbones.registry import BACKBONES, Backbone
from evoscope.text.backbones.spelling import Spelling
from evoscope.text.backbones.tokens import Tokens, padded

__all__ = [
    "BACKBONES",
    "Backbone",
    "BackboneError",
    "BackboneFiles",
    "Spelling",
    "Tokens",
    "find_backbone",
    "padded",
]
