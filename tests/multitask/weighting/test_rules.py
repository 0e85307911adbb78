"""Each rule against its paper, an independent implementation, or the figures of a document."""

from __future__ import annotations

import pytest
import torch
from torchjd.scalarization import DWA, UW

from evoscope.multitask.weighting import (
    Adaptive,
    DynamicWeightAverage,
    Fixed,
    InverseVariance,
    Learned,
    Uncertainty,
    inverse_variance_weights,
)

TASKS = ("emotions", "vad", "safety")
HISTORIES = {
    "emotions": [2.5, 2.3, 2.1, 2.0, 1.9],
    "vad": [0.8, 0.7, 0.65, 0.6, 0.58],
    "safety": [1.5, 1.4, 1.35, 1.3, 1.25],
}


def values(weights: dict[str, torch.Tensor]) -> list[float]:
    return [weight.item() for weight in weights.values()]


def test_fixed_refuses_weights_that_do_not_name_the_tasks() -> None:
    with pytest.raises(ValueError, match="should name every task once"):
        Fixed(TASKS, {"emotions": 1.5, "vad": 1.0})
    with pytest.raises(ValueError, match="finite and at least 0"):
        Fixed(("vad",), {"vad": float("nan")})


def test_uncertainty_descends_as_torchjd_where_all_tasks_are_present() -> None:
    """Theirs is half of ours, and so are its gradients."""
    ours, theirs = Uncertainty(TASKS), UW(len(TASKS))
    with torch.no_grad():
        for s, value in zip(ours.log_variances, (0.3, -1.2, 2.0), strict=True):
            s.fill_(value)
        theirs.log_var.copy_(torch.tensor([0.3, -1.2, 2.0]))
    losses = torch.tensor([2.0, 0.7, 1.4])
    penalty = ours.penalty(dict.fromkeys(TASKS, True))
    assert penalty is not None
    total = (torch.stack(list(ours.weights().values())) * losses).sum() + penalty
    expected = theirs(losses)
    total.backward()
    expected.backward()
    assert total.item() == pytest.approx(2 * expected.item(), rel=1e-6)
    gradients = torch.stack([s.grad for s in ours.log_variances if s.grad is not None])
    torch.testing.assert_close(gradients, 2 * theirs.log_var.grad)


def test_uncertainty_leaves_an_absent_task_alone() -> None:
    weighting = Uncertainty(TASKS)
    penalty = weighting.penalty({"emotions": True, "vad": False, "safety": False})
    assert penalty is not None
    penalty.backward()
    assert [s.grad is None for s in weighting.log_variances] == [False, True, True]
    assert weighting.penalty(dict.fromkeys(TASKS, False)) is None


def test_uncertainty_turned_down_by_a_curriculum_settles_at_the_same_precision() -> None:
    """A factor that scaled the loss alone would be undone by the weight it scales."""
    weighting = Uncertainty(("vad",))
    (s,) = weighting.log_variances
    with torch.no_grad():
        s.fill_(torch.log(torch.tensor(0.7)).item())
    penalty = weighting.penalty({"vad": 0.1})
    assert penalty is not None
    (0.1 * weighting.weights()["vad"] * 0.7 + penalty).backward()
    assert s.grad is not None
    assert s.grad.item() == pytest.approx(0, abs=1e-7)


def test_uncertainty_comes_back_from_its_bounds() -> None:
    """A log-variance clamped in the forward pass alone would have no gradient to come back by."""
    weighting = Uncertainty(("vad",), low=-1.0, high=1.0)
    optimiser = torch.optim.SGD(weighting.parameters(), lr=10)
    for loss, bound in ((-5.0, -1.0), (1e6, 1.0), (-5.0, -1.0)):
        optimiser.zero_grad()
        penalty = weighting.penalty({"vad": True})
        assert penalty is not None
        (weighting.weights()["vad"] * loss + penalty).backward()
        optimiser.step()
        weighting.after_step({"vad": loss})
        assert weighting.log_variances[0].item() == bound


def test_dwa_equals_torchjd_where_all_tasks_are_present() -> None:
    ours, theirs = DynamicWeightAverage(TASKS), DWA()
    for epoch in range(5):
        losses = torch.tensor([history[epoch] for history in HISTORIES.values()])
        weighted = sum(w * x for w, x in zip(ours.weights().values(), losses, strict=True))
        torch.testing.assert_close(weighted, theirs(losses))
        ours.after_epoch(dict(zip(TASKS, losses.tolist(), strict=True)))
        theirs.step()


def test_dwa_remembers_a_task_that_skips_an_epoch() -> None:
    weighting = DynamicWeightAverage(("a", "b"))
    weighting.after_epoch({"a": 1.0, "b": 1.0})
    weighting.after_epoch({"a": 1.0, "b": 0.5})
    before = values(weighting.weights())
    weighting.after_epoch({"a": 1.0})
    assert values(weighting.weights()) == pytest.approx(before)
    assert before[0] > 1 > before[1]


def test_dwa_does_not_read_a_falling_likelihood_as_a_rising_loss() -> None:
    weighting = DynamicWeightAverage(("nll", "other"))
    weighting.after_epoch({"nll": -1.0, "other": 1.0})
    weighting.after_epoch({"nll": -2.0, "other": 1.0})
    assert values(weighting.weights()) == pytest.approx([1.0, 1.0])


def test_inverse_variance_gives_the_documents_figures() -> None:
    """Emotions 0.20, VAD 1.52, safety 1.28, from the example histories of the text engine."""
    weights = inverse_variance_weights(HISTORIES)
    assert {task: round(weight, 2) for task, weight in weights.items()} == {
        "emotions": 0.20,
        "vad": 1.52,
        "safety": 1.28,
    }


def test_inverse_variance_in_a_run_equals_the_function_of_its_last_epochs() -> None:
    """Also where a task was absent from some of them, and has a shorter history."""
    weighting = InverseVariance(TASKS)
    weighting.after_epoch({"emotions": 9.0, "vad": 9.0})  # falls out of the window
    for epoch in range(5):
        losses = {task: history[epoch] for task, history in HISTORIES.items()}
        if epoch < 2:
            del losses["safety"]
        weighting.after_epoch(losses)
    expected = inverse_variance_weights({**HISTORIES, "safety": HISTORIES["safety"][2:]})
    assert values(weighting.weights()) == pytest.approx(list(expected.values()), rel=1e-4)


def test_inverse_variance_rewards_what_learns_nothing_as_its_warning_says() -> None:
    weights = inverse_variance_weights({"learns": [1.0, 0.5, 0.2], "stuck": [1.0, 1.001, 1.0]})
    assert weights["stuck"] > 1.99
    halved = inverse_variance_weights(
        {"vad": [x / 2 for x in HISTORIES["vad"]], "safety": HISTORIES["safety"]}
    )
    whole = inverse_variance_weights({t: HISTORIES[t] for t in ("vad", "safety")})
    ratio = (halved["vad"] / halved["safety"]) / (whole["vad"] / whole["safety"])
    assert ratio == pytest.approx(4)


def test_adaptive_makes_tasks_add_alike_whatever_their_unit() -> None:
    weighting = Adaptive(TASKS, decay=0.9)
    for _ in range(20):
        weighting.after_step({"emotions": 2.0, "vad": 0.02})
        weighting.after_step({"safety": 200.0})
    weights = weighting.weights()
    added = [weights[t].item() * x for t, x in zip(TASKS, (2.0, 0.02, 200.0), strict=True)]
    assert added == pytest.approx([added[0]] * 3)
    assert sum(values(weights)) == pytest.approx(3)


def test_adaptive_follows_a_running_mean_and_does_not_jump() -> None:
    weighting = Adaptive(("a", "b"), decay=0.5)
    weighting.after_step({"a": 1.0, "b": 1.0})
    weighting.after_step({"a": 3.0, "b": 1.0})
    a, b = values(weighting.weights())
    assert b / a == pytest.approx(2.0)


def test_learned_weights_stay_within_their_limit() -> None:
    weighting = Learned(("helps", "harms"), rate=1.0, limit=2.0)
    for _ in range(50):
        weighting.update({"helps": 1.0, "harms": -1.0})
    a, b = values(weighting.weights())
    assert a / b == pytest.approx(torch.exp(torch.tensor(4.0)).item(), rel=1e-5)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Uncertainty(TASKS, low=0.5),
        lambda: DynamicWeightAverage(TASKS, temperature=0.0),
        lambda: InverseVariance(TASKS, window=1),
        lambda: Adaptive(TASKS, decay=1.0),
        lambda: Learned(TASKS, rate=0.0),
        lambda: inverse_variance_weights({"vad": [1.0]}),
    ],
)
def test_impossible_settings_are_refused(build: object) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match="should"):
        build()
