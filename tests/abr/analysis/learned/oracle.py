"""A model pack that knows the truth of some simulated series, by their stimulus rate and level."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from evoscope.abr.analysis.learned import (
    CALIBRATION,
    GRAPH,
    PURPOSE,
    TAXONOMIES,
    THRESHOLDS_DB,
    Calibration,
    Domain,
    described,
)
from evoscope.abr.analysis.learned.domain import fit_domain
from evoscope.abr.classical.prepare import prepare
from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import CONDITIONS, encode, grid_time_ms, network_preset, on_grid
from evoscope.abr.encoding.conditions import level_offset_db
from evoscope.abr.findings import WAVES
from evoscope.abr.recording import Series
from evoscope.abr.simulation import Truth, simulate_series
from evoscope.runtime import Card, Pack, Training, TrainingData, write_pack

SAMPLES = 224
SURE = 8.0
LATENCY_SD_MS, AMPLITUDE_SD_UV, THRESHOLD_SD_DB = 0.08, 0.02, 3.0
LEVELS_DB = (10, 20, 30, 40, 50, 60, 70)
_RATE_WORTH = 1000.0
_INPUTS = {
    "waveforms": (TensorProto.FLOAT, ["n", SAMPLES]),
    "noise": (TensorProto.FLOAT, ["n", SAMPLES]),
    "covered": (TensorProto.BOOL, ["n", SAMPLES]),
    "conditions": (TensorProto.FLOAT, ["n", len(CONDITIONS)]),
    "series": (TensorProto.INT64, ["n"]),
}
Case = tuple[Series, Truth]
Tables = dict[str, NDArray[np.float32]]


@cache
def case(seed: int = 1, true_threshold_db: float = 22.0, **settings: Any) -> Case:
    """An ear that the oracle can tell from others: seeds have rates of their own."""
    settings = {"levels_db": LEVELS_DB, "rate_hz": 20.0 + seed} | settings
    return simulate_series(true_threshold_db=true_threshold_db, seed=seed, **settings)


def truth_tables(cases: Sequence[Case], loss: Sequence[str] | None = None) -> tuple[Any, Tables]:
    """Keys of all recordings, and of every output a table with a row for each."""
    keys, rows = [], []
    for number, (series, truth) in enumerate(cases):
        label = loss[number] if loss else "normal"
        for level_db in truth.levels:
            first = series.at(level_db)[0]
            rate, offset_db = first.stimulus.rate_hz, level_offset_db(first)
            assert rate is not None
            keys.append(level_db + offset_db + _RATE_WORTH * rate)
            rows.append(
                _row(truth, level_db, first.time_ms, label, truth.true_threshold_db + offset_db)
            )
    tables = {name: np.array([row[name] for row in rows], dtype=np.float32) for name in rows[0]}
    return np.array(keys, dtype=np.float32), tables


def _row(
    truth: Truth,
    level_db: float,
    time_ms: NDArray[np.float64],
    loss: str,
    threshold_db: float,
) -> dict[str, Any]:
    at = truth.levels[level_db]
    responds = at.response_present
    from_threshold = (THRESHOLDS_DB - threshold_db) / THRESHOLD_SD_DB
    clock = grid_time_ms(SAMPLES)
    waves = [at.wave(name) for name in WAVES]
    away = [clock - (4.0 if w.latency_ms is None else w.latency_ms) for w in waves]
    return {
        "signal.mean": on_grid(at.clean_waveform, time_ms, SAMPLES),
        "latency.logits": -0.5 * (np.array(away) / LATENCY_SD_MS) ** 2,
        "existence.logits": [SURE if w.present else -SURE for w in waves],
        "amplitude.mean": [w.amplitude_uv or 0.0 for w in waves],
        "amplitude.log_variance": np.full(len(WAVES), 2.0 * np.log(AMPLITUDE_SD_UV)),
        "response.logits": [SURE if responds else -SURE],
        "threshold.logits": np.append(-0.5 * from_threshold**2, -SURE),
        "loss_class.logits": [SURE if name == loss else 0.0 for name in CLASSES],
    }


def graph_of(keys: NDArray[np.float32], tables: Tables) -> bytes:
    """A graph that answers each recording with the row whose key is nearest."""
    weights = {
        "level": np.array([1], np.int64),
        "rate": np.array([2], np.int64),
        "worth": np.array(_RATE_WORTH, np.float32),
        "keys": keys[None, :],
    } | {f"table of {name}": table for name, table in tables.items()}
    nodes = [
        helper.make_node("Gather", ["conditions", "level"], ["levels"], axis=1),
        helper.make_node("Gather", ["conditions", "rate"], ["rates"], axis=1),
        helper.make_node("Mul", ["rates", "worth"], ["worths"]),
        helper.make_node("Add", ["levels", "worths"], ["key"]),
        helper.make_node("Sub", ["key", "keys"], ["difference"]),
        helper.make_node("Abs", ["difference"], ["distance"]),
        helper.make_node("ArgMin", ["distance"], ["row"], axis=1, keepdims=0),
        *(
            helper.make_node("Gather", [f"table of {name}", "row"], [name], axis=0)
            for name in tables
        ),
    ]
    graph = helper.make_graph(
        nodes,
        "oracle",
        [helper.make_tensor_value_info(n, kind, shape) for n, (kind, shape) in _INPUTS.items()],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", *table.shape[1:]])
            for name, table in tables.items()
        ],
        [numpy_helper.from_array(values, name) for name, values in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


@cache
def wide_domain() -> Domain:
    """What adults' clicks at many levels and noises are like."""
    encoded, clean = [], []
    for seed in range(12):
        sweeps = (500, 2000, 8000)[seed % 3]
        series, truth = case(100 + seed, 15.0 + 3 * seed, levels_db=(0, 30, 60, 90), sweeps=sweeps)
        prepared = prepare(series, human=True, preset=network_preset(series, human=True))
        one = encode(prepared)
        encoded.append(one)
        clean += [
            on_grid(truth.levels[r.level_db].clean_waveform, r.time_ms, SAMPLES) for r in series
        ]
    conditions = np.concatenate([one.conditions for one in encoded])
    domain = fit_domain(
        np.concatenate([one.waveforms for one in encoded]),
        np.concatenate([one.covered for one in encoded]),
        conditions,
        np.array(clean),
    )
    return domain.model_copy(
        update={"ranges": {name: r for name, r in domain.ranges.items() if name != "rate"}}
    )


def calibration(**changes: Any) -> Calibration:
    five = (1.0,) * 5
    return Calibration(
        level=0.9,
        patients=20,
        existence_temperature=five,
        existence_above=(0.5,) * 5,
        response_temperature=1.0,
        response_sign=0.9,
        class_temperature=1.0,
        latency={w: {"": 1.0} for w in WAVES},
        amplitude={w: {"": 2.0} for w in WAVES},
        threshold_db={"": 1.0},
        domain=wide_domain(),
    ).model_copy(update=changes)


def card(**changes: Any) -> Card:
    return Card(
        name="oracle",
        version="7",
        purpose=PURPOSE,
        summary="Knows the truth.",
        intended_use="By tests.",
        limits=("Knows some simulated ears.",),
        licence="Apache-2.0",
        data=(TrainingData(name="none", sha256="0" * 64, simulated=True, used_for="nothing"),),
        training=Training(
            commit="0", recipe="none", seed=0, parameters=0, wall_seconds=0.0, machine="none"
        ),
        graphs={GRAPH: described(SAMPLES)},
        taxonomies=dict(TAXONOMIES),
    ).model_copy(update=changes)


def write(
    folder: Path,
    cases: Sequence[Case],
    *,
    loss: Sequence[str] | None = None,
    known: Calibration | None = None,
    change: Any = lambda *_tables: None,
) -> Pack:
    """Write a pack that knows these cases; ``change`` may alter what it says of them."""
    keys, tables = truth_tables(cases, loss)
    change(keys, tables)
    return write_pack(
        folder,
        {GRAPH: graph_of(keys, tables)},
        card(),
        attached={CALIBRATION: (known or calibration()).model_dump_json().encode()},
    )
