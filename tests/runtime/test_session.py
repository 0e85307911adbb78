"""A session answers what the graph computes, or says what is wrong with what it was given."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evoscope.runtime import InputError, Pack, PackError, Session, Tensor, engine, run_in_batches
from evoscope.runtime.checks import check_inputs

from .small import LENGTH, answers, cases, small

SIZES = st.integers(1, 9)


@pytest.fixture(scope="module")
def session(pack: Pack) -> Session:
    return Session(pack)


def same(found: dict[str, NDArray[Any]], expected: dict[str, NDArray[Any]]) -> None:
    assert list(found) == list(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-5, atol=1e-5)
        assert found[name].dtype == np.float32


@settings(max_examples=30, deadline=None)
@given(n=SIZES, k=SIZES, m=SIZES, turned=st.booleans())
def test_any_length_of_a_free_axis_is_taken(
    session: Session, n: int, k: int, m: int, turned: bool
) -> None:
    rng = np.random.default_rng(n)
    a = rng.normal(size=(k, n) if turned else (n, k)).astype(np.float32)
    a = a.T if turned else a  # not contiguous: as slices of a caller's arrays are
    b = rng.normal(size=(k, m)).astype(np.float32)
    found = session.run("products", {"a": a, "b": b})
    np.testing.assert_allclose(found["product"], a @ b, rtol=1e-4, atol=1e-5)


@settings(max_examples=30, deadline=None)
@given(a=st.lists(st.integers(0, 4), max_size=3), b=st.lists(st.integers(0, 4), max_size=3))
def test_shapes_that_do_not_fit_never_reach_the_graph(
    session: Session, a: list[int], b: list[int]
) -> None:
    inputs = {"a": np.ones(a, np.float32), "b": np.ones(b, np.float32)}
    fits = len(a) == len(b) == 2 and a[1] == b[0] and min(a + b) > 0
    if fits:
        assert session.run("products", inputs)["product"].shape == (a[0], b[1])
    else:
        with pytest.raises(InputError, match="should have shape"):
            session.run("products", inputs)


def test_the_answer_is_the_graphs(session: Session) -> None:
    inputs = cases(5)
    same(session.run("classifier", inputs), answers(inputs))


def test_graphs_are_opened_when_they_are_needed(pack: Pack) -> None:
    session = Session(pack)
    assert session._engines == {}
    session.run("classifier", cases(1))
    assert list(session._engines) == ["classifier"]
    assert session.open("classifier") is session.open("classifier")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a list": ({"x": [[0.0] * LENGTH] * 2}, "array of float32. Found list"),
    "doubles": ({"x": np.zeros((2, LENGTH))}, "Found float64"),
    "the other byte order": ({"x": np.zeros((2, LENGTH), ">f4")}, "Found >f4"),
    "a length too short": ({"x": np.zeros((2, LENGTH - 1), np.float32)}, r"shape \(n, 8\)"),
    "one recording alone": ({"x": np.zeros(LENGTH, np.float32)}, r"Found shape \(8,\)"),
    "no recording": ({"x": np.zeros((0, LENGTH), np.float32)}, "no axis empty"),
    "lengths that differ": ({"x": np.zeros((3, LENGTH), np.float32)}, r"with {'n': 3}"),
    "a name too many": ({"y": np.zeros(2, np.float32)}, "Found .*'y'"),
    "NaN": ({"x": np.full((2, LENGTH), np.nan, np.float32)}, r"Found nan at \(0, 0\)"),
    "infinity": ({"x": np.full((2, LENGTH), np.inf, np.float32)}, "Found inf"),
    "nanovolts": ({"x": np.full((2, LENGTH), 1e6, np.float32)}, "10000 or less.*units"),
    "volts, inverted": ({"x": np.full((2, LENGTH), -1e6, np.float32)}, "-10000 or more"),
    "a level not known": (
        {"conditions": np.array([[3.0, 60.0], [3.0, np.nan]], np.float32)},
        r"level \(dB\), should hold finite.*Found nan at \(1,\)",
    ),
    "an age below birth": (
        {"conditions": np.array([[-1.0, 60.0]] * 2, np.float32)},
        r"age \(years\), should hold numbers or NaN, 0 or more, 120 or less. Found -1",
    ),
    "an infinite age": ({"conditions": np.array([[np.inf, 6.0]] * 2, np.float32)}, "Found inf"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_input_is_named(session: Session, case: str) -> None:
    change, says = WRONG[case]
    with pytest.raises(InputError, match=says):
        session.run("classifier", cases(2) | change)


def test_no_case_at_all_is_an_error_of_one_call_and_an_empty_answer_of_many(
    session: Session,
) -> None:
    with pytest.raises(InputError, match="no axis empty"):
        session.run("classifier", cases(0))
    same(run_in_batches(session, "classifier", cases(0)), answers(cases(0)))


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_not_known_is_nan_and_never_infinity(value: float) -> None:
    weight = Tensor(name="w", shape=("n",), units="kg", meaning="weight", missing=True)
    check_inputs({"w": np.array([np.nan, 3.0], np.float32)}, [weight])
    with pytest.raises(InputError, match=r"numbers or NaN\. Found -?inf at \(1,\)"):
        check_inputs({"w": np.array([np.nan, value], np.float32)}, [weight])


def test_a_missing_input_is_named(session: Session) -> None:
    with pytest.raises(InputError, match=r"\['x', 'conditions'\]. Found \['x'\]"):
        session.run("classifier", {"x": cases(1)["x"]})


def test_an_unknown_graph_is_named(session: Session) -> None:
    for run in (session.run, lambda *a: run_in_batches(session, *a)):
        with pytest.raises(PackError, match=r"\['classifier', 'products'\]. Found 'third'"):
            run("third", {})


def test_a_model_that_overflows_says_so(session: Session) -> None:
    big = {"a": np.full((1, 1), 1e3, np.float32), "b": np.ones((1, 1), np.float32)}
    with pytest.raises(PackError, match=r"'raised' .* should hold finite numbers. Found inf"):
        session.run("products", big)


def test_an_answer_of_another_shape_says_so(tmp_path: Path) -> None:
    # The graph states no length, so that only running it shows that the card is wrong.
    from evoscope.runtime import Graph, Tensor, write_pack

    from .small import card, classifier, described

    one = described()["classifier"]
    said = one.model_copy(
        update={
            "outputs": (
                one.outputs[0],
                Tensor(name="echo", shape=("n", 5), units="uV", meaning="five of them"),
            )
        }
    )
    wrong = card(graphs={"classifier": Graph.model_validate(said.model_dump())})
    pack = write_pack(tmp_path / "pack", {"classifier": classifier(length="any")}, wrong)
    with pytest.raises(PackError, match=r"should have shape \(2, 5\). Found \(2, 8\)"):
        Session(pack).run("classifier", cases(2))


@settings(max_examples=25, deadline=None)
@given(n=st.integers(0, 30), rows=st.integers(1, 12))
def test_batches_answer_as_one_call_would(session: Session, n: int, rows: int) -> None:
    inputs = cases(n)
    same(run_in_batches(session, "classifier", inputs, rows=rows), answers(inputs))


def test_what_all_cases_share_goes_whole_into_every_batch(session: Session) -> None:
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=shape).astype(np.float32) for shape in ((9, 4), (4, 3)))
    found = run_in_batches(session, "products", {"a": a, "b": b}, rows=2)
    np.testing.assert_allclose(found["product"], a @ b, rtol=1e-5, atol=1e-6)


def test_no_call_sees_more_rows_than_asked(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = engine.Engine.run

    def spy(self: engine.Engine, inputs: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
        seen.append(len(inputs["x"]))
        return real(self, inputs)

    monkeypatch.setattr(engine.Engine, "run", spy)
    run_in_batches(session, "classifier", cases(10), rows=4)
    assert seen == [4, 4, 2]


def test_a_bad_row_of_many_is_found_before_work_is_done(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = cases(10)
    inputs["x"][7, 2] = np.nan
    monkeypatch.setattr(engine.Engine, "run", lambda *_: pytest.fail("ran"))
    with pytest.raises(InputError, match=r"Found nan at \(7, 2\)"):
        run_in_batches(session, "classifier", inputs, rows=2)


def test_a_graph_whose_cases_cannot_be_told_apart_is_not_cut(tmp_path: Path) -> None:
    from .small import described

    graph = described()["products"]
    square = tuple(t.model_copy(update={"shape": ("n", "n")}) for t in graph.inputs)
    outputs = tuple(t.model_copy(update={"shape": ("n", "n")}) for t in graph.outputs)
    same_axis = graph.model_copy(update={"inputs": square, "outputs": outputs})
    pack = small(tmp_path / "pack", graphs=described() | {"products": same_axis})
    ones = {"a": np.ones((4, 4), np.float32), "b": np.ones((4, 4), np.float32)}
    with pytest.raises(PackError, match="cases as their first axis"):
        run_in_batches(Session(pack), "products", ones)


def test_threads_share_one_graph(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    real = engine.Engine.__init__

    def slow(self: engine.Engine, content: bytes, **options: Any) -> None:
        opened.append(options["name"])
        time.sleep(0.02)  # long enough for every thread to arrive
        real(self, content, **options)

    monkeypatch.setattr(engine.Engine, "__init__", slow)
    session, together = Session(pack), threading.Barrier(8)

    def work(seed: int) -> None:
        inputs = cases(3, seed)
        together.wait()
        for _ in range(20):
            same(session.run("classifier", inputs), answers(inputs))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(8)))
    assert opened == ["classifier"]


def run_elsewhere(session: Session, n: int) -> tuple[int, int, dict[str, NDArray[Any]]]:
    import os

    return os.getpid(), session.threads, session.run("classifier", cases(n))


def test_a_spawned_process_runs_a_session_it_was_sent(pack: Pack) -> None:
    session = Session(pack, threads=2)
    session.open("classifier")  # an opened graph stays behind
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        process, threads, found = pool.submit(run_elsewhere, session, 4).result(timeout=60)
    assert process != os.getpid()
    assert threads == 2
    same(found, answers(cases(4)))


def test_a_session_sent_elsewhere_refuses_a_pack_that_changed(tmp_path: Path) -> None:
    from evoscope.runtime import write_pack

    from .small import card, classifier, graphs

    pack = small(tmp_path / "pack")
    sent = pickle.dumps(Session(pack))
    other = graphs() | {"classifier": classifier(length="length")}
    write_pack(pack.folder, other, card(version="2"), overwrite=True)
    with pytest.raises(PackError, match="written with"):
        pickle.loads(sent).run("classifier", cases(1))


def test_a_relative_path_survives_a_change_of_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    pack = small(Path("pack"))
    monkeypatch.chdir("/")
    same(Session(pack).run("classifier", cases(1)), answers(cases(1)))


def test_the_number_of_threads_reaches_the_engine(
    pack: Pack, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onnxruntime

    seen: list[tuple[int, str]] = []
    real = onnxruntime.InferenceSession

    def spy(content: bytes, options: Any, **rest: Any) -> Any:
        spinning = options.get_session_config_entry("session.intra_op.allow_spinning")
        seen.append((options.intra_op_num_threads, spinning))
        return real(content, options, **rest)

    monkeypatch.setattr(onnxruntime, "InferenceSession", spy)
    Session(pack).open("classifier")
    Session(pack, threads=2).open("classifier")
    assert seen == [(1, "0"), (2, "0")]


@pytest.mark.parametrize("number", [0, -1])
def test_no_thread_or_no_row_is_refused(pack: Pack, number: int) -> None:
    with pytest.raises(ValueError, match="threads should be 1 or more"):
        Session(pack, threads=number)
    with pytest.raises(ValueError, match="rows should be 1 or more"):
        run_in_batches(Session(pack), "classifier", cases(1), rows=number)
