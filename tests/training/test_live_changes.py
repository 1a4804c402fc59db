"""Wishes while a run is trained; they come at chosen events, so nothing waits for time."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("keras")

from lstm_core.data.info import Dataset
from lstm_core.reading.evaluation import evaluate, numpy_reader
from lstm_core.runs.events import Batch, Tweaked
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore
from lstm_core.training.trainer import Trainer
from tests.networks import same_weights
from tests.training.short_runs import create, kinds, train


def test_live_tweaks_take_effect_and_are_marked(
    store: RunStore, digits: Dataset, at_event: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    sizes: list[int] = []
    advance = Trainer.advance
    monkeypatch.setattr(Trainer, "advance", lambda self, x, y: (sizes.append(len(x)), advance(self, x, y))[1])
    run = create(store)
    at_event("evaluation", 4, lambda r: r.steer(learning_rate=0.02, dropout=0.25, batch_size=8))
    train(run, digits)
    tweaks = {event.field: event for event in run.events()[0] if isinstance(event, Tweaked)}
    assert {(t.step, t.field, t.before, t.after) for t in tweaks.values()} == {
        (4, "learning_rate", 0.001, 0.02),
        (4, "dropout", 0.5, 0.25),
        (4, "batch_size", 16, 8),
    }
    assert sizes == [16] * 4 + [8] * 8
    assert run.status.tweaked
    assert [e.learning_rate for e in run.events()[0] if isinstance(e, Batch)][-1] == 0.02
    assert store.find(run.identity.key) is None
    assert int(run.checkpoint()["images_seen"]) == 4 * 16 + 8 * 8  # type: ignore[index]


def test_a_wish_from_before_the_start_holds_from_the_first_step(store: RunStore, digits: Dataset):
    run = create(store, steps=2)
    run.steer(learning_rate=0.02)
    train(run, digits)
    assert set(kinds(run)[:2]) == {("tweaked", 0), ("started", 0)}
    assert {e.learning_rate for e in run.events()[0] if isinstance(e, Batch)} == {0.02}
    assert run.status.tweaked


def test_a_paused_run_takes_no_step_until_it_is_let_on(
    store: RunStore,
    digits: Dataset,
    at_event: Callable[..., None],
    at_status: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
):
    seen: list[Any] = []
    naps = iter(range(100))

    def nap(_: float) -> None:
        seen.append((run.status.state, run.events()[0][-1].kind, run.events()[0][-1].step))
        if next(naps) == 3:
            run.steer(paused=False)

    monkeypatch.setattr("time.sleep", nap)
    run = create(store)
    at_event("evaluation", 4, lambda r: r.steer(paused=True))
    train(run, digits)
    assert seen == [("paused", "paused", 4)] * 4
    assert [kind for kind in kinds(run) if kind[0] in ("paused", "resumed")] == [
        ("paused", 4),
        ("resumed", 4),
    ]
    assert run.status.state == "finished"
    assert not run.status.tweaked


def test_a_paused_run_can_be_tweaked_and_stopped(
    store: RunStore, digits: Dataset, at_event: Callable[..., None], monkeypatch: pytest.MonkeyPatch
):
    run = create(store)
    wishes: list[dict[str, Any]] = [{"dropout": 0.1}, {"stop": True}]
    monkeypatch.setattr("time.sleep", lambda _: run.steer(**wishes.pop(0)))
    at_event("evaluation", 4, lambda r: r.steer(paused=True))
    train(run, digits)
    assert [kind for kind, _ in kinds(run)][-5:] == ["snapshot", "paused", "tweaked", "resumed", "stopped"]
    assert (run.status.state, run.status.step) == ("stopped", 4)


def test_stopping_keeps_what_was_learnt(store: RunStore, digits: Dataset, at_event: Callable[..., None]):
    run = create(store, evaluate_every=100)
    at_event("batch", 1, lambda r: r.steer(stop=True))
    train(run, digits)
    assert kinds(run) == [("started", 0), ("snapshot", 1), ("stopped", 1)]
    assert (run.status.state, run.status.step) == ("stopped", 1)
    result = run.result()
    assert result is not None
    assert evaluate(numpy_reader(run.weights()), digits.test, 100).readings == result.readings
    assert store.find(run.identity.key) is None


def test_a_stop_that_comes_with_the_last_step_changes_nothing(
    store: RunStore, digits: Dataset, at_event: Callable[..., None]
):
    run = create(store, steps=4)
    at_event("evaluation", 4, lambda r: r.steer(stop=True))
    train(run, digits)
    assert run.status.state == "finished"


@pytest.mark.parametrize("when", ["while it trains", "at the last validation", "while it is tested"])
def test_more_steps_can_be_asked_for_until_the_very_end(
    store: RunStore,
    digits: Dataset,
    at_event: Callable[..., None],
    at_status: Callable[..., None],
    when: str,
):
    run = create(store, steps=4)
    if when == "while it is tested":
        at_status("reading the test images", lambda r: r.steer(steps=8))
    else:
        step = 1 if when == "while it trains" else 4
        at_event("batch" if step == 1 else "evaluation", step, lambda r: r.steer(steps=8))
    train(run, digits)
    assert kinds(run)[-1] == ("finished", 8)
    assert [kind for kind, _ in kinds(run)].count("finished") == 1
    assert [(e.before, e.after) for e in run.events()[0] if isinstance(e, Tweaked)] == [(4, 8)]
    whole = create(store, steps=8)
    train(whole, digits)
    assert same_weights(run.weights(), whole.weights())


def test_fewer_steps_end_the_training_early(store: RunStore, digits: Dataset, at_event: Callable[..., None]):
    run = create(store)
    at_event("evaluation", 4, lambda r: r.steer(steps=2))
    train(run, digits)
    assert kinds(run)[-1] == ("finished", 4)
    assert run.status.tweaked


def test_a_control_file_that_cannot_be_read_does_not_end_a_training(
    store: RunStore, digits: Dataset, at_event: Callable[..., None]
):
    run = create(store)
    at_event("evaluation", 4, lambda r: (r.folder / "control.json").write_text('{"learning_rate": "fast"'))
    train(run, digits)
    assert run.status.state == "finished"
    assert not run.status.tweaked


def test_two_wishes_within_one_tick_of_the_clock_are_both_seen(
    store: RunStore, digits: Dataset, at_event: Callable[..., None]
):
    run = create(store)

    def same_time(_: Run, rate: float) -> None:
        run.steer(learning_rate=rate)
        os.utime(run.folder / "control.json", ns=(10**18, 10**18))

    at_event("batch", 1, lambda r: same_time(r, 0.1))
    at_event("evaluation", 4, lambda r: same_time(r, 0.2))
    train(run, digits)
    assert [e.after for e in run.events()[0] if isinstance(e, Tweaked)] == [0.1, 0.2]


def test_a_change_between_stop_and_continue_is_marked(store: RunStore, digits: Dataset):
    run = create(store, steps=4)
    train(run, digits)
    run.steer(steps=8, learning_rate=0.002)
    train(run, digits)
    tweaks = [(e.field, e.step, e.after) for e in run.events()[0] if isinstance(e, Tweaked)]
    assert tweaks == [("learning_rate", 4, 0.002), ("steps", 4, 8)]
    run.steer(steps=12)
    train(run, digits)
    assert [(e.field, e.step) for e in run.events()[0] if isinstance(e, Tweaked)][2:] == [("steps", 8)]
