"""The series network as it is trained: what it takes and answers is what packs are read by."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from evoscope.abr.analysis import Options, analyze
from evoscope.abr.analysis.learned import (
    CALIBRATION,
    GRAPH,
    TAXONOMIES,
    THRESHOLDS_DB,
    described,
    network_inputs,
    open_reader,
)
from evoscope.abr.classical.prepare import prepare
from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import encode, grid_time_ms, network_preset
from evoscope.abr.learning import series
from evoscope.multitask import MultiTaskModel
from evoscope.runtime import Pack, write_pack

from . import oracle
from .oracle import calibration, card, case


@pytest.fixture(scope="module")
def network() -> MultiTaskModel:
    torch.manual_seed(0)
    config = series.SeriesConfig(width=16, layers=1, heads=2, condition_width=16)
    return series.series_network(config).eval()


@pytest.fixture(scope="module")
def pack(network: MultiTaskModel, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    return write_pack(
        tmp_path_factory.mktemp("network") / "pack",
        {GRAPH: series.series_graph(network)},
        card(graphs={GRAPH: described()}),
        attached={CALIBRATION: calibration().model_dump_json().encode()},
    )


def test_classes_are_numbered_as_in_cohorts() -> None:
    assert TAXONOMIES["loss_class"].names == CLASSES


def test_clocks_and_thresholds_are_those_of_the_network() -> None:
    (threshold,) = (task for task in series.series_tasks() if task.name == "threshold")
    np.testing.assert_allclose(THRESHOLDS_DB, threshold.axis)
    np.testing.assert_allclose(grid_time_ms(len(series.TIME_MS)), series.TIME_MS)


def test_a_pack_answers_as_the_network_it_was_made_of(network: MultiTaskModel, pack: Pack) -> None:
    encoded = []
    for one in (case(1), case(2, levels_db=(20, 60), replicates=2)):
        human = prepare(one[0], human=True, preset=network_preset(one[0], human=True))
        encoded.append(encode(human))
    inputs = {k: torch.from_numpy(v) for k, v in network_inputs(encoded).items()}
    with torch.no_grad():
        wanted = network(**inputs)
    found = open_reader(pack).read(encoded)
    for name, values in wanted.items():
        got = np.concatenate([one[name] for one in found])
        np.testing.assert_allclose(got, values.numpy(), atol=2e-4, err_msg=name)


def test_an_untrained_network_gives_findings_that_hold_together(pack: Pack) -> None:
    known = calibration()
    domain = known.domain.model_copy(update={"ranges": {}})
    folder = Path(pack.folder).parent / "tolerant"
    attached = known.model_copy(update={"domain": domain}).model_dump_json().encode()
    write_pack(folder, {GRAPH: pack.graph(GRAPH)}, pack.card, attached={CALIBRATION: attached})
    findings = analyze(case(3)[0], options=Options(analyzer=str(folder)))
    assert findings.analyzer.name == "oracle"
    assert len(findings.recordings) == len(oracle.LEVELS_DB)
    for level in findings.levels:
        named = [w.latency_ms.value for w in level.waves if w.latency_ms is not None]
        assert named == sorted(named)
