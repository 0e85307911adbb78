"""An ear with several series has one loss type, and is not surer of it than they are."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.analysis import analyze, build_document
from evoscope.abr.analysis.ears import joint_probabilities, named_type, type_of_ear
from evoscope.abr.findings import LOSS_TYPES, Findings, LossType

from .ears import click

SNHL = LOSS_TYPES.index("snhl")


def shares(of_snhl: float) -> np.ndarray:
    found = np.full(5, (1.0 - of_snhl) / 4.0)
    found[SNHL] = of_snhl
    return found


def test_series_that_agree_are_surer_than_one_and_less_sure_than_witnesses() -> None:
    one = shares(0.6)
    four = joint_probabilities(np.stack([one] * 4))
    product = one**4 / (one**4).sum()
    assert one[SNHL] < four[SNHL] < product[SNHL]
    assert four.sum() == pytest.approx(1.0)
    assert joint_probabilities(one[None]) == pytest.approx(one)
    # A certain series does not silence the others for good.
    certain = joint_probabilities(np.stack([np.eye(5)[0], one]))
    assert np.isfinite(certain).all()


def test_doubts_of_every_series_are_the_ears() -> None:
    told, unsure = named_type(shares(0.9)), named_type(shares(0.4))
    doubted = named_type(shares(0.9), doubt="One level.")
    assert (told.name, unsure.name, doubted.name) == ("snhl", "cannot tell", "cannot tell")
    assert type_of_ear([told, doubted]).name == "snhl"
    assert type_of_ear([told, LossType(name="cannot tell", reason="no model")]).name == "snhl"
    neither = type_of_ear([doubted, unsure])
    assert neither.name == "cannot tell"
    assert "One level." in neither.reason
    assert sum(neither.probabilities.values()) == pytest.approx(1.0)
    with pytest.raises(ValueError, match="state probabilities"):
        type_of_ear([LossType(name="cannot tell")])


def test_the_document_joins_the_series_of_one_ear_and_of_no_other() -> None:
    base = analyze(click(1, ear="right", levels_db=(50, 60, 70)))

    def series(name: str, *, ear: str = "right", subject: str = "A", p: float = 0.6) -> Findings:
        info = base.info.model_copy(update={"name": name, "ear": ear, "subject": subject})
        return base.model_copy(update={"info": info, "loss_type": named_type(shares(p))})

    document = build_document(
        [
            series("click"),
            series("500 Hz"),
            series("other side", ear="left"),
            series("other subject", subject="B"),
            series("side unknown", ear="unknown"),
        ]
    )
    (found,) = document.ears
    assert (found.subject, found.ear, found.series) == ("A", "right", ("click", "500 Hz"))
    assert found.loss_type.name == "snhl"
    assert found.loss_type.probability is not None
    assert found.loss_type.probability > 0.6
