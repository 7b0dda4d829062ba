"""The parts depend on each other one way, no file outgrows its idea, and importing costs little."""

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import minitensor as mt
from minitensor import creation, functions

PACKAGE = Path(__file__).resolve().parent.parent / "minitensor"

# From the bottom up: a part may import those of the lines above its own, and its own line.
LAYERS = [
    {"errors", "dtypes", "device", "accelerators", "limits", "later", "extras", "tables"},
    {"blas", "geometry", "memory"},
    {"threads"},
    {"kernels", "grad_mode", "random"},
    {"observer"},
    {"plan"},
    {"tape"},
    {"walk"},
    {"primitive"},
    {"ops"},
    {"functions"},
    {"tensor"},
    {"creation"},
    {"autograd"},
    {"nn"},
    {"optim", "data", "serialization", "interop", "utils", "viz"},
    {"training", "testing", "profiler"},
]
LEVEL = {part: level for level, parts in enumerate(LAYERS) for part in parts}
FILES = sorted(PACKAGE.rglob("*.py"))


def part_of(module):
    return module.split(".")[1] if "." in module else ""


def imports(tree, *, when_run):
    """The modules of the package that a file imports, leaving out what is for the type checker only."""
    waiting = list(tree.body)
    while waiting:
        node = waiting.pop()
        if when_run and isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "minitensor":
            for alias in node.names:
                yield f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "minitensor")
        waiting.extend(ast.iter_child_nodes(node))


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_dependencies_point_one_way(path):
    part = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
    if part == "__init__":
        return
    for module in imports(ast.parse(path.read_text(encoding="utf-8")), when_run=True):
        found = part_of(module)
        assert found in LEVEL, f"{module} is not among the parts"
        assert LEVEL[found] <= LEVEL[part], f"{path.name} imports {module}, which stands above it"


def test_no_part_is_missing_from_the_layers():
    parts = {path.relative_to(PACKAGE).parts[0].removesuffix(".py") for path in FILES} - {"__init__"}
    assert parts == set(LEVEL)


def test_operations_do_not_name_an_engine():
    for path in (PACKAGE / "ops").glob("*.py"):
        assert not [
            module for module in imports(ast.parse(path.read_text(encoding="utf-8")), when_run=False) if "kernels" in module
        ], path.name


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_file_outgrows_its_idea_and_none_asserts(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 350
    assert not [node.lineno for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Assert)]


def test_the_import_loads_nothing_heavy_and_prints_nothing():
    code = (
        "import sys, minitensor; heavy = {'tqdm', 'graphviz', 'matplotlib', 'scipy', 'hypothesis', 'numpy.random', 'numpy.ma', "
        "'numpy.polynomial', 'gzip', 'csv', 'dataclasses', 'minitensor.data', 'minitensor.functions.math', 'minitensor.functions.reduce', 'minitensor.functions.shape', 'minitensor.functions.linalg', 'minitensor.tensor.numpy_protocol', 'minitensor.geometry', 'minitensor.kernels.layers', 'minitensor.autograd.functional', 'minitensor.creation.drawn', 'minitensor.nn', 'minitensor.optim', 'minitensor.testing', 'minitensor.interop', 'minitensor.viz', 'minitensor.profiler', 'pygraphviz', 'networkx'}; "
        "import numpy; print(sorted(heavy & set(sys.modules)))"
    )
    plain = "import sys, numpy; print(sorted({'numpy.random', 'numpy.ma', 'numpy.polynomial', 'dataclasses', 'gzip', 'csv'} & set(sys.modules)))"
    done, numpy_alone = (
        subprocess.run([sys.executable, "-c", one], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
        for one in (code, plain)
    )
    assert done.stdout == numpy_alone.stdout
    assert done.stderr == ""


def test_what_is_loaded_later_is_offered_under_the_names_that_its_part_lists():
    families = [import_module(f"minitensor.functions.{family}") for family in functions.__all__] + [creation]
    listed = {name: getattr(family, name) for family in families for name in family.__all__}
    assert {name: getattr(mt, name) for name in listed} == listed
    assert set(listed) <= set(mt.__all__)
    assert set(listed) | {"nn", "optim", "summary", "profile", "float32", "Tensor"} <= set(dir(mt))
    assert {family.__name__ for family in families if set(family.__all__) - set(dir(family))} == set()


def test_a_star_import_brings_the_names_and_no_part_that_is_heavy():
    code = "import sys; from minitensor import *; print(tensor([1.0]).exp() is not None, zeros is not None, 'minitensor.viz' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert done.stdout.split() == ["True", "True", "False"]


def test_a_name_that_is_nowhere_is_an_attribute_error_in_words():
    for module in (mt, mt.autograd, functions, creation):
        with pytest.raises(AttributeError, match=f"^module '{module.__name__}' has no attribute 'nowhere'$"):
            module.nowhere  # noqa: B018


def test_a_primitive_of_a_layer_finds_its_kernels_whoever_makes_it_first():
    for family in ("conv", "pool", "norm", "columns", "resample", "loss", "embedding", "activation"):
        code = f"import minitensor.ops.{family}, minitensor.primitive"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=PACKAGE.parent)
        assert (done.returncode, done.stderr) == (0, ""), family


def test_a_primitive_of_ones_own_cannot_take_the_name_of_one_that_is_not_loaded_yet():
    code = (
        "import minitensor as mt\ndef conv(x, w): return x\ntry: mt.autograd.primitive(conv)\n"
        "except ValueError as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert done.stdout.strip() == "the engine 'numpy' has a kernel named 'conv' already"
