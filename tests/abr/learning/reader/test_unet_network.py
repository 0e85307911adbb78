"""The U-Net reads what its switches say, each recording and each series by itself."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn

from evoscope.abr.analysis.learned.contract import THRESHOLDS_DB, described
from evoscope.abr.analysis.learned.distributions import cell_edges, quantiles
from evoscope.abr.encoding import CONDITIONS, column
from evoscope.abr.learning.reader import UNetReaderConfig, unet_network, unet_tasks
from evoscope.abr.learning.series import (
    NO_THRESHOLD_DB,
    ClassLoss,
    ContractAnswers,
    example_inputs,
    series_graph,
)
from evoscope.measure import softmax
from evoscope.multitask.batch import Labels
from evoscope.multitask.curriculum import Curriculum, apply

TINY = {"length": 200, "channels": (8, 8, 8), "heads": 2, "states": 4, "condition_width": 16}
LEVELS = (0, 1)


def config(**changes: object) -> UNetReaderConfig:
    given = {"unet": {**TINY, "transformer_levels": LEVELS}, "series_width": 16, **changes}
    return UNetReaderConfig.model_validate(given)


def network(chosen: UNetReaderConfig) -> nn.Module:
    torch.manual_seed(0)
    built = unet_network(chosen).eval()
    for parameter in built.parameters():  # last layers begin near zero, where nothing is said
        parameter.data += 0.05 * torch.randn_like(parameter)
    return built


def answers(model: nn.Module, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
    with torch.no_grad():
        return dict(ContractAnswers(model)(**inputs))


def differs(one: dict[str, Tensor], other: dict[str, Tensor]) -> set[str]:
    return {name for name in one if not torch.allclose(one[name], other[name], atol=1e-5)}


ALL = {tensor.name for tensor in described().outputs}
OF_SERIES = {"threshold.logits", "loss_class.logits"}


@pytest.mark.parametrize("heads", ["seed", "located"])
def test_the_graph_answers_what_the_network_answers(heads: str) -> None:
    stride = {**TINY, "transformer_levels": LEVELS, "task_stride": 4}
    model = network(config(heads=heads, unet=stride))
    session = onnxruntime.InferenceSession(series_graph(model))
    assert {output.name for output in session.get_outputs()} == ALL
    for recordings, samples in [(1, 96), (5, 200), (3, 384)]:
        inputs = example_inputs(recordings, samples)
        wanted = answers(model, inputs)
        found = session.run(None, {name: tensor.numpy() for name, tensor in inputs.items()})
        for (name, tensor), array in zip(wanted.items(), found, strict=True):
            np.testing.assert_allclose(array, tensor.numpy(), atol=1e-4, rtol=1e-4, err_msg=name)


@pytest.mark.parametrize("heads", ["seed", "located"])
def test_another_series_in_the_batch_changes_nothing(heads: str) -> None:
    model, inputs = network(config(heads=heads)), example_inputs(6, 200)
    first = {name: tensor[:3] for name, tensor in inputs.items()}
    together, alone = answers(model, inputs), answers(model, first)
    assert not differs({name: tensor[:3] for name, tensor in together.items()}, alone)


@pytest.mark.parametrize("across", [True, False])
def test_waves_are_read_recording_by_recording_and_ears_from_all(across: bool) -> None:
    model, inputs = network(config(across_recordings=across)), example_inputs(4, 200)
    before = answers(model, inputs)
    inputs["waveforms"] = inputs["waveforms"].clone()
    inputs["waveforms"][0] += 0.2
    after = answers(model, inputs)
    for row, expected in [(0, ALL), (1, OF_SERIES), (2, set())]:
        changed = differs(
            {name: tensor[row : row + 1] for name, tensor in before.items()},
            {name: tensor[row : row + 1] for name, tensor in after.items()},
        )
        assert changed == expected, row


@pytest.mark.parametrize("name", CONDITIONS)
def test_every_condition_is_read_and_may_be_unknown(name: str) -> None:
    model, inputs = network(config()), example_inputs(2, 200)
    inputs["conditions"] = torch.ones_like(inputs["conditions"])
    known = answers(model, inputs)
    inputs["conditions"][:, column(name)] = torch.nan
    unknown = answers(model, inputs)
    assert all(tensor.isfinite().all() for tensor in unknown.values())
    assert differs(known, unknown) >= OF_SERIES


@pytest.mark.parametrize(
    "changes",
    [
        {"clock": False},
        {"noise_trace": False},
        {"across_recordings": False},
        {"heads": "located"},
        {"unet": {**TINY, "transformer_levels": ()}},
        {"unet": {**TINY, "transformer_levels": LEVELS, "film": False}},
    ],
)
def test_every_switch_changes_the_answer(changes: dict[str, object]) -> None:
    inputs = example_inputs(4, 200)
    assert differs(answers(network(config()), inputs), answers(network(config(**changes)), inputs))


def test_the_noise_trace_is_read_where_the_switch_says_so() -> None:
    inputs = example_inputs(4, 200)
    silent = inputs | {"noise": torch.zeros_like(inputs["noise"])}
    for read in (True, False):
        model = network(config(noise_trace=read))
        assert bool(differs(answers(model, inputs), answers(model, silent))) is read


def test_with_the_clock_a_quiet_recording_is_left_as_it_is() -> None:
    # Velocity and observation mix by the noise level: without noise nothing is to be removed.
    model, inputs = network(config()), example_inputs(2, 200)
    inputs["conditions"][:] = torch.nan

    def change(noise_nv: float) -> float:
        inputs["conditions"][:, column("residual_noise_nv")] = noise_nv
        after = answers(model, inputs)["signal.mean"]
        return float((after - inputs["waveforms"]).square().mean().sqrt())

    assert change(1.0) < 0.1 * change(300.0)


def test_a_curriculum_turns_the_transformers_on() -> None:
    model, inputs = network(config()), example_inputs(4, 200)
    full = answers(model, inputs)
    curriculum = Curriculum.model_validate(
        {"phases": [{"start": 0, "switches": {"transformers": 0.0}}]}
    )
    apply(curriculum.at(0), model)
    assert differs(full, answers(model, inputs)) == ALL
    # The share travels with the weights, as an averaged model and a checkpoint need it to.
    again = unet_network(config()).eval()
    again.load_state_dict(model.state_dict())
    assert not differs(answers(again, inputs), answers(model, inputs))


@pytest.mark.parametrize("heads", ["seed", "located"])
def test_gradients_reach_every_parameter(heads: str) -> None:
    model = network(config(heads=heads)).train()
    outputs = model(**example_inputs(6, 200))
    sum(tensor.square().mean() for tensor in outputs.values()).backward()
    silent = [name for name, p in model.named_parameters() if p.grad is None or not p.grad.any()]
    assert silent == []


class _Says(nn.Module):
    """Answers what it was told to."""

    def __init__(self, outputs: dict[str, Tensor]) -> None:
        super().__init__()
        self.outputs = outputs

    def forward(self, **_: Tensor) -> dict[str, Tensor]:
        return self.outputs


def test_a_value_and_its_spread_survive_the_contract() -> None:
    latency, threshold = torch.tensor([[1.6, 2.7, 3.8, 5.0, 5.7]]), torch.tensor([[32.0]])
    spread_ms, spread_db = 0.3, 6.0
    said = {
        "signal.mean": torch.zeros(1, 200),
        "peaks.existence.logits": torch.zeros(1, 5),
        "peaks.latency.mean": latency,
        "peaks.latency.log_variance": torch.full((1, 5), 2 * np.log(spread_ms)),
        "peaks.amplitude.mean": torch.zeros(1, 5),
        "peaks.amplitude.log_variance": torch.zeros(1, 5),
        "response.logits": torch.zeros(1, 1),
        "threshold.mean": threshold,
        "threshold.log_variance": torch.full((1, 1), 2 * np.log(spread_db)),
        "loss_class.logits": torch.zeros(1, 5),
    }
    found = answers(_Says(said), example_inputs(1, 200))
    places = softmax(found["latency.logits"].numpy())
    time = np.arange(200) / 15.0 - 0.9  # any start: only differences are read
    means = (places * time).sum(-1)
    sds = np.sqrt((places * (time - means[..., None]) ** 2).sum(-1))
    np.testing.assert_allclose(np.diff(means[0]), np.diff(latency[0].numpy()), atol=1e-3)
    np.testing.assert_allclose(sds, spread_ms, rtol=0.02)
    shares = softmax(found["threshold.logits"].numpy()[0])
    edges = cell_edges(THRESHOLDS_DB)
    low, middle, high = quantiles(shares[:-1], edges, (0.159, 0.5, 0.841))
    assert middle == pytest.approx(32.0, abs=0.3)
    assert (high - low) / 2 == pytest.approx(spread_db, rel=0.05)
    # Half of the answer lies beyond the last threshold: as likely none as not.
    said["threshold.mean"] = torch.tensor([[float(edges[-1])]])
    none = softmax(answers(_Says(said), example_inputs(1, 200))["threshold.logits"].numpy()[0])
    assert none[-1] == pytest.approx(0.5, abs=0.01)


def test_an_ear_without_threshold_is_learned_as_beyond_and_not_judged_as_a_number() -> None:
    task = next(t for t in unet_tasks(config(), ClassLoss()) if t.name == "threshold")
    known = torch.ones(3, dtype=torch.bool)
    labels = Labels({"threshold": torch.tensor([0.0, 40.0, NO_THRESHOLD_DB])}, {"threshold": known})
    task.fit(labels)

    def said(last: float) -> dict[str, Tensor]:
        mean = torch.tensor([[1.0], [41.0], [last]])
        flat = torch.zeros(3, 1)
        return {
            "threshold.mean": mean,
            "threshold.auxiliary": mean,
            "threshold.log_variance": flat,
            "threshold.outlier_logit": flat - 3.0,
        }

    near, far = said(125.0), said(20.0)
    assert task.loss(near, labels).total < task.loss(far, labels).total
    for answer in (near, far):
        found = task.metrics(answer, labels)["mae"]
        assert found.value == pytest.approx(1.0)
        assert found.n == 2


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"unet": "fulll"}, "should be one of"),
        ({"unet": "joint"}, "reads one waveform"),
        ({"series_width": 18}, "multiple of 4"),
    ],
)
def test_an_impossible_network_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        config(**changes)
