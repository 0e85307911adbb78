"""A pack that cannot be relied on is refused when it is opened, not when a patient waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.analysis import Options, analyze
from evoscope.abr.analysis.learned import CALIBRATION, GRAPH, Calibration, open_reader, reader_of
from evoscope.abr.analysis.learned.calibration import quantile_of
from evoscope.abr.findings import WAVES
from evoscope.runtime import PackError, Taxonomy, write_pack

from . import oracle
from .oracle import calibration, card, case


@pytest.fixture(scope="module")
def graph() -> bytes:
    return oracle.graph_of(*oracle.truth_tables([case()]))


def known() -> dict[str, bytes]:
    return {CALIBRATION: calibration().model_dump_json().encode()}


def test_a_calibration_survives_its_file() -> None:
    one = calibration()
    assert Calibration.model_validate_json(one.model_dump_json()) == one


@pytest.mark.parametrize(
    ("changes", "attached", "says"),
    [
        ({"purpose": "text"}, known(), "should be made for 'abr.analysis'"),
        (
            {
                "taxonomies": card().taxonomies
                | {"loss_class": Taxonomy(version="1", names=("a", "b", "c", "d", "e"))}
            },
            known(),
            "should know loss_class",
        ),
        ({}, {}, "calibration.json"),
        ({}, {CALIBRATION: b'{"version": 2}'}, "should follow its schema"),
    ],
)
def test_a_pack_made_for_something_else_is_refused(
    tmp_path: Path, graph: bytes, changes: dict[str, object], attached: dict[str, bytes], says: str
) -> None:
    pack = write_pack(tmp_path / "pack", {GRAPH: graph}, card(**changes), attached=attached)
    with pytest.raises(PackError, match=says):
        open_reader(pack)


def test_a_graph_with_other_outputs_is_refused(tmp_path: Path) -> None:
    keys, tables = oracle.truth_tables([case()])
    del tables["loss_class.logits"]
    content = oracle.graph_of(keys, tables)
    said = card().graphs[GRAPH]
    fewer = said.model_copy(
        update={"outputs": tuple(t for t in said.outputs if t.name != "loss_class.logits")}
    )
    pack = write_pack(
        tmp_path / "pack", {GRAPH: content}, card(graphs={GRAPH: fewer}), attached=known()
    )
    with pytest.raises(PackError, match="inputs and outputs of this version"):
        open_reader(pack)


def test_no_shipped_pack_is_said_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evoscope.abr.analysis.learned.reader.SHIPPED_PACK", "no-such-pack")
    with pytest.raises(PackError, match="ships no model pack"):
        analyze(case()[0], options=Options(analyzer="default"))


def test_a_pack_written_in_place_of_another_is_the_one_that_answers(tmp_path: Path) -> None:
    folder = oracle.write(tmp_path / "pack", [case()], loss=["chl"]).folder
    first, same = reader_of(str(folder)), reader_of(str(folder))
    assert first is same
    (folder / "card.json").unlink()
    for file in folder.iterdir():
        file.unlink()
    oracle.write(folder, [case()], loss=["snhl"])
    findings = analyze(case()[0], options=Options(analyzer=str(folder)))
    assert findings.loss_type.name == "snhl"
    assert findings.analyzer.sha256 != first.analyzer.sha256


def test_a_kind_too_rare_to_be_calibrated_has_the_widest_interval() -> None:
    quantiles = {"": 1.0, "loud": 0.5, "quiet": 2.0}
    assert [quantile_of(quantiles, name) for name in ("loud", "unseen")] == [0.5, 2.0]


def test_every_wave_has_to_be_calibrated() -> None:
    broken = calibration().model_dump() | {"latency": {w: {} for w in WAVES[:4]}}
    with pytest.raises(ValueError, match="latency should have the waves"):
        Calibration.model_validate(broken)
