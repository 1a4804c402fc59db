"""First weights from a CSV file: what is taken, what is refused and how, and where they are kept."""

from __future__ import annotations

import io
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lstm_core.arrays import FloatArray
from lstm_core.errors import InvalidValue, StorageError, WeightsError
from lstm_core.settings import first_weights
from lstm_core.settings.validation import hyperparameters, with_changes
from tests.seeded import seeded

FEATURES, UNITS = 3, 2
SHAPE = (5, 8)


def a_kernel(shape: tuple[int, int] = SHAPE) -> FloatArray:
    return np.random.default_rng(0).standard_normal(shape).astype(np.float32)


def as_csv(kernel: FloatArray) -> str:
    return "".join(",".join(map(repr, map(float, row))) + "\n" for row in kernel)


def test_numbers_come_back_bit_by_bit():
    kernel = a_kernel()
    assert np.array_equal(first_weights.parse(as_csv(kernel), FEATURES, UNITS), kernel)


@pytest.mark.parametrize(
    "written",
    [
        as_csv(a_kernel()).encode(),
        b"\xef\xbb\xbf" + as_csv(a_kernel()).encode(),
        as_csv(a_kernel()).replace("\n", "\r\n"),
        as_csv(a_kernel()).replace("\n", "\r"),
        as_csv(a_kernel()).replace(",", " , ") + "\n\n",
        as_csv(a_kernel()).rstrip("\n"),
    ],
    ids=[
        "bytes",
        "byte order mark",
        "Windows",
        "old Macintosh",
        "spaces and blank lines",
        "no last line end",
    ],
)
def test_a_file_may_be_written_as_spreadsheets_write_it(written: str | bytes):
    assert np.array_equal(first_weights.parse(written, FEATURES, UNITS), a_kernel())


LINE = "1,2,3,4,5,6,7,8\n"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("in,2,3,4,5,6,7,8\n" + LINE * 5, "a finite number in line 1, column 1; got 'in'"),
        (LINE * 4 + "1,2,3,4,5,6,seven,8\n", "a finite number in line 5, column 7; got 'seven'"),
        (LINE * 4 + "1,2,3,4,5,6,,8\n", "a finite number in line 5, column 7; got ''"),
        (LINE + "\n" + "1,2,nan,4,5,6,7,8\n", "a finite number in line 3, column 3; got 'nan'"),
        (LINE + "1,2,3,4,5,6,7,-inf\n", "a finite number in line 2, column 8; got '-inf'"),
        ("1e39," + LINE[2:], "a finite number in line 1, column 1; got '1e39'"),
        ("1_000," + LINE[2:], "a finite number in line 1, column 1; got '1_000'"),
        ("1;2;3;4;5;6;7;8\n" * 5, "a finite number in line 1, column 1; got '1;2;3;4;5;6;7;8'"),
        (LINE * 2 + "1,2,3\n", "as wide in every line as in the first, 8 numbers; got '3 in line 3'"),
        (LINE * 4, "of shape (5, 8), for 3 numbers of a row and 2 units in the first layer; got (4, 8)"),
        ("1,2\n" * 5, "of shape (5, 8), for 3 numbers of a row and 2 units in the first layer; got (5, 2)"),
        ("", "of shape (5, 8), for 3 numbers of a row and 2 units in the first layer; got (0, 0)"),
        (b"\x93NUMPY", "text in UTF-8; got 'the byte 0x93'"),
        (b"PK\x03\x04\x00\x00", "`initial_kernel` must be a"),
        ("1" * 200_000, "`initial_kernel` must be a"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(content: str | bytes, message: str):
    with pytest.raises(InvalidValue) as caught:
        first_weights.parse(content, FEATURES, UNITS)
    assert caught.value.field == "initial_kernel"
    assert message in str(caught.value)


def test_a_file_that_is_too_large_is_refused_before_it_is_read():
    with pytest.raises(InvalidValue, match=r"a file of at most 1,000,000 bytes .* got '1,000,001 bytes'"):
        first_weights.parse("x" * 1_000_001, FEATURES, UNITS)
    wide = as_csv(np.full((8, 32_768), -1.1754944e-38, np.float32))
    with pytest.raises(InvalidValue, match=r"of shape \(1025, 4096\).* got \(8, 32768\)"):
        first_weights.parse(wide, 1, 1024)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"1," * 600_000, "lines of at most 1,000,000 characters; got 'a longer one, line 1'"),
        (b"1,2,3,4,5\n" * 110_000, "of shape (284, 1024); got 'more than 500,000 numbers'"),
        (b"\n" * 1_000_000, "got (0, 0)"),
        (b"1,2\n\xff", "text in UTF-8; got 'the byte 0xff'"),
    ],
)
def test_a_file_of_another_shape_takes_no_more_memory_than_one_that_fits(content: bytes, message: str):
    tracemalloc.start()
    with pytest.raises(InvalidValue) as caught:
        first_weights.parse(content, 28, 256)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert message in str(caught.value)
    assert peak < 2**24


def test_a_file_is_read_for_the_settings_and_a_pipe_is_not_waited_for(tmp_path: Path):
    settings = hyperparameters({"dataset": "digits", "units": (2,), "input_projection": 3})
    path = tmp_path / "kernel.csv"
    path.write_text(LINE * 5)
    assert first_weights.parse_file(path, settings).shape == SHAPE
    path.write_text("1" * 2_000_000)
    with pytest.raises(StorageError, match="larger than 1,000,000 bytes"):
        first_weights.parse_file(path, settings)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(StorageError, match="a pipe or a device"):
        first_weights.parse_file(path, settings)


def test_a_kept_file_that_claims_a_huge_matrix_takes_no_memory(tmp_path: Path):
    fingerprint = first_weights.save(a_kernel(), tmp_path)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (2**30, 2**10)}
    )
    (tmp_path / "initial_kernels" / f"{fingerprint}.npy").write_bytes(header.getvalue())
    with pytest.raises(WeightsError, match="are damaged"):
        first_weights.load(fingerprint, tmp_path)


@seeded
@given(st.text() | st.binary())
def test_whatever_is_in_a_file_it_is_taken_or_told(content: str | bytes):
    with pytest.raises(InvalidValue):
        first_weights.parse(content, FEATURES, UNITS)


def test_a_kernel_is_kept_under_its_fingerprint(tmp_path: Path):
    kernel = a_kernel()
    fingerprint = first_weights.save(kernel, tmp_path)
    assert [path.name for path in (tmp_path / "initial_kernels").iterdir()] == [f"{fingerprint}.npy"]
    assert np.array_equal(first_weights.load(fingerprint, tmp_path), kernel)
    assert first_weights.save(kernel, tmp_path) == fingerprint == first_weights.fingerprint_of(kernel)


def test_other_numbers_and_another_shape_have_another_fingerprint():
    kernel = a_kernel()
    others = [kernel + 1, kernel.reshape(8, 5), np.zeros((5, 8), np.float32), np.zeros((8, 5), np.float32)]
    assert len({first_weights.fingerprint_of(array) for array in [kernel, *others]}) == 5


def test_a_kernel_that_is_missing_is_said(tmp_path: Path):
    with pytest.raises(WeightsError, match="not on this machine; choose their CSV file again"):
        first_weights.load("0" * 64, tmp_path)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "G" * 64])
def test_only_a_fingerprint_becomes_a_path(name: str, tmp_path: Path):
    with pytest.raises(InvalidValue, match="64 hexadecimal digits"):
        first_weights.load(name, tmp_path)


def test_a_damaged_or_exchanged_file_is_found_out(tmp_path: Path):
    fingerprint = first_weights.save(a_kernel(), tmp_path)
    path = tmp_path / "initial_kernels" / f"{fingerprint}.npy"
    whole = path.read_bytes()
    other = first_weights.save(a_kernel() + 1, tmp_path)
    exchanged = path.with_name(f"{other}.npy").read_bytes()
    for content in (whole[:-4], b"", b"PK\x03\x04", exchanged):
        path.write_bytes(content)
        with pytest.raises(WeightsError, match="are damaged"):
            first_weights.load(fingerprint, tmp_path)


def test_a_pickle_is_not_opened(tmp_path: Path):
    fingerprint = first_weights.save(a_kernel(), tmp_path)
    np.save(tmp_path / "initial_kernels" / f"{fingerprint}.npy", np.array([object()]), allow_pickle=True)
    with pytest.raises(WeightsError, match="are damaged"):
        first_weights.load(fingerprint, tmp_path)


def test_the_shape_is_held_against_the_settings(tmp_path: Path):
    settings = hyperparameters({"dataset": "digits", "units": (2,), "input_projection": 3})
    assert first_weights.shape_of(settings) == SHAPE
    assert first_weights.shape_of(with_changes(settings, input_projection=0)) == (8 + 2, 8)
    assert first_weights.for_settings(settings, tmp_path) is None
    fingerprint = first_weights.save(a_kernel(), tmp_path)
    started = with_changes(settings, initializer="csv", initial_kernel=fingerprint)
    found = first_weights.for_settings(started, tmp_path)
    assert found is not None
    assert np.array_equal(found, a_kernel())
    with pytest.raises(InvalidValue, match=r"of shape \(6, 12\), for 3 numbers .* 3 units .*; got \(5, 8\)"):
        first_weights.for_settings(with_changes(started, units=(3,)), tmp_path)
