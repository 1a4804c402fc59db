"""Imports point one way, and the first page needs no TensorFlow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = {"tensorflow", "keras", "jax", "torch"}
OF_SEARCHES = {"optuna", "sqlalchemy", "alembic"}
TRAINING = "lstm_core/training/"
"""The room that imports Keras and what is below it."""

OF_TENSORFLOW = {
    *("fused/on_cpu", "fused/plain", "fused/row_operations", "fused/tensorflow_operation"),
    *("tensorflow_adam", "tensorflow_step"),
}
"""Modules of that room which are for TensorFlow alone, and import it when they are imported."""

OF_JAX = {"fused/on_jax", "jax_step"}
"""And for JAX."""

OF_KERAS = {"cells", "checkpoint", "fused/layer", "keras_state", "model", "model_weights", "trainer"}
"""Modules that import Keras when they are imported, and neither of these."""

INSIDE_FUNCTIONS = {"lstm_core/training/backend", "lstm_core/evidence/convolution"}
"""Modules that import Keras, TensorFlow or JAX only where a function needs them."""


def modules(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "__pycache__" not in path.parts]


def imports(path: Path, *, at_import: bool = False) -> Iterator[str]:
    """Full names imported by a file; with ``at_import`` only those that importing it imports."""

    def walk(node: ast.AST) -> Iterator[str]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Import):
                yield from (alias.name for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, f"{path} imports relatively"
                yield from (f"{child.module}.{alias.name}" for alias in child.names)
            elif at_import and isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
                continue
            elif isinstance(child, ast.If) and "TYPE_CHECKING" in ast.dump(child.test):
                for other in child.orelse:
                    yield from walk(other)
            else:
                yield from walk(child)

    return walk(ast.parse(path.read_text(encoding="utf-8")))


def tops(path: Path, *, at_import: bool = False) -> set[str]:
    return {name.partition(".")[0] for name in imports(path, at_import=at_import)}


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def dotted(paths: list[Path]) -> list[str]:
    """As import statements name them."""
    return [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in paths
    ]


CORE = modules("lstm_core")
SCREEN = [ROOT / "app.py", *modules("pages", "dashboard")]


@pytest.mark.parametrize("path", CORE, ids=name)
def test_the_core_knows_no_screen(path: Path):
    assert not tops(path) & {"streamlit", "streamlit_drawable_canvas", "dashboard", "pages", "app", "tests"}


@pytest.mark.parametrize("path", modules("dashboard"), ids=name)
def test_the_dashboard_knows_no_page(path: Path):
    assert not tops(path) & {"pages", "app", "tests"}


@pytest.mark.parametrize("path", SCREEN, ids=name)
def test_the_screen_never_loads_a_training_library(path: Path):
    assert not tops(path) & HEAVY
    assert not {used for used in imports(path) if used.startswith("lstm_core.training.")}


@pytest.mark.parametrize("path", CORE, ids=name)
def test_training_libraries_are_imported_only_where_networks_are_trained(path: Path):
    module = name(path).removesuffix(".py")
    inside = module.removeprefix(TRAINING)
    at_import = tops(path, at_import=True) & HEAVY
    if inside in OF_TENSORFLOW | OF_JAX:
        assert at_import - {"keras"} == {"jax" if inside in OF_JAX else "tensorflow"}
    else:
        assert at_import == ({"keras"} if inside in OF_KERAS else set())
        assert not tops(path) & HEAVY or inside in OF_KERAS or module in INSIDE_FUNCTIONS


@pytest.mark.parametrize("path", CORE, ids=name)
def test_plotly_is_imported_only_by_the_figures(path: Path):
    assert "plotly" not in tops(path) or path.parent.name == "figures"


def fresh_modules(code: str) -> set[str]:
    """Which modules a fresh Python has after ``code``."""
    program = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {module.partition(".")[0] for module in done.stdout.split()}


def test_what_the_draw_page_needs_imports_no_training_library():
    rooms = ["drawing", "data", "reading", "inside", "settings", "runs", "figures", "pretrained"]
    needed = [module for room in rooms for module in dotted(modules(f"lstm_core/{room}"))]
    loaded = fresh_modules("".join(f"import {module}\n" for module in needed))
    forbidden = HEAVY | OF_SEARCHES | {"sklearn", "scipy", "streamlit"}
    assert not loaded & forbidden, loaded & forbidden


def test_the_dashboard_asks_a_process_of_its_own_to_open_models_from_elsewhere():
    asking = "import dashboard.runs.bring_in, dashboard.runs.take_away, lstm_core.elsewhere.brought_model"
    assert not fresh_modules(asking) & (HEAVY | {"h5py", "onnx", "onnxruntime"})


def test_the_training_process_holds_its_lock_before_it_loads_tensorflow():
    assert not fresh_modules("import lstm_core.training.worker") & HEAVY


def test_the_command_line_starts_without_a_training_library():
    assert not fresh_modules("import lstm_core.__main__") & (HEAVY | OF_SEARCHES)


def test_the_search_page_needs_optuna_only_for_a_search_that_is_opened():
    page = (ROOT / "pages" / "search.py").read_text(encoding="utf-8")
    needed = [
        line for line in page.splitlines() if line.startswith(("import ", "from ")) and "__f" not in line
    ]
    assert not fresh_modules("\n".join(needed)) & (HEAVY | OF_SEARCHES)
