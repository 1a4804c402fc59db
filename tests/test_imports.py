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
OWN_KERAS = {"cells", "fused_layer", "model", "model_weights", "trainer"}
"""Modules of the core that import Keras when they are imported."""

OWN_TENSORFLOW = {"fused", "lanes", "tensorflow_adam", "tensorflow_operation"}
"""Modules of the core that are for TensorFlow alone."""

OWN_JAX = {"fused_jax", "jax_step"}
"""And for JAX."""

OWN = OWN_TENSORFLOW | OWN_JAX
MAY_USE_KERAS = OWN_KERAS | OWN | {"backend", "training", "worker", "reproduction", "convolution", "__main__"}
"""Modules of the core that may import it inside a function."""


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
    trainers = {f"lstm_core.{module}" for module in (*OWN_KERAS, *OWN, "training", "worker")}
    used = set(imports(path))
    assert not {found for found in used if any(f"{found}.".startswith(f"{t}.") for t in trainers)}


@pytest.mark.parametrize("path", CORE, ids=name)
def test_training_libraries_are_imported_only_where_networks_are_trained(path: Path):
    inside = path.relative_to(ROOT / "lstm_core").with_suffix("")
    at_import = tops(path, at_import=True) & HEAVY
    if str(inside) in OWN:
        assert at_import - {"keras"} == {"jax" if str(inside) in OWN_JAX else "tensorflow"}
    else:
        assert at_import == ({"keras"} if str(inside) in OWN_KERAS else set())
    assert not tops(path) & HEAVY or str(inside) in MAY_USE_KERAS


def test_what_is_tensorflows_or_jax_own_stands_in_few_places():
    users = {path.stem for path in CORE if tops(path) & {"tensorflow", "jax"}}
    assert users == {"backend", *OWN}


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
    reading = ["drawing", "trace", "verdict", "pretrained", "datasets", "evaluation"]
    watching = ["runs", "jobs", "history", "events", "card", "estimate", "devices"]
    choosing = ["hyperparameters", "presets", "shapes", "figures"]
    needed = reading + watching + choosing
    figures = [f"figures.{path.stem}" for path in modules("lstm_core/figures") if path.stem != "__init__"]
    loaded = fresh_modules("".join(f"import lstm_core.{module}\n" for module in needed + figures))
    assert not loaded & (HEAVY | {"sklearn", "scipy", "streamlit"}), loaded & (HEAVY | {"sklearn", "scipy"})


def test_the_training_process_holds_its_lock_before_it_loads_tensorflow():
    assert not fresh_modules("import lstm_core.worker") & HEAVY


def test_the_command_line_starts_without_a_training_library():
    assert not fresh_modules("import lstm_core.__main__") & HEAVY
