"""An ensemble is one model to everything else, trained member by member."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from evoscope.multitask import (
    Batch,
    Classification,
    Ensemble,
    ImprovedTaskHead,
    Labels,
    MultiTaskModel,
    Recipe,
    Regression,
    Task,
    evaluate,
    load_ensemble,
    read_log,
    train_ensemble,
)


def data(rows: int = 80, seed: int = 1) -> Batch:
    draws = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, 4, generator=draws)
    known = torch.rand(rows, generator=draws) < 0.5
    everywhere = torch.ones(rows, dtype=torch.bool)
    kind = ((x[:, 0] + 0.5 * torch.randn(rows, generator=draws)) > 0).long()
    return Batch(
        {"input": x},
        Labels({"kind": kind, "size": 3 * x[:, 1] + 50}, {"kind": everywhere, "size": known}),
    )


def tasks() -> list[Task]:
    return [Classification("kind", ["low", "high"]), Regression("size", loss="nll")]


def maker(width: int) -> object:
    def make(recipe: Recipe) -> nn.Module:
        heads = {
            "kind": ImprovedTaskHead(width, 2, hidden_dims=(8,)),
            "size": ImprovedTaskHead(
                width, 1, hidden_dims=(8,), task_type="regression", with_uncertainty=True
            ),
        }
        return MultiTaskModel(nn.Sequential(nn.Linear(4, width), nn.GELU()), heads)

    return make


MAKERS = {"narrow": maker(8), "wide": maker(24)}
RECIPE = Recipe(epochs=2, device="cpu", optimiser={"learning_rate": 1e-2})  # type: ignore[arg-type]


def trained(folder: Path, **options: object) -> tuple[Ensemble, list[Task]]:
    own = tasks()
    ensemble = train_ensemble(
        MAKERS, own, data(), None, RECIPE, folder=folder, seeds=(0, 7), **options
    )
    return ensemble, own


def test_an_ensemble_of_architectures_and_seeds_is_trained_resumed_and_loaded(
    tmp_path: Path,
) -> None:
    first, own = trained(tmp_path / "e")
    assert len(first.members) == 4
    runs = sorted(path.name for path in (tmp_path / "e").iterdir() if path.is_dir())
    assert runs == ["narrow-seed0", "narrow-seed7", "wide-seed0", "wide-seed7"]
    x = data(20, seed=5).inputs["input"]
    fresh = tasks()
    loaded = load_ensemble(tmp_path / "e", MAKERS, fresh, RECIPE)
    again, _ = trained(tmp_path / "e", resume=True)
    for other in (loaded, again):
        for name, answer in first(input=x).items():
            assert torch.equal(other(input=x)[name], answer)
    # Finished members were not trained again.
    steps = [line for line in read_log(tmp_path / "e/wide-seed7/log.jsonl") if "losses" in line]
    assert [line["step"] for line in steps] == sorted({line["step"] for line in steps})
    for task, other in zip(own, fresh, strict=True):
        for key, tensor in task.state_dict().items():
            assert torch.equal(tensor, other.state_dict()[key])


def test_seeds_make_members_differ_and_disagree(tmp_path: Path) -> None:
    ensemble, _ = trained(tmp_path / "e")
    near, far = data(50, seed=5).inputs["input"], 20 * data(50, seed=5).inputs["input"]
    for task in ("kind", "size"):
        assert ensemble.predict(input=near)[task]["disagreement"].min() > 0
    values = [ensemble.predict(input=x)["size"] for x in (near, far)]
    # Far from everything that was trained on, the members say that they guess.
    assert values[1]["disagreement"].mean() > 3 * values[0]["disagreement"].mean()
    for own in values:
        assert (own["spread"] >= own["disagreement"]).all()


def test_an_ensemble_is_evaluated_as_a_model_and_no_worse_than_its_members(tmp_path: Path) -> None:
    ensemble, own = trained(tmp_path / "e")
    test = data(200, seed=9)
    whole = evaluate(ensemble, own, test)
    each = [evaluate(member, own, test) for member in ensemble.members]
    # Cross-entropy is convex: the average of answers beats the average answerer.
    assert whole.losses["kind"] < sum(one.losses["kind"] for one in each) / len(each)
    assert whole.metrics["size"]["r2"].value is not None


def test_an_ensemble_of_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"should have members\. Found none"):
        Ensemble([], tasks())
    with pytest.raises(
        ValueError, match=r"different seeds\. Found \['narrow', 'wide'\] and \[3, 3\]"
    ):
        train_ensemble(MAKERS, tasks(), data(), None, RECIPE, folder=tmp_path, seeds=(3, 3))
    with pytest.raises(ValueError, match=r"Found no ensemble\.json"):
        load_ensemble(tmp_path, MAKERS, tasks(), RECIPE)


def test_an_ensemble_of_other_architectures_is_refused(tmp_path: Path) -> None:
    trained(tmp_path / "e")
    with pytest.raises(ValueError, match=r"Found none for \['narrow'\]"):
        load_ensemble(tmp_path / "e", {"wide": MAKERS["wide"]}, tasks(), RECIPE)


def test_a_model_in_the_place_of_its_maker_is_refused_with_a_hint(tmp_path: Path) -> None:
    model = MAKERS["wide"](RECIPE)  # type: ignore[operator]
    with pytest.raises(TypeError, match=r"Found a MultiTaskModel: hand in what builds it"):
        train_ensemble({"wide": model}, tasks(), data(), None, RECIPE, folder=tmp_path)
