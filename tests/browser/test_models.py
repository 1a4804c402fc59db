"""A model of real Keras, from the upload to the pages that read with it, and back out as ONNX."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from onnxruntime import InferenceSession

from tests.browser.conftest import draw, wait_for_canvas
from tests.browser.test_runs import choose_newest
from tests.elsewhere.keras_models import built, saved

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two layers of LSTM with dropout and a softmax, for pictures of 8 × 8."""
    folder = tmp_path_factory.mktemp("model")
    saved(built("lstm with dropout"), "keras", folder)
    return (folder / "model.keras").rename(folder / "two_layers_from_keras.keras")


def bring_in(page: Page, file: Path) -> None:
    page.get_by_text("Bring in a model that was trained elsewhere").click()
    page.locator('input[type="file"]').set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()


def test_a_keras_model_is_brought_in_drawn_with_looked_inside_and_taken_away(
    open_page: Callable[..., Page], model_file: Path
) -> None:
    page = open_page("/runs")
    bring_in(page, model_file)
    page.get_by_text(
        "two layers from keras is here: LSTM 12 → 9. It reads 8 × 8 pixels, 10 classes."
    ).wait_for()

    page.get_by_role("button", name="Draw with it").click()
    page.get_by_text("LSTM 12 → 9 · 8 × 8 pixels, 10 classes · brought in from").wait_for()
    wait_for_canvas(page)
    draw(page, [(150, 60), (150, 240)])
    page.locator(".verdict .bars tr").first.wait_for()
    assert page.locator(".verdict .bars tr").count() == 10

    page.get_by_role("link", name="Inside").click()
    page.get_by_text("read by “two layers from keras”").wait_for()
    assert not page.get_by_text("is not a plain LSTM").count()

    page.get_by_role("link", name="Runs").click()
    page.get_by_text("is here: LSTM 12 → 9").wait_for()
    choose_newest(page)
    with page.expect_download() as waited:
        page.get_by_role("button", name="ONNX model").click()
    session = InferenceSession(Path(waited.value.path()).read_bytes())
    (found,) = session.run(["probabilities"], {"image": np.ones((2, 8, 8), np.float32)})
    expected = built("lstm with dropout").predict(np.ones((2, 8, 8)), verbose=0)
    np.testing.assert_allclose(found, expected, atol=1e-5)

    page.mouse.move(2, 2)  # else the words on the button that was pressed lie over others
    page.get_by_role("button", name="Open on Train").click()
    page.get_by_text("Learning curves, snapshots and a test result are not there").wait_for()


def test_a_file_that_is_no_model_is_refused_in_words(open_page: Callable[..., Page], tmp_path: Path) -> None:
    file = tmp_path / "broken.keras"
    file.write_bytes(b"PK\x03\x04 cut off")
    page = open_page("/runs")
    bring_in(page, file)
    page.get_by_text("The file is damaged, or a part of it is missing").wait_for()
