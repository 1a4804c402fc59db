"""What killed processes left is cleared away, and nothing else."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lstm_core.runs.leftovers import clear_leftovers
from lstm_core.runs.run import Run
from lstm_core.runs.store import RunStore

HEX = "0123456789ab"
TARGETS = (
    "runs/{run}/status.json",
    "runs/{run}/run.json",
    "runs/{run}/weights.npz",
    "runs/{run}/checkpoint.npz",
    "runs/{run}/drawing.npy",
    "runs/{run}/snapshots/step-00000020.npz",
    f"initial_kernels/{'a' * 64}.npy",
    "hand/drawings.jsonl",
    "worker.starting",
    "worker.exit",
    "worker-2.exit",
    "fused_operations.json",
    "usable_devices.json",
)
"""Files that are written whole, under the root."""

FOREIGN = (
    ".notes.202611281200",
    ".bashrc.0123456789ab",
    "weights.npz.0123456789ab",
    "queue.lock",
    "worker.log.before",
    "runs/.keep",
    "runs/.20261128-120000-abcdef.old",
    "runs/{run}/.weights.npz",
    "runs/{run}/.weights.npz.0123456789abc",
    "runs/{run}/.weights.npz.0123456789AB",
    "runs/{run}/.mine.txt.0123456789ab",
    "runs/{run}/weights.npz.damaged",
    "runs/{run}/snapshots/.weights.npz.0123456789ab",
    "elsewhere/.weights.npz.0123456789ab",
    "damaged/20261128-120000-abcdef/.weights.npz.0123456789ab",
)


def later() -> float:
    return time.time() + 3601


def put(root: Path, name: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("something")
    return path


def everything(root: Path) -> set[Path]:
    return set(root.rglob("*"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
@pytest.mark.parametrize("target", TARGETS)
def test_what_a_process_left_that_was_killed_while_it_wrote_is_removed(
    target: str, store: RunStore, run: Run
) -> None:
    path = store.root / target.format(run=run.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    before = everything(store.root)
    program = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from lstm_core.files import write_whole\n"
        "with write_whole(Path(sys.argv[1])) as file:\n"
        "    file.write(b'half')\n"
        "    file.flush()\n"
        "    print('there', flush=True)\n"
        "    time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, str(path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"there\n"
        process.send_signal(signal.SIGKILL)
    (left,) = everything(store.root) - before
    assert clear_leftovers(store.root) == []  # it may still be written
    assert left.exists()
    assert clear_leftovers(store.root, clock=later) == [left]
    assert everything(store.root) == before


def test_runs_that_were_half_made_or_half_deleted_are_removed(store: RunStore, run: Run) -> None:
    before = everything(store.root)
    for ending in ("new", "deleted"):
        put(store.folder, f".20261128-120000-abcdef.{ending}/snapshots/step-00000001.npz")
    assert clear_leftovers(store.root) == []
    assert len(clear_leftovers(store.root, clock=later)) == 2
    assert everything(store.root) == before
    assert store.list() == [run]


def test_nothing_else_is_touched(store: RunStore, run: Run) -> None:
    for name in FOREIGN:
        put(store.root, name.format(run=run.id))
    (store.folder / f"{run.id}" / f".weights.npz.{HEX}").mkdir()  # a folder where a file would be
    put(store.root, "runs/.20261128-120000-fedcba.new")  # a file where a folder would be
    before = everything(store.root)
    assert clear_leftovers(store.root, clock=later) == []
    assert everything(store.root) == before


def test_no_link_is_followed(store: RunStore, run: Run, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    mine = put(outside, f".weights.npz.{HEX}")
    deep = put(outside, f"snapshots/.step-00000001.npz.{HEX}")
    (run.folder / "snapshots").symlink_to(outside / "snapshots")
    (store.folder / "20261128-120000-abcdef").symlink_to(outside)
    (store.folder / ".20261128-120000-abcdef.deleted").symlink_to(outside)
    (run.folder / f".status.json.{HEX}").symlink_to(mine)
    inside = put(store.folder, ".20261128-120000-fedcba.deleted/file")
    (inside.parent / "link").symlink_to(outside)
    assert clear_leftovers(store.root, clock=later) == [inside.parent]
    assert mine.exists()
    assert deep.exists()


def test_every_file_of_a_run_folder_is_written_under_a_name_that_is_known(store: RunStore, run: Run) -> None:
    """So that no file is added whose leftovers nobody clears."""
    run.steer(paused=True)
    run.save_environment({"python": "3"})
    written = [path for path in run.folder.iterdir() if path.suffix in (".json", ".npz", ".npy")]
    assert len(written) >= 4
    left = [put(path.parent, f".{path.name}.{HEX}") for path in written]
    assert sorted(clear_leftovers(store.root, clock=later)) == sorted(left)


def test_a_folder_that_is_not_there_is_no_trouble(tmp_path: Path) -> None:
    assert clear_leftovers(tmp_path / "nowhere") == []
    put(tmp_path, "file")
    assert clear_leftovers(tmp_path / "file") == []
