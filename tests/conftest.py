"""What every test relies on: no network, no home folder, and the datasets loaded once."""

from __future__ import annotations

import functools
import gc
import os
import socket
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from streamlit.components.v2 import manifest_scanner

from lstm_core.data import datasets, mnist_files
from lstm_core.data.info import Dataset
from tests.quick import load_nothing_heavy, start_no_process
from tests.side_by_side import WholeFiles, longest_first

NAMED_FOLDER = os.environ.get(datasets.DATA_VARIABLE)
"""As it was before any test changed it."""

OWN_ADDRESSES = {card.address for cards in psutil.net_if_addrs().values() for card in cards}
ANYWHERE_HERE = {"", "localhost", "0.0.0.0", "::", "::1", *OWN_ADDRESSES}


class NetworkForbidden(RuntimeError):
    """A test reached for the network; not an `OSError`, so that nothing takes it for a bad connection."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--quick",
        action="store_true",
        help="skip what loads TensorFlow, Keras, JAX or Numba, or starts a process",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Move the home folder away before any test module is imported; child processes inherit this."""
    folder = tempfile.TemporaryDirectory(prefix="row-by-row-tests-", ignore_cleanup_errors=True)
    config.add_cleanup(folder.cleanup)
    home = Path(folder.name)
    patch = pytest.MonkeyPatch()
    config.add_cleanup(patch.undo)
    for variable in ("HOME", "USERPROFILE"):
        patch.setenv(variable, str(home))
    for variable in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "LOCALAPPDATA"):
        patch.setenv(variable, str(home / variable.lower()))
    patch.setenv("ROW_BY_ROW_HOME", str(home / "row-by-row"))
    _keep_what_is_compiled(config, patch)
    patch.setenv("ROW_BY_ROW_WORKERS", "1")  # one run after the other, on every machine
    starts_workers = bool(config.getoption("numprocesses", None))
    if starts_workers:
        # They read it when they load NumPy. With threads of its own each would wait for the others' threads.
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
    elif config.getoption("--quick"):
        config.add_cleanup(load_nothing_heavy())


def _keep_what_is_compiled(config: pytest.Config, patch: pytest.MonkeyPatch) -> None:
    """JAX compiles hundreds of small programs here, many of them equal, for a handful of images."""
    cache = getattr(config, "cache", None)  # none where a test started this, with its own environment
    if cache:
        patch.setenv("JAX_COMPILATION_CACHE_DIR", str(cache.mkdir("jax")))
    patch.setenv("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
    patch.setenv("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> WholeFiles | None:
    return WholeFiles(config, log) if config.getoption("dist") == "loadfile" else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    longest_first(items)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """What is collected stays, and to look through it for garbage again and again takes a second."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.fixture(autouse=True)
def keras_computes_in_float32() -> None:
    """Whatever precision the network of the test before had, which Keras keeps for all layers to come."""
    if "keras" in sys.modules:
        sys.modules["keras"].config.set_dtype_policy("float32")


@pytest.fixture(scope="module", autouse=True)
def what_lives_is_searched_for_garbage_once() -> None:
    """Streamlit collects garbage after every script run: half a second each, once TensorFlow is loaded."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def no_process_when_quick(pytestconfig: pytest.Config) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        if pytestconfig.getoption("--quick"):
            start_no_process(patch)
        yield


@pytest.fixture(scope="session", autouse=True)
def components_are_looked_for_once() -> Iterator[None]:
    """Every AppTest reads what all installed packages say of themselves: a quarter of a second."""
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


@pytest.fixture(scope="session", autouse=True)
def mnist_is_unpacked_once() -> Iterator[None]:
    """Every page that is opened anew unpacks and verifies the same bytes: a third of a second."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(datasets, "unpack", functools.lru_cache(maxsize=1)(mnist_files.unpack))
        yield


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Only this machine can be connected to, and no other name is looked up."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def only_here(host: Any) -> None:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name not in ANYWHERE_HERE and not name.startswith("127."):
            raise NetworkForbidden(f"A test may not connect to {name}.")

    def checked_connect(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            only_here(address[0])
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: Any) -> int:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            only_here(address[0])
        return connect_ex(self, address)

    def checked_look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        only_here(host)
        return look_up(host, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", checked_connect)
        patch.setattr(socket.socket, "connect_ex", checked_connect_ex)
        patch.setattr(socket, "getaddrinfo", checked_look_up)
        yield


@pytest.fixture(scope="session")
def mnist() -> Dataset:
    """MNIST from the folder named by ``ROW_BY_ROW_DATA``; without it the test is skipped."""
    if not NAMED_FOLDER:
        pytest.skip(f"set {datasets.DATA_VARIABLE} to a folder with mnist.npz to run this test")
    return datasets.load("mnist", folder=Path(NAMED_FOLDER), download=False)


@pytest.fixture(scope="session")
def digits() -> Dataset:
    """The UCI digits that come with the project."""
    return datasets.load("digits")
