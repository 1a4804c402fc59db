"""MNIST is downloaded from whichever mirror serves it."""

from __future__ import annotations

import contextlib
import functools
import gzip
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lstm_core.data import datasets, mnist_files, mnist_mirrors
from lstm_core.data.info import Dataset
from lstm_core.data.mnist_mirrors import MIRRORS, Mirror
from lstm_core.errors import DataMissing
from tests.mnist_on_disk import must_not_fetch, same, write

pytestmark = pytest.mark.usefixtures("no_named_folder")


def test_the_mirrors_are_three_and_use_https() -> None:
    assert len({mirror.address for mirror in MIRRORS}) == 3
    for mirror in MIRRORS:
        assert mirror.address.startswith("https://")
        assert mirror.address.endswith("/")


@pytest.mark.slow
def test_a_download_falls_back_to_the_next_mirror_shows_progress_and_is_kept(
    mnist: Dataset, idx_files: dict[str, bytes], tmp_path: Path
) -> None:
    served = {f"{MIRRORS[1].address}{name}.gz": gzip.compress(c, 1) for name, c in idx_files.items()}
    asked, progress = [], []

    def fetch(address: str) -> Iterator[bytes]:
        asked.append(address)
        if address not in served:
            raise OSError("the server answered 503")
        for start in range(0, len(served[address]), 2**20):
            yield served[address][start : start + 2**20]

    found = datasets.load(
        "mnist", cache=tmp_path, fetch=fetch, progress=lambda *state: progress.append(state)
    )
    assert same(found, mnist)
    assert asked == [MIRRORS[0].address + "mnist.npz", *served]
    done = [state[0] for state in progress]
    assert done == sorted(done)
    assert done[-1] == sum(map(len, served.values()))
    assert all(done <= total for done, total in progress)
    assert [path.name for path in tmp_path.iterdir()] == ["mnist.npz"]
    assert same(datasets.load("mnist", cache=tmp_path, fetch=must_not_fetch), mnist)


def test_a_mirror_that_serves_something_else_is_passed_over(
    mnist: Dataset, archive: bytes, tmp_path: Path
) -> None:
    mirrors = (
        Mirror("https://portal.example/", ("mnist.npz",), 9),
        Mirror("https://mirror.example/", ("mnist.npz",), 9),
    )

    def fetch(address: str) -> Iterator[bytes]:
        yield b"<html>Please log in</html>" if "portal" in address else archive

    found = datasets.load("mnist", cache=tmp_path, fetch=fetch, mirrors=mirrors)
    assert same(found, mnist)
    assert found.notes[0].startswith("https://portal.example/mnist.npz is not MNIST: ")


def test_an_endless_download_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist_files, "MAX_IMPORT_BYTES", 1000)
    taken = []

    def endless(address: str) -> Iterator[bytes]:
        while True:
            taken.append(address)
            yield b"\0" * 100

    with pytest.raises(DataMissing, match="no mirror served it"):
        datasets.load("mnist", cache=tmp_path, fetch=endless)
    assert len(taken) == len(MIRRORS) * 11


def test_a_download_that_breaks_off_leaves_nothing_behind(tmp_path: Path) -> None:
    def breaks_off(address: str) -> Iterator[bytes]:
        yield b"PK"
        raise OSError("the connection broke off")

    with pytest.raises(DataMissing, match="the connection broke off"):
        datasets.load("mnist", cache=tmp_path, fetch=breaks_off)
    assert not list(tmp_path.iterdir())


@contextlib.contextmanager
def server(folder: Path) -> Iterator[str]:
    """Serve ``folder`` on this machine; gives the address."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Quiet, directory=folder)
    ) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{httpd.server_port}/"
        finally:
            httpd.shutdown()
            thread.join()


def test_files_come_over_http(mnist: Dataset, archive: bytes, tmp_path: Path) -> None:
    with server(write(tmp_path / "served", {"mnist.npz": archive})) as address:
        mirrors = (Mirror(address, ("mnist.npz",), len(archive)),)
        found = datasets.load("mnist", cache=tmp_path / "cache", mirrors=mirrors)
    assert same(found, mnist)


def test_http_failures_become_reasons_for_people(tmp_path: Path) -> None:
    with server(tmp_path) as address, pytest.raises(OSError, match=r"^the server answered 404$"):
        list(mnist_mirrors.fetch_over_http(address + "mnist.npz"))
    with pytest.raises(ConnectionError, match=r"^the network was not reachable$"):
        list(mnist_mirrors.fetch_over_http(address + "mnist.npz"))
