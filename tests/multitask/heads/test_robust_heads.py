"""What each head is for: the thing it does that a plain one would not."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from evoscope.multitask.heads import (
    DenseSignalHead,
    ImprovedTaskHead,
    MultiSampleDropout,
    RobustClassificationHead,
    RobustPeakHead,
    RobustThresholdHead,
    Start,
)


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def bumps(rows: int) -> tuple[Tensor, Tensor, Tensor]:
    """One bump a row: waveforms, times in ms of a 10 ms window, sizes in volts."""
    times, sizes = 2 + 6 * torch.rand(rows, 1), 1e-7 * (1 + 4 * torch.rand(rows, 1))
    axis = torch.linspace(0, 10, 40)
    waves = sizes / 1e-7 * torch.exp(-0.5 * ((axis - times) / 0.6) ** 2)
    return waves.unsqueeze(1), times, sizes


def test_the_peak_head_reads_when_and_how_large_in_milliseconds_and_volts() -> None:
    head = RobustPeakHead(
        1,
        1,
        latency_range=(0.0, 10.0),
        amplitude_range=(0.0, 1e-6),
        hidden_dim=16,
        dropout_rate=0.0,
    )
    latency = Start(torch.tensor(5.0), torch.tensor(1.7))
    amplitude = Start(torch.tensor(3e-7), torch.tensor(1.2e-7))
    head.start_at("latency", latency)
    head.start_at("amplitude", amplitude)
    optimiser = torch.optim.Adam(head.parameters(), lr=5e-3)
    for _ in range(80):
        waves, times, sizes = bumps(32)
        parts = head(waves)
        optimiser.zero_grad()
        loss = ((parts["latency.mean"] - times) / latency.spread).square().mean()
        loss = loss + ((parts["amplitude.mean"] - sizes) / amplitude.spread).square().mean()
        loss.backward()
        optimiser.step()
    waves, times, sizes = bumps(200)
    parts = head.eval()(waves)
    # Always the mean would be off by 1.5 ms and 1e-7 V.
    assert (parts["latency.mean"] - times).abs().mean() < 0.4
    assert (parts["amplitude.mean"] - sizes).abs().mean() < 0.3e-7


def test_latency_and_amplitude_do_not_share_an_encoder_with_existence() -> None:
    head = RobustPeakHead(2, 3, latency_range=(0.0, 1.0), amplitude_range=(0.0, 1.0), hidden_dim=8)
    head(torch.randn(2, 2, 10))["existence.logits"].sum().backward()
    touched = {name.split(".")[0] for name, p in head.named_parameters() if p.grad is not None}
    assert touched == {"extractor", "existence"}


def test_the_auxiliary_answer_comes_from_the_global_path_alone() -> None:
    head = RobustThresholdHead(2, low=0.0, high=1.0, hidden_dim=8)
    head(torch.randn(2, 2, 10))["auxiliary"].sum().backward()
    touched = {name.split(".")[0] for name, p in head.named_parameters() if p.grad is not None}
    assert touched == {"whole", "auxiliary"}


def test_an_untrained_threshold_head_trusts_nineteen_labels_in_twenty() -> None:
    head = RobustThresholdHead(2, low=0.0, high=1.0, hidden_dim=8)
    doubt = head(torch.randn(50, 2, 10))["outlier_logit"].sigmoid()
    torch.testing.assert_close(doubt, torch.full_like(doubt, 0.05), atol=1e-3, rtol=0)


def test_no_other_class_moves_when_one_class_is_learned_by_its_extractor() -> None:
    head = RobustClassificationHead(6, 3, hidden_dim=8, class_dim=4)
    head(torch.randn(5, 6))["logits"][:, 1].sum().backward()
    own = head.extractors[0].weight.grad.reshape(3, 4, 8).abs().amax(dim=(1, 2))
    assert (own > 0).tolist() == [False, True, False]


def test_calibration_softens_probabilities_and_changes_no_answer() -> None:
    head = RobustClassificationHead(6, 3, hidden_dim=8).eval()
    head.start_at("", Start(torch.tensor([2.0, 0.0, -1.0]), torch.tensor(1.0)))
    x = torch.randn(5, 6)
    before = head(x)["logits"]
    head.calibrate(4.0)
    head.calibrate(2.0)  # in place of the first, not on top of it
    after = head(x)["logits"]
    torch.testing.assert_close(after, before / 2)
    assert bool((after.softmax(1).amax(1) < before.softmax(1).amax(1)).all())
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="positive"):
            head.calibrate(wrong)


def test_a_signal_head_starts_at_a_whole_waveform_and_refuses_another_window() -> None:
    head = DenseSignalHead(4, 30)
    waveform = torch.sin(torch.linspace(0, 6, 30)) * 1e-6
    head.start_at("", Start(waveform, torch.tensor(5e-7)))
    off = head(torch.randn(3, 4, 30))["mean"] - waveform
    assert off.abs().max() < 1e-3 * 5e-7
    with pytest.raises(ValueError, match=r"30 samples long\. Found 31"):
        head(torch.zeros(1, 4, 31))


def test_more_dropout_masks_make_a_steadier_answer_in_training() -> None:
    inner = ImprovedTaskHead(20, 1, (), task_type="regression")
    torch.nn.init.ones_(inner.output.weight)
    x = torch.ones(1, 20)

    def wobble(n_samples: int) -> float:
        head = MultiSampleDropout(inner, n_samples, 0.5)
        return torch.stack([head(x)["mean"] for _ in range(400)]).var().item()

    # Variance of a dropped sum of 20 ones at rate a half is 20; of the mean of 8, 20 / 8.
    assert wobble(1) == pytest.approx(20, rel=0.3)
    assert wobble(8) == pytest.approx(20 / 8, rel=0.3)


def test_masks_at_test_time_say_how_sure_and_evaluation_is_the_head_itself() -> None:
    inner = ImprovedTaskHead(20, 1, (), task_type="regression")
    torch.nn.init.ones_(inner.output.weight)
    head = MultiSampleDropout(inner, 4, 0.5).eval()
    x = torch.cat([torch.ones(1, 20), torch.zeros(1, 20)])
    torch.testing.assert_close(head(x), inner(x))
    spread = head.sample(x, 500)["mean"].std(dim=0).flatten()
    assert spread[0].item() == pytest.approx(20**0.5, rel=0.2)
    assert spread[1].item() == 0
    with pytest.raises(ValueError, match=r"Found 0 and 0\.5"):
        MultiSampleDropout(inner, 0)


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"task_type": "bounded"}, "Found None and None"),
        ({"task_type": "regression", "low": 0.0, "high": 1.0}, "only there"),
        ({"task_type": "multi_label", "with_uncertainty": True}, "Found it for 'multi_label'"),
    ],
)
def test_options_that_contradict_each_other_are_refused(
    options: dict[str, object], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        ImprovedTaskHead(4, 2, **options)


def test_a_misspelt_task_type_is_refused() -> None:
    # Under test the type checker speaks first; without it the head does.
    with pytest.raises((ValueError, TypeError), match="regresion"):
        ImprovedTaskHead(4, 2, task_type="regresion")


def test_uncertainty_grows_where_targets_are_noisy() -> None:
    head = ImprovedTaskHead(1, 1, (16,), 0.0, task_type="regression", with_uncertainty=True)
    head.start_at("", Start(torch.tensor(0.0), torch.tensor(1e-7)))
    optimiser = torch.optim.Adam(head.parameters(), lr=0.05)
    for _ in range(100):
        x = torch.randint(2, (64, 1)).float()
        target = 1e-7 * torch.randn(64, 1) * (0.1 + 0.9 * x)
        parts = head(x)
        error = ((parts["mean"] - target) / 1e-7).square()
        log_variance = parts["log_variance"] - 2 * torch.tensor(1e-7).log()
        optimiser.zero_grad()
        (log_variance + error / log_variance.exp()).mean().backward()
        optimiser.step()
    sure, unsure = (head(torch.tensor([[0.0], [1.0]]))["log_variance"] / 2).exp().flatten().tolist()
    assert sure == pytest.approx(0.1e-7, rel=0.4)
    assert unsure == pytest.approx(1e-7, rel=0.4)
