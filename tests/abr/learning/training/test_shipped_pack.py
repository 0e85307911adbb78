"""The pack that ships is the network of its weights, within the budget of the wheel."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from evoscope.abr.analysis.learned import reader_of
from evoscope.abr.analysis.learned.contract import GRAPH
from evoscope.abr.learning.networks import build_network
from evoscope.abr.learning.series import ContractAnswers, example_inputs
from evoscope.abr.learning.training import load_recipe, open_start
from evoscope.abr.learning.training.shipping import COHORTS, RECIPE, VERSION

MOST_BYTES = 24_000_000


@pytest.mark.parametrize("samples", [200, 384])
def test_every_output_is_that_of_the_training_network(samples: int) -> None:
    start = open_start("default")
    model = build_network(start.recipe.network)
    start.load_into(model)
    inputs = example_inputs(8, samples)
    with torch.no_grad():
        expected = ContractAnswers(model.eval())(**inputs)
    arrays = {name: values.numpy() for name, values in inputs.items()}
    found = reader_of("default").session.run(GRAPH, arrays)
    for name, values in expected.items():
        error = np.abs(found[name] - values.numpy()).max()
        assert error <= 1e-4 * max(1.0, float(values.abs().max())), name


def test_its_card_names_what_it_learned_from_and_by_which_recipe() -> None:
    card = reader_of("default").session.pack.card
    assert [data.name for data in card.data] == [f"{c.name}.parquet" for c in COHORTS]
    assert all(data.simulated for data in card.data)
    assert card.version == VERSION
    assert "not a medical device" in card.notice
    own = load_recipe(RECIPE).model_dump(mode="json")
    assert card.training.settings | {"about": ""} == own | {"about": ""}
    assert len(card.training.commit) == 40


def test_it_keeps_within_the_budget_of_all_packs() -> None:
    folder = reader_of("default").session.pack.folder
    assert sum(file.stat().st_size for file in folder.parent.rglob("*")) <= MOST_BYTES
