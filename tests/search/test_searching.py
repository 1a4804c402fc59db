"""Searches over real trainings: tiny networks on the UCI digits, with processes that are killed."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator, Sequence

import pytest
from click.testing import CliRunner

from lstm_core.__main__ import main
from lstm_core.errors import SearchBusy, SearchError
from lstm_core.runs.index import RunSummary
from lstm_core.runs.jobs import Jobs
from lstm_core.search import study as kept
from lstm_core.search.begin import begin_search
from lstm_core.search.folder import SearchFolder
from lstm_core.search.searching import Search
from lstm_core.search.trial_lines import TrialLine, tally, trial_lines
from lstm_core.settings.hyperparameters import HyperParameters
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.forks import Fork, start_detached
from tests.training.real_workers import Workers, needs_keras

pytestmark = [pytest.mark.slow, needs_keras]

SMALL = hyperparameters(
    {
        "dataset": "digits",
        "units": (8,),
        "batch_size": 32,
        "steps": 40,
        "evaluate_every": 5,
        "precision": "float32",
    }
)
RATES = "learning_rate=0.0005..0.02:log"
PATIENCE = 240.0


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    """One home, and one training process for all searches here."""
    found = Workers(tmp_path_factory.mktemp("searches") / "home")
    yield found
    found.kill()


def begin(
    workers: Workers,
    name: str,
    *,
    settings: HyperParameters = SMALL,
    ranges: Sequence[str] = (RATES,),
    trials: int = 4,
    fresh_seeds: int = 2,
) -> SearchFolder:
    root = workers.jobs.store.root
    return begin_search(
        root, settings, ranges, preset="digits", name=name, trials=trials, fresh_seeds=fresh_seeds
    )


def lines_of(folder: SearchFolder) -> list[TrialLine]:
    with kept.opened_study(folder, folder.plan) as study:
        return trial_lines(study, folder.plan)


def own_runs(jobs: Jobs, name: str) -> list[RunSummary]:
    """The runs of the trials of a search."""
    found = [s for s in jobs.store.summaries() if s.identity]
    return [s for s in found if s.parts[0].name.startswith(f"{name} trial")]


def test_a_search_trains_its_trials_and_confirms_the_best_over_fresh_seeds(workers: Workers):
    folder = begin(workers, "whole")
    progress = Search(folder, workers.jobs).run()
    assert progress.state == folder.progress.state == "finished"
    lines, winner = lines_of(folder), progress.winner
    assert [line.ending for line in lines] == ["finished"] * 4
    assert all(0.0005 <= line.values["learning_rate"] <= 0.02 for line in lines)
    assert len({line.values["learning_rate"] for line in lines}) == 4
    assert winner is not None
    assert winner.validation == max(line.accuracy or 0 for line in lines)
    assert (winner.run, winner.searched) == (lines[winner.trial].run, 4)
    assert (winner.seeds, len(winner.runs)) == ((1, 2), 2)
    store = workers.jobs.store
    for seed, run_id, accuracy in zip(winner.seeds, winner.runs, winner.accuracies, strict=True):
        run = store.get(run_id)
        expected = with_changes(store.get(winner.run).hyperparameters, seed=seed)
        assert run.hyperparameters == expected
        assert store.summary(run_id).accuracy == accuracy
    for line in lines:
        events, _ = store.get(line.run).events()
        reported = [event.accuracy for event in events if event.kind == "evaluation"]
        assert list(line.curve) == reported
        assert line.accuracy == reported[-1]


def test_settings_that_were_trained_before_are_told_and_not_trained_again(workers: Workers):
    first = begin(workers, "before", trials=3, settings=with_changes(SMALL, seed=7))
    Search(first, workers.jobs).run()
    before = len(workers.jobs.store.summaries())
    again = begin(workers, "after", trials=3, settings=with_changes(SMALL, seed=7))
    Search(again, workers.jobs).run()
    assert tally(lines_of(again)).seeded == 3
    # The sampler knows the seeded trials, so its own choices differ; what it chose twice was trained once.
    keys = [s.identity.key for s in workers.jobs.store.summaries() if s.identity]
    assert len(set(keys)) == len(keys)
    assert len(keys) - before <= 3 + 2
    study = kept.open_study(again, again.plan)
    study.enqueue_trial({"learning_rate": lines_of(first)[0].values["learning_rate"]})
    again.steer(trials=4, stop=False)
    count = len(workers.jobs.store.summaries())
    Search(again, workers.jobs).run()
    told = lines_of(again)[-1]
    assert (told.ending, told.run) == ("finished", lines_of(first)[0].run)
    assert len(workers.jobs.store.summaries()) <= count + 2  # a new winner, at most


def test_trials_that_fall_behind_are_stopped_and_stay_runs(workers: Workers):
    # More steps than a look takes, so that there is something left to stop.
    slow = with_changes(SMALL, steps=600, evaluate_every=50, units="48")
    folder = begin(
        workers, "pruned", settings=slow, trials=9, fresh_seeds=1, ranges=["learning_rate=0.00001..0.02:log"]
    )
    Search(folder, workers.jobs).run()
    lines = lines_of(folder)
    pruned = [line for line in lines if line.ending == "pruned"]
    assert tally(lines).made == 9
    assert pruned
    warm_up = 4  # a third of twelve validations
    for line in pruned:
        run = workers.jobs.store.get(line.run)
        workers.ended(run)
        assert run.status.state == "stopped"
        assert run.status.step < slow.steps
        assert len(line.curve) >= warm_up
        others = [other.curve[len(line.curve) - 1] for other in lines if other.ending == "finished"]
        assert max(line.curve) < max(others)
    best = max((line for line in lines if line.ending == "finished"), key=lambda line: line.accuracy or 0)
    assert workers.jobs.store.get(best.run).has_checkpoint
    spared = {line.run for line in kept_best(folder)}
    for line in lines:
        run = workers.jobs.store.get(line.run)
        assert run.has_weights
        assert bool(run.snapshots()) == run.has_checkpoint == (line.run in spared)


def kept_best(folder: SearchFolder) -> list[TrialLine]:
    lines = lines_of(folder)
    study = kept.open_study(folder, folder.plan)
    return [lines[trial.number] for trial in kept.ranked(study.get_trials())[:5]]


def test_batches_of_any_size_are_compared_after_as_many_images(workers: Workers):
    folder = begin(workers, "batches", ranges=["batch_size=16|64"], trials=4, fresh_seeds=1)
    Search(folder, workers.jobs).run()
    study = kept.open_study(folder, folder.plan)
    for trial in study.get_trials():
        run = workers.jobs.store.get(trial.user_attrs[kept.RUN])
        batch = trial.params["batch_size"]
        assert run.hyperparameters.evaluate_every == 5 * 32 // batch
        images = [event.step * batch for event in run.events()[0] if event.kind == "evaluation"]
        assert set(trial.intermediate_values) == {round(count / (5 * 32)) for count in images}


def test_the_command_prints_the_winner_and_goes_on_with_more_trials(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
):
    root = workers.jobs.store.root
    monkeypatch.setenv("ROW_BY_ROW_HOME", str(root))
    if not workers.jobs.worker_alive():
        workers.launch(root)  # by the test, so that it ends with it
    given = ["--preset", "digits", "--range", RATES, "--study", "told", "--fresh-seeds", "2", "--json"]
    sets = ("units=8", "batch_size=32", "steps=40", "evaluate_every=5", "seed=21", "augmentation=none")
    changes = [word for each in sets for word in ("--set", each)]
    done = CliRunner().invoke(main, ["search", *given, *changes, "--trials", "2"])
    assert done.exit_code == 0, done.output
    answer = json.loads(done.stdout)
    assert (answer["study"], answer["trials"], answer["pruned"], answer["searched"]) == ("told", 2, 0, 2)
    run = workers.jobs.store.get(answer["id"])
    assert run.hyperparameters.learning_rate == answer["values"]["learning_rate"]
    reached = [workers.jobs.store.summary(run_id).accuracy for run_id in answer["runs"]]
    assert answer["seeds"] == [22, 23]
    assert answer["accuracies"] == reached
    assert answer["accuracy"] == pytest.approx(sum(answer["accuracies"]) / 2)
    more = CliRunner().invoke(main, ["search", "--resume", "told", "--trials", "3"])
    assert more.exit_code == 0, more.output
    assert "searched among 3 trials by validation accuracy alone" in more.stdout
    assert "3 trials were made, 0 of them stopped early" in more.stdout


def test_a_search_that_is_stopped_goes_on_where_it_was(workers: Workers):
    endless = with_changes(SMALL, steps=1500, evaluate_every=250, units="32")
    folder = begin(workers, "stopped", settings=endless, trials=2, fresh_seeds=1)

    def stop() -> None:
        if workers.jobs.store.in_state("running"):
            folder.steer(stop=True)

    assert Search(folder, workers.jobs, between=stop).run().state == "stopped"
    (first,) = lines_of(folder)
    assert first.ending == "failed"
    run = workers.jobs.store.get(first.run)
    workers.ended(run)
    state = run.status.state
    assert state == "stopped"
    folder.steer(stop=False)
    assert Search(folder, workers.jobs).run().state == "finished"
    lines = lines_of(folder)
    assert tally(lines).made == 2
    assert lines[1].values == first.values
    assert lines[1].run == first.run
    assert run.status.state == "finished"


def test_a_trial_whose_process_died_is_asked_again_and_goes_on(workers: Workers):
    endless = with_changes(SMALL, steps=1500, evaluate_every=100, units="32", seed=3)
    folder = begin(workers, "died", settings=endless, trials=2, fresh_seeds=1)
    killed: list[int] = []

    def kill() -> None:
        running = workers.jobs.store.in_state("running")
        if not killed and running and running[0][1].has_checkpoint:
            for process in workers.started:
                killed.append(process.pid)
                process.kill()
                process.wait()

    assert Search(folder, workers.jobs, between=kill).run().state == "finished"
    assert killed
    lines = lines_of(folder)
    lost = [line for line in lines if line.ending == "failed"]
    assert [line.note for line in lost] == ["The process that trained it died."]
    (again,) = [line for line in lines if line.ending == "finished" and line.run == lost[0].run]
    assert again.values == lost[0].values
    assert tally(lines).made == 2
    assert len(own_runs(workers.jobs, "died")) == 2


def test_a_search_that_cannot_find_a_trial_that_works_says_why(workers: Workers):
    folder = begin(workers, "broken", settings=with_changes(SMALL, input_projection=0))
    plan = folder.plan.model_copy(update={"ranges": ("layer_weights=shared|separate", "units=8,9|9,8")})
    broken = plan.model_copy(update={"hyperparameters": {**plan.hyperparameters, "direction": "both"}})
    (folder.folder / "search.json").write_text(broken.model_dump_json())
    study = kept.open_study(folder, broken)
    for _ in range(8):
        study.enqueue_trial({"layer_weights": "shared", "units": "8,9"})
    with pytest.raises(SearchError, match=r"last 5 trials came to nothing.*`layer_weights` must be separate"):
        Search(folder, workers.jobs).run()
    assert folder.progress.state == "failed"
    assert "layer_weights" in folder.progress.detail


def test_one_process_at_a_time_goes_on_with_a_search(workers: Workers):
    folder = begin(workers, "one")
    lock = folder.lock()
    try:
        assert folder.is_worked_on
        with pytest.raises(SearchBusy, match="Another process goes on with the search one"):
            Search(folder, workers.jobs).run()
    finally:
        lock.release()
    assert folder.was_interrupted


def searching(folder: SearchFolder) -> Fork:
    """The process that the page starts."""
    with (folder.folder / "process.log").open("ab") as log:
        return start_detached("lstm_core.search.process", str(folder.root), folder.name, log=log)


def test_a_search_killed_again_and_again_counts_no_trial_twice_and_loses_none(workers: Workers):
    folder = begin(workers, "killed", settings=with_changes(SMALL, seed=5), trials=5, fresh_seeds=1)
    if not workers.jobs.worker_alive():
        workers.launch(folder.root)  # by the test, so that it ends with it
    for moment in (0.5, 0.8, 1.2):
        process = searching(folder)
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if folder.progress.state == "finished":
            break
    process = searching(folder)
    assert process.wait(PATIENCE) == 0
    assert folder.progress.state == "finished"
    check_nothing_twice_nothing_lost(folder, workers.jobs, trials=5)


def check_nothing_twice_nothing_lost(folder: SearchFolder, jobs: Jobs, trials: int) -> None:
    lines = lines_of(folder)
    counted = [line for line in lines if line.ending in ("finished", "pruned")]
    assert len(counted) == tally(lines).made == trials
    assert len({line.run for line in counted}) == trials
    assert not [line for line in lines if line.ending in ("training", "waiting")]
    ours = own_runs(jobs, folder.name)
    assert {summary.id for summary in ours} <= {line.run for line in lines}
    keys = [summary.parts[0].key for summary in ours]
    assert len(set(keys)) == len(keys)


def test_the_plan_of_another_storage_is_not_mistaken(
    workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = begin(workers, "elsewhere")
    plan = folder.plan.model_copy(update={"storage": "database"})
    (folder.folder / "search.json").write_text(plan.model_dump_json())
    monkeypatch.delenv("ROW_BY_ROW_STORAGE", raising=False)
    with pytest.raises(SearchError, match=r"kept in a database\. Name it with ROW_BY_ROW_STORAGE"):
        kept.open_study(folder, plan)
