"""Every row is answered by a model that never saw its group; figures stand on all rows at once."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from sklearn.metrics import f1_score, r2_score
from torch import Tensor, nn

from evoscope.multitask import (
    Batch,
    Classification,
    ImprovedTaskHead,
    Labels,
    MultiTaskModel,
    Recipe,
    Regression,
    Task,
    cross_validate,
    read_log,
)
from evoscope.multitask.batch import sizes_of
from evoscope.multitask.validation import cross_validation
from evoscope.multitask.validation.figures import pooled_figures
from evoscope.multitask.validation.rows import Rows
from evoscope.multitask.verdict import ending, judge_task

PATIENTS = 24
GROUPS = np.repeat(np.arange(PATIENTS), 4)
FOLDS = GROUPS % 3


def data() -> Batch:
    draws = torch.Generator().manual_seed(1)
    rows = len(GROUPS)
    x = torch.randn(rows, 4, generator=draws)
    known = torch.rand(rows, generator=draws) < 0.5
    everywhere = torch.ones(rows, dtype=torch.bool)
    size = torch.where(known, 3 * x[:, 1] + 50, torch.nan)
    labels = Labels(
        {"kind": (x[:, 0] > 0).long(), "size": size}, {"kind": everywhere, "size": known}
    )
    return Batch({"input": x}, labels)


def tasks() -> list[Task]:
    return [Classification("kind", ["low", "high"]), Regression("size")]


def make(recipe: Recipe) -> nn.Module:
    heads = {
        "kind": ImprovedTaskHead(8, 2, hidden_dims=()),
        "size": ImprovedTaskHead(8, 1, hidden_dims=(), task_type="regression"),
    }
    return MultiTaskModel(nn.Sequential(nn.Linear(4, 8), nn.GELU()), heads)


RECIPE = Recipe.model_validate(
    {
        "epochs": 4,
        "device": "cpu",
        "batch_size": 16,
        "optimiser": {"learning_rate": 2e-2},
        "early_stopping": {"patience": 2},
    }
)


@pytest.fixture(scope="module", autouse=True)
def _few_resamples() -> Iterator[None]:
    """Intervals cost more than the training here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ending, "judge_task", partial(judge_task, resamples=2))
        patch.setattr(cross_validation, "judge_task", partial(judge_task, resamples=40))
        patch.setattr(cross_validation, "pooled_figures", partial(pooled_figures, resamples=40))
        yield


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> object:
    folder = tmp_path_factory.mktemp("cv") / "cv"
    return cross_validate(make, tasks(), data(), GROUPS, RECIPE, folder=folder, folds=FOLDS)


def test_figures_are_those_of_all_rows_at_once(done) -> None:  # type: ignore[no-untyped-def]
    labels = data().labels
    called = done.outputs["kind.logits"].argmax(1)
    f1 = done.metrics["kind"]["macro_f1"]
    assert f1.n == len(GROUPS)
    assert f1.value == pytest.approx(f1_score(labels.targets["kind"], called, average="macro"))
    assert f1.low is not None
    assert f1.low <= f1.value <= f1.high
    known = labels.present["size"]
    r2 = done.metrics["size"]["r2"]
    mean = done.outputs["size.mean"].squeeze(1)
    assert r2.value == pytest.approx(r2_score(labels.targets["size"][known], mean[known]), abs=1e-5)
    assert done.trivial["size"]["r2"].value == pytest.approx(0.0, abs=1e-6)
    assert done.verdicts["kind"].verdict == "better than trivial"
    # In the order of the rows that were given, whatever the folds.
    assert torch.equal(done.labels.targets["kind"], labels.targets["kind"])


def test_the_result_is_on_disk_with_the_folds_it_stands_on(done) -> None:  # type: ignore[no-untyped-def]
    found = json.loads((done.folder / "cross_validation.json").read_text())
    assert found["metrics"]["kind"]["macro_f1"]["value"] == done.metrics["kind"]["macro_f1"].value
    dealt = json.loads((done.folder / "folds.json").read_text())
    assert dealt["folds"] == {str(patient): patient % 3 for patient in range(PATIENTS)}
    assert found["facts"]["folds"] == dealt["sha256"]
    assert (done.folder / "fold-2" / "model.safetensors").exists()


def test_what_is_tested_chooses_nothing(done, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    batch = data()
    tested = torch.from_numpy(FOLDS == 1)
    targets = dict(batch.labels.targets)
    targets["kind"] = torch.where(tested, 1 - targets["kind"], targets["kind"])
    targets["size"] = torch.where(tested, -targets["size"], targets["size"])
    lies = Batch(batch.inputs, Labels(targets, batch.labels.present))
    other = cross_validate(make, tasks(), lies, GROUPS, RECIPE, folder=tmp_path / "cv", folds=FOLDS)
    for name, answers in done.outputs.items():
        assert torch.equal(other.outputs[name][tested], answers[tested])
        assert not torch.equal(other.outputs[name][~tested], answers[~tested])


def test_groups_expose_what_rows_hide(tmp_path: Path) -> None:
    """A patient's own size, and inputs that give the patient away: only grouped folds see it."""
    draws = torch.Generator().manual_seed(3)
    patients = np.repeat(np.arange(8), 12)
    size = torch.randn(8, generator=draws)[patients]
    x = nn.functional.one_hot(torch.from_numpy(patients), 8).float()
    x = x + 0.05 * torch.randn(x.shape, generator=draws)
    source = Batch({"input": x}, Labels({"size": size}, {"size": torch.ones_like(size).bool()}))

    def linear(recipe: Recipe) -> nn.Module:
        head = ImprovedTaskHead(8, 1, hidden_dims=(), task_type="regression")
        return MultiTaskModel(nn.Identity(), {"size": head})

    fast = ["epochs=8", "early_stopping=null", "optimiser.learning_rate=0.1"]
    recipe = Recipe.parse(RECIPE.dump(), fast)
    r2 = [
        cross_validate(
            linear, [Regression("size")], source, groups, recipe, folder=tmp_path / name, folds=3
        ).metrics["size"]["r2"]
        for name, groups in (("rows", np.arange(96)), ("patients", patients))
    ]
    assert r2[0].value is not None
    assert r2[1].value is not None
    assert r2[0].value > 0.5 > 0.1 > r2[1].value


def interrupted_in(fold: int) -> Callable[[Recipe], nn.Module]:
    """Make models; the fourth batch of one of them finds the machine about to go down."""
    made = calls = -1

    def fourth(*_: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            signal.raise_signal(signal.SIGTERM)

    def maker(recipe: Recipe) -> nn.Module:
        nonlocal made
        made += 1
        model = make(recipe)
        if made == fold:
            model.register_forward_hook(fourth)
        return model

    return maker


def test_a_resumed_cross_validation_is_that_of_an_uninterrupted_one(  # type: ignore[no-untyped-def]
    done, tmp_path: Path
) -> None:
    def again(maker: Callable[[Recipe], nn.Module], **options: object) -> object:
        return cross_validate(
            maker,
            tasks(),
            data(),
            GROUPS,
            RECIPE,
            folder=tmp_path / "cv",
            folds=FOLDS,
            **options,  # type: ignore[arg-type]
        )

    with pytest.raises(KeyboardInterrupt, match=r"SIGTERM\. Go on with resume=True"):
        again(interrupted_in(1))
    assert not (tmp_path / "cv/fold-2").exists()
    with pytest.raises(ValueError, match="should be empty"):
        again(make)
    found = again(make, resume=True)
    for name, answers in done.outputs.items():
        assert torch.equal(found.outputs[name], answers)  # type: ignore[attr-defined]
    steps = [x["step"] for x in read_log(tmp_path / "cv/fold-0/log.jsonl") if x["event"] == "step"]
    assert len(steps) == len(set(steps))


def test_a_resumed_cross_validation_of_other_folds_is_refused(done) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="folds it began with"):
        cross_validate(
            make,
            tasks(),
            data(),
            GROUPS,
            RECIPE,
            folder=done.folder,
            folds=(FOLDS + 1) % 3,
            resume=True,
        )


def test_folds_that_leak_a_group_are_refused_before_anything_is_trained(tmp_path: Path) -> None:
    folds = FOLDS.copy()
    folds[0] = (folds[0] + 1) % 3
    with pytest.raises(ValueError, match=r"a group should be in one fold\. Found 0 in folds"):
        cross_validate(make, tasks(), data(), GROUPS, RECIPE, folder=tmp_path / "cv", folds=folds)
    assert not (tmp_path / "cv").exists()


def test_a_task_labelled_in_too_few_groups_is_refused(tmp_path: Path) -> None:
    batch = data()
    few = {**batch.labels.present, "size": torch.from_numpy(GROUPS < 2)}
    labels = Labels({**batch.labels.targets, "size": torch.ones(len(GROUPS))}, few)
    with pytest.raises(ValueError, match=r"labels of 'size' should be in groups of three folds"):
        cross_validate(
            make,
            tasks(),
            Batch(batch.inputs, labels),
            GROUPS,
            RECIPE,
            folder=tmp_path / "cv",
            folds=FOLDS,
        )


@dataclass
class Sets:
    """A source that is no batch, and says the sizes of its sets."""

    data: Batch

    @property
    def labels(self) -> Labels:
        return self.data.labels

    @property
    def sizes(self) -> Tensor | None:
        return self.data.sizes

    def __len__(self) -> int:
        return len(self.data)

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:
        return self.data.batch(rows, generator)


def test_some_sets_of_a_source_say_what_theirs_are() -> None:
    whole = data()
    sets = Sets(Batch(whole.inputs, whole.labels, torch.tensor([1, 3] * 24)))
    some = Rows(sets, torch.tensor([3, 0]), ["a", "b"])
    assert sizes_of(some) is not None
    assert sizes_of(some).tolist() == [3, 1]  # type: ignore[union-attr]
    kinds = whole.labels.targets["kind"]
    assert some.labels.targets["kind"].tolist() == [*kinds[5:8].tolist(), int(kinds[0])]
    assert some.groups == ["a", "a", "a", "b"]
    assert Rows(sets, torch.tensor([3, 0]), ["a", "a", "a", "b"]).groups == some.groups
    with pytest.raises(ValueError, match=r"one group\. Found 'a' and 'b' in set 0"):
        Rows(sets, torch.tensor([3, 0]), ["a", "b", "a", "b"])


@pytest.mark.parametrize("of", ["sets", "rows"])
def test_sets_of_rows_stay_together(tmp_path: Path, of: str) -> None:
    """A set counts once, is in one fold, and has a label in each of its rows."""
    batch, sizes = data(), torch.tensor([1, 3] * 24)
    sets = Batch(batch.inputs, batch.labels, sizes)
    patients = np.repeat(np.arange(12), 4)
    groups = patients if of == "sets" else np.repeat(patients, sizes)
    source = sets if of == "sets" else Sets(sets)
    recipe = RECIPE.model_copy(update={"epochs": 1})
    found = cross_validate(make, tasks(), source, groups, recipe, folder=tmp_path / "cv", folds=3)
    assert torch.equal(found.labels.targets["kind"], batch.labels.targets["kind"])
    rows = np.repeat(patients, sizes)
    assert len(found.folds) == len(rows) == 96
    assert all(len(set(found.folds[rows == patient])) == 1 for patient in range(12))
    assert found.metrics["kind"]["accuracy"].n == 96
