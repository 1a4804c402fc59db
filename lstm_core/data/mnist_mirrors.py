"""The public places that serve MNIST, and the one door to the network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lstm_core.data.mnist_files import ARCHIVE, IDX_FILES

Progress = Callable[[int, int], None]
"""Called with the bytes done and the bytes in total, from the thread that loads."""

Fetch = Callable[[str], Iterator[bytes]]
"""Gets the content behind an address in chunks; raises `OSError` with a reason for people."""


@dataclass(frozen=True)
class Mirror:
    """A public place that serves MNIST.

    Attributes:
        address: what every file name is appended to; ends with a slash.
        files: names of the files there; together they hold all of MNIST.
        size: bytes of all files, for the progress.
    """

    address: str
    files: tuple[str, ...]
    size: int


_IDXARCHIVES = tuple(f"{name}.gz" for name in IDX_FILES)
_IDXARCHIVES_SIZE = 9_912_422 + 28_881 + 1_648_877 + 4_542

MIRRORS = (
    Mirror("https://storage.googleapis.com/tensorflow/tf-keras-datasets/", (ARCHIVE,), 11_490_434),
    Mirror("https://storage.googleapis.com/cvdf-datasets/mnist/", _IDXARCHIVES, _IDXARCHIVES_SIZE),
    Mirror("https://ossci-datasets.s3.amazonaws.com/mnist/", _IDXARCHIVES, _IDXARCHIVES_SIZE),
)


def fetch_over_http(address: str) -> Iterator[bytes]:
    """Yield the content behind ``address`` in chunks, following redirects.

    Raises:
        ConnectionError: the network or the server was not reachable.
        OSError: the server did not serve the file, or the connection broke off.
    """
    import requests

    try:
        with requests.get(address, stream=True, timeout=(5, 30)) as response:
            response.raise_for_status()
            yield from response.iter_content(2**16)
    except requests.HTTPError as error:
        raise OSError(f"the server answered {error.response.status_code}") from error
    except requests.exceptions.SSLError as error:
        raise OSError("the certificate of the server was not accepted") from error
    except requests.exceptions.ChunkedEncodingError as error:
        raise OSError("the connection broke off") from error
    except (requests.ConnectionError, requests.Timeout) as error:
        raise ConnectionError("the network was not reachable") from error
