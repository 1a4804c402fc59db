"""Cores of a machine whose control groups are small files in a temporary folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from lstm_core.reading import control_group, cores


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def test_without_any_group_there_is_no_limit(tmp_path: Path):
    own = tmp_path / "cgroup"
    assert control_group.memory(tmp_path, own) is None
    assert control_group.processors(tmp_path, own) is None
    own.write_text("0::/\n")
    write(tmp_path, memory__max="max", cpu__max="max 100000")
    assert control_group.memory(tmp_path, own) is None
    assert control_group.processors(tmp_path, own) is None


def test_of_version_2_the_strictest_group_counts(tmp_path: Path):
    own = tmp_path / "own"
    own.write_text("0::/pod/container\n")
    mount = tmp_path / "mount"
    write(mount / "pod", memory__max="8000", memory__current="7000", cpu__max="400000 100000")
    inside = {"memory__max": "4000", "memory__current": "3000", "memory__stat": "anon 5\ninactive_file 2000"}
    write(mount / "pod/container", **inside, cpu__max="150000 100000")
    assert control_group.memory(mount, own) == (8000, 1000)  # files held in memory can go
    assert control_group.processors(mount, own) == 1.5


def test_of_version_1_each_controller_has_its_group(tmp_path: Path):
    own = tmp_path / "own"
    own.write_text("9:name=systemd:/\n4:memory:/docker/abc\n2:cpu,cpuacct:/docker/abc\n0::/\n")
    mount = tmp_path / "mount"
    # What a container sees: its own group stands at the root.
    write(mount / "memory", memory__limit_in_bytes="5000", memory__usage_in_bytes="1000")
    write(mount / "cpu", cpu__cfs_quota_us="-1", cpu__cfs_period_us="100000")
    assert control_group.memory(mount, own) == (5000, 4000)
    assert control_group.processors(mount, own) is None
    write(mount / "memory", memory__limit_in_bytes=str(2**63 - 4096))
    write(mount / "cpu", cpu__cfs_quota_us="250000")
    assert control_group.memory(mount, own) is None
    assert control_group.processors(mount, own) == 2.5


@pytest.mark.parametrize(("quota", "expected"), [(None, 8), (2.5, 3), (0.5, 1), (64.0, 8)])
def test_the_cores_are_those_of_the_affinity_within_the_quota(
    monkeypatch: pytest.MonkeyPatch, quota: float | None, expected: int
):
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: set(range(8)), raising=False)
    monkeypatch.setattr(control_group, "processors", lambda: quota)
    assert cores.cores() == expected
