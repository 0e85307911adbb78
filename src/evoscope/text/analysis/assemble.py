"""Makes one graph of what was trained and the encoder it stands on, once, and keeps it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.runtime import Constant, Pack, PackError, open_pack, write_pack
from evoscope.text.analysis.contract import (
    BACKBONE,
    CALIBRATION,
    CHANGED,
    ENCODER,
    HEADS,
    NGRAMS,
    PURPOSE,
    PURPOSE_DELTA,
    READING,
    TOKENIZER,
    WHOLE,
    WORDS,
    NeededBackbone,
    Precision,
    expected,
    output_names,
    reading_of,
    whole_graph,
)
from evoscope.text.analysis.eight_bits import SCALE, from_eight_bits
from evoscope.text.analysis.fewer_nodes import in_fewer_nodes
from evoscope.text.analysis.row_rounding import rounded_by_row
from evoscope.text.backbones import BackboneError, BackboneFiles, find_backbone
from evoscope.text.cache import cache_folder

_LAYOUT = "5"
"""Changes whenever the same pack would be assembled to another graph."""
MADE_FROM = "made_from_sha256"
ASSEMBLY_STEPS = 4
"""How often ``tell`` is called by `open_text_pack` or `assemble`, at most."""
_PREFIX = "heads/"


def open_text_pack(
    path: str | Path,
    *,
    precision: Precision = "int8",
    backbone: str | Path | None = None,
    tell: Callable[[str], None] = lambda _what: None,
) -> Pack:
    """Open a text pack, ready to answer.

    One that holds what was trained is put together with its encoder at first use; the result is
    kept in `cache_folder`, and found there by its hash ever after.

    Args:
        path: of the pack.
        precision: of the encoder, where it is put together: int8 is smaller and faster.
        backbone: folder of the encoder; default: where `find_backbone` finds it.
        tell: called with each step of a first use, as it begins.

    Raises:
        PackError: no text pack, an encoder that is not here or not the one it was trained on.
        ImportError: what puts graphs together is not installed.
    """
    pack = open_pack(path)
    if pack.card.purpose != PURPOSE_DELTA:
        expected(PURPOSE).check(pack.card)
        return pack
    expected(PURPOSE_DELTA).check(pack.card)
    kept = cache_folder() / f"{_key(pack, precision)}"
    if kept.is_dir():
        return open_pack(kept, expected=expected(PURPOSE))
    tell(f"Putting {pack.card.name} together with its encoder, once: {kept}")
    try:
        return assemble(pack, kept, precision=precision, backbone=backbone, tell=tell)
    except PackError:
        if not kept.is_dir():
            raise
        return open_pack(kept, expected=expected(PURPOSE))  # another process was quicker


def assemble(
    pack: Pack,
    folder: str | Path,
    *,
    precision: Precision,
    backbone: str | Path | None = None,
    overwrite: bool = False,
    tell: Callable[[str], None] = lambda _what: None,
) -> Pack:
    """Write a pack that answers by itself: whole or not at all.

    Args:
        pack: that holds what was trained.
        folder: of the new pack.
        precision: of the encoder; the heads stay in float32.
        backbone: folder of the encoder; default: where `find_backbone` finds it.
        overwrite: replace a pack that is there.
        tell: called with each step, as it begins.

    Raises:
        PackError: the encoder is not here or not the one it was trained on, or the disk refuses.
        ImportError: what puts graphs together is not installed.
    """
    onnx = _library("onnx")
    needed = NeededBackbone.model_validate_json(pack.read(BACKBONE))
    reading = reading_of(pack)
    files = _found(needed, backbone)
    tell(f"Reading the encoder {needed.name}")
    encoder = in_fewer_nodes(_encoder(pack, needed, files, onnx), onnx)
    if precision == "int8":
        tell("Rounding its weights to eight bits")
        encoder = quantized(encoder, onnx)
    tell("Writing one graph of encoder and heads")
    whole = _joined(encoder, onnx.load_from_string(pack.graph(HEADS)))
    card = pack.card.model_copy(
        update={
            "purpose": PURPOSE,
            "graphs": {WHOLE: whole_graph(buckets=reading.buckets)},
            "constants": pack.card.constants
            | {
                MADE_FROM: Constant(
                    value=pack.sha256, units="1", meaning=f"hash of the pack it is, in {precision}"
                )
            },
        }
    )
    return write_pack(
        folder,
        {WHOLE: whole.SerializeToString()},
        card,
        attached={
            READING: pack.read(READING),
            WORDS: pack.read(WORDS),
            CALIBRATION: pack.read(CALIBRATION),
            TOKENIZER: files.tokenizer.read_bytes(),
        },
        overwrite=overwrite,
    )


def _key(pack: Pack, precision: Precision) -> str:
    # The quantizer is part of what the graph depends on; so is nothing else of this machine.
    version = _library("onnxruntime").__version__
    made = f"{_LAYOUT} {pack.sha256} {precision} {version if precision == 'int8' else ''}"
    return f"text-{hashlib.sha256(made.encode()).hexdigest()[:24]}"


def _found(needed: NeededBackbone, backbone: str | Path | None) -> BackboneFiles:
    try:
        files = find_backbone(needed.name if backbone is None else backbone)
    except BackboneError as error:
        raise PackError(
            f"This pack stands on the encoder {needed.name}.", "Found it not here.", str(error)
        ) from None
    if files.sha256 != needed.sha256:
        raise PackError(
            f"The encoder should be the one that was trained on, {needed.sha256[:12]}.",
            f"Found {files.sha256[:12]} in {files.folder}.",
            "Name the folder of the right one.",
        )
    return files


def _encoder(pack: Pack, needed: NeededBackbone, files: BackboneFiles, onnx: Any) -> Any:
    """The encoder's graph with weights in it."""
    tensors = _library("safetensors.numpy")
    model = _library("google.protobuf.json_format").Parse(pack.read(ENCODER), onnx.ModelProto())
    changed: dict[str, NDArray[Any]] = dict(tensors.load(pack.read(CHANGED)))
    weights = {
        name: from_eight_bits(values, changed[name + SCALE]) if values.dtype == np.int8 else values
        for name, values in changed.items()
        if not name.endswith(SCALE)
    }
    with _library("safetensors").safe_open(str(files.weights), framework="np") as stored:
        for name, key in needed.sources.items():
            weights[name] = stored.get_tensor(key)
    graph = model.graph
    used = {name for node in graph.node for name in node.input}
    for name, values in weights.items():
        if name in used:
            array = np.ascontiguousarray(values, dtype=np.float32)
            graph.initializer.append(onnx.numpy_helper.from_array(array, name))
    return model


def quantized(model: Any, onnx: Any) -> Any:
    """Round weights to eight bits, one scale a column; what they multiply, one scale a token.

    Args:
        model: ONNX, weights inside.
        onnx: the library.
    """
    quantization = _library("onnxruntime.quantization")
    # It warns of graphs that its own shape inference has not seen; these are tested as they are.
    model.metadata_props.add(key="onnx.quant.pre_process", value="onnxruntime.quant")
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "int8.onnx"
        # reduce_range: without it, AVX2 sums of eight-bit products overflow.
        quantization.quantize_dynamic(
            model,
            target,
            per_channel=True,
            reduce_range=True,
            weight_type=quantization.QuantType.QInt8,
        )
        return rounded_by_row(onnx.load(target), onnx)


def _joined(encoder: Any, heads: Any) -> Any:
    """One graph that runs the heads on what the encoder says."""
    compose = _library("onnx.compose")
    prefixed = compose.add_prefix(
        heads, _PREFIX, rename_inputs=False, rename_outputs=False, rename_value_infos=False
    )
    graph = encoder.graph
    graph.node.extend(prefixed.graph.node)
    graph.initializer.extend(prefixed.graph.initializer)
    graph.input.extend(one for one in prefixed.graph.input if one.name == NGRAMS)
    del graph.output[:]
    found = {one.name: one for one in prefixed.graph.output}
    graph.output.extend(found[name] for name in output_names())
    del graph.value_info[:]
    return encoder


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        raise ImportError(
            f"A text pack is put together by {name.split('.')[0]}. Found it not installed. "
            "Install the extra: pip install 'evoscope[text]'"
        ) from missing
