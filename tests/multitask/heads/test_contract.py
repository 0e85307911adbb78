"""What every head promises to every task and to the loop, over one table of heads and units."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from evoscope.multitask.heads import (
    DenseSignalHead,
    Head,
    ImprovedTaskHead,
    MultiSampleDropout,
    RobustClassificationHead,
    RobustPeakHead,
    RobustThresholdHead,
    Start,
)

VECTORS = (12,)
SEQUENCES = (6, 12)


@dataclass(frozen=True)
class Case:
    """A head, the features it reads, and for every part that can be started what answers there.

    ``make`` and the targets take a unit: the same values in milliseconds and in volts.
    """

    make: Callable[[float], Head]
    features: tuple[int, ...]
    parts: dict[str, tuple[int, ...]]
    starts: dict[str, tuple[str, list[float] | float, float]]
    is_logits: tuple[str, ...] = ()


def mlp(task_type: str, **options: object) -> Callable[[float], Head]:
    def make(unit: float) -> Head:
        bounds = {"low": 0.0, "high": 10 * unit} if task_type == "bounded" else {}
        return ImprovedTaskHead(12, 3, (16, 8), 0.1, task_type=task_type, **bounds, **options)

    return make


VALUES = {"": ("mean", [2.0, 5.0, 7.0], 1.5)}
LOGITS = {"": ("logits", [1.0, 0.0, -3.0], 1.0)}
CASES = {
    "improved classification": Case(
        mlp("classification"), VECTORS, {"logits": (3,)}, LOGITS, ("logits",)
    ),
    "improved multi_label": Case(
        mlp("multi_label"), VECTORS, {"logits": (3,)}, LOGITS, ("logits",)
    ),
    "improved ordinal": Case(mlp("ordinal"), VECTORS, {"logits": (3,)}, LOGITS, ("logits",)),
    "improved regression": Case(mlp("regression"), VECTORS, {"mean": (3,)}, VALUES),
    "improved regression with uncertainty": Case(
        mlp("regression", with_uncertainty=True),
        VECTORS,
        {"mean": (3,), "log_variance": (3,)},
        VALUES,
    ),
    "improved bounded": Case(
        mlp("bounded", with_uncertainty=True),
        VECTORS,
        {"mean": (3,), "log_variance": (3,)},
        VALUES,
    ),
    "improved without its switches": Case(
        mlp("regression", use_layer_norm=False, use_residual=False), VECTORS, {"mean": (3,)}, VALUES
    ),
    "linear": Case(
        lambda _: ImprovedTaskHead(12, 3, (), task_type="regression"),
        VECTORS,
        {"mean": (3,)},
        VALUES,
    ),
    "classification": Case(
        lambda _: RobustClassificationHead(12, 3, hidden_dim=16, class_dim=4, dropout_rate=0.1),
        VECTORS,
        {"logits": (3,)},
        LOGITS,
        ("logits",),
    ),
    "peaks": Case(
        lambda unit: RobustPeakHead(
            6,
            2,
            latency_range=(0.0, [4 * unit, 9 * unit]),
            amplitude_range=(0.0, 3 * unit),
            hidden_dim=16,
        ),
        SEQUENCES,
        {
            "existence.logits": (2,),
            "latency.mean": (2,),
            "latency.log_variance": (2,),
            "amplitude.mean": (2,),
            "amplitude.log_variance": (2,),
        },
        {
            "existence": ("existence.logits", [2.0, -1.0], 1.0),
            "latency": ("latency.mean", [1.7, 5.6], 0.4),
            "amplitude": ("amplitude.mean", [0.3, 0.5], 0.2),
        },
        ("existence.logits",),
    ),
    "threshold": Case(
        lambda unit: RobustThresholdHead(6, low=-1 * unit, high=12 * unit, hidden_dim=16),
        SEQUENCES,
        {"mean": (1,), "log_variance": (1,), "auxiliary": (1,), "outlier_logit": (1,)},
        {"": ("mean", 3.0, 2.0)},
    ),
    "signal": Case(
        lambda _: DenseSignalHead(6, 12, dropout_rate=0.1),
        SEQUENCES,
        {"mean": (12,)},
        {"": ("mean", [0.1 * k for k in range(12)], 0.5)},
    ),
    "multi-sample dropout": Case(
        lambda unit: MultiSampleDropout(mlp("regression")(unit), 8, 0.1),
        VECTORS,
        {"mean": (3,)},
        VALUES,
    ),
}
UNITS = {"milliseconds": 1.0, "volts": 1e-7}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    torch.manual_seed(0)
    return CASES[request.param]


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest) -> float:
    return UNITS[request.param]


def started(case: Case, unit: float) -> tuple[Head, dict[str, Start]]:
    """A head that begins where its case says, and the starts by the part that answers them."""
    head, starts = case.make(unit), {}
    for prefix, (part, centre, spread) in case.starts.items():
        scale = 1.0 if part in case.is_logits else unit
        starts[part] = Start(torch.tensor(centre) * scale, torch.tensor(spread * scale))
        head.start_at(prefix, starts[part])
    return head, starts


def shaken(case: Case, unit: float) -> Head:
    """A head whose answers depend on its features: last layers start too near zero for that."""
    head, _ = started(case, unit)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.add_(0.1 * torch.randn_like(parameter))
    return head


def features(case: Case, rows: int) -> Tensor:
    return torch.randn(rows, *case.features)


def loss(parts: dict[str, Tensor], starts: dict[str, Start], targets: dict[str, Tensor]) -> Tensor:
    """Squares in units of the spread, and what makes every other part learn."""
    total = torch.zeros(())
    for part, start in starts.items():
        off = (parts[part] - targets[part]) / start.spread
        total = total + off.square().mean()
        prefix = part.removesuffix("mean")
        if f"{prefix}log_variance" in parts:
            log_variance = parts[f"{prefix}log_variance"] - 2 * start.spread.log()
            total = total + (log_variance - off.detach().square().add(0.1).log()).square().mean()
    if "auxiliary" in parts:
        off = (parts["auxiliary"] - targets["mean"]) / starts["mean"].spread
        total = total + off.square().mean()
    if "outlier_logit" in parts:
        total = total + torch.nn.functional.softplus(parts["outlier_logit"]).mean()
    return total


def targets_of(starts: dict[str, Start], x: Tensor) -> dict[str, Tensor]:
    """Targets up to half a spread beside the centre, as the first feature says.

    They are within every bound of the table, and fall along the cuts of ordered classes.
    """
    targets = {}
    for part, start in starts.items():
        first = x[:, 0]
        per_sample = first.ndim == 2 and first.shape[1:] == start.centre.shape
        side = first if per_sample else first.reshape(len(x), -1).mean(dim=1, keepdim=True)
        targets[part] = start.centre + 0.5 * side.clamp(-1, 1) * start.spread
    return targets


@pytest.mark.parametrize("rows", [1, 5])
def test_a_task_finds_the_parts_it_reads_one_row_each(case: Case, rows: int) -> None:
    parts = case.make(1.0)(features(case, rows))
    assert {part: tuple(t.shape) for part, t in parts.items()} == {
        part: (rows, *shape) for part, shape in case.parts.items()
    }
    assert all(t.dtype == torch.float32 and bool(t.isfinite().all()) for t in parts.values())


def test_an_untrained_head_answers_the_mean_of_the_targets(case: Case, unit: float) -> None:
    head, starts = started(case, unit)
    parts = head(features(case, 50))
    for part, start in starts.items():
        off = (parts[part] - start.centre) / start.spread
        assert off.abs().max() < 1e-3, part
        log_variance = parts.get(f"{part.removesuffix('mean')}log_variance")
        if part.endswith("mean") and log_variance is not None:
            torch.testing.assert_close(
                log_variance, (2 * start.spread.log()).expand_as(log_variance), atol=0.01, rtol=0
            )


def test_every_parameter_learns_within_two_steps(case: Case, unit: float) -> None:
    head, starts = started(case, unit)
    x = features(case, 16)
    targets = targets_of(starts, x)
    optimiser = torch.optim.Adam(head.parameters(), lr=1e-2)
    largest = dict.fromkeys(dict(head.named_parameters()), 0.0)
    for _ in range(2):
        optimiser.zero_grad()
        loss(head(x), starts, targets).backward()
        for name, parameter in head.named_parameters():
            assert parameter.grad is not None, f"{name} is not used"
            largest[name] = max(largest[name], parameter.grad.abs().max().item())
        optimiser.step()
    assert [name for name, gradient in largest.items() if gradient < 1e-12] == []


def test_one_batch_can_be_learned_by_heart_in_any_unit(case: Case, unit: float) -> None:
    head, starts = started(case, unit)
    x = features(case, 8)
    targets = targets_of(starts, x)

    def misfit() -> float:
        parts = head.eval()(x)
        offs = [((parts[p] - targets[p]) / s.spread).square().mean() for p, s in starts.items()]
        return torch.stack(offs).mean().item()

    before = misfit()
    optimiser = torch.optim.Adam(head.parameters(), lr=2e-2)
    for _ in range(40):
        optimiser.zero_grad()
        loss(head.train()(x), starts, targets).backward()
        optimiser.step()
    assert misfit() < 0.1 * before


def test_evaluation_is_deterministic_and_training_is_not(case: Case) -> None:
    head = shaken(case, 1.0)
    x = features(case, 4)
    dropout = any(isinstance(m, torch.nn.Dropout) and m.p > 0 for m in head.modules())
    for part, answer in head.eval()(x).items():
        assert torch.equal(answer, head(x)[part])
    differs = [
        not torch.equal(a, b)
        for a, b in zip(head.train()(x).values(), head(x).values(), strict=True)
    ]
    assert any(differs) == dropout


def test_a_saved_head_answers_the_same_with_its_scale(case: Case, tmp_path: Path) -> None:
    head = shaken(case, 1e-7)
    save_file(head.state_dict(), tmp_path / "head.safetensors")
    again = case.make(1e-7)
    again.load_state_dict(load_file(tmp_path / "head.safetensors"))
    x = features(case, 4)
    expected = head.eval()(x)
    for part, answer in again.eval()(x).items():
        assert torch.equal(answer, expected[part])


# Export is slow: one case for every graph there is.
@pytest.mark.parametrize(
    "name",
    [
        "improved classification",
        "improved ordinal",
        "improved bounded",
        "classification",
        "peaks",
        "threshold",
        "signal",
        "multi-sample dropout",
    ],
)
def test_an_exported_graph_answers_the_same_for_any_number_of_rows(name: str) -> None:
    torch.manual_seed(0)
    case = CASES[name]
    head = shaken(case, 1.0).eval()
    rows = torch.export.Dim("rows", min=1, max=64)
    graph = torch.export.export(head, (features(case, 4),), dynamic_shapes=({0: rows},)).module()
    x = features(case, 7)
    expected = head(x)
    for part, answer in graph(x).items():
        torch.testing.assert_close(answer, expected[part])


def test_features_of_the_wrong_width_are_refused_with_what_was_found(case: Case) -> None:
    wrong = (case.features[0] + 1, *case.features[1:])
    with pytest.raises(ValueError, match=rf"Found \(\d+, {wrong[0]}[,)]"):
        case.make(1.0)(torch.zeros(2, *wrong))


def test_a_part_the_head_does_not_have_is_refused_with_those_it_has(case: Case) -> None:
    with pytest.raises(ValueError, match="Found 'nonsense'"):
        case.make(1.0).start_at("nonsense", Start(torch.zeros(()), torch.ones(())))


def test_half_precision_does_not_lose_a_volt(case: Case) -> None:
    head, starts = started(case, 1e-7)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        parts = head.eval()(features(case, 4))
    for part, start in starts.items():
        assert ((parts[part].float() - start.centre) / start.spread).abs().max() < 1e-2
