"""The parts depend on each other one way, no file outgrows its idea, and importing costs little."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "minitensor"

# From the bottom up: a part may import those of the lines above its own, and its own line.
LAYERS = [
    {"errors", "dtypes", "device"},
    {"geometry", "memory", "threads"},
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
    {"optim", "data", "interop", "utils", "viz"},
    {"testing", "profiler"},
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
        "'numpy.polynomial', 'gzip', 'csv', 'dataclasses', 'minitensor.data', 'minitensor.nn', 'minitensor.optim', 'minitensor.testing', 'minitensor.interop', 'minitensor.viz', 'minitensor.profiler', 'pygraphviz', 'networkx'}; "
        "import numpy; print(sorted(heavy & set(sys.modules)))"
    )
    plain = "import sys, numpy; print(sorted({'numpy.random', 'numpy.ma', 'numpy.polynomial', 'dataclasses', 'gzip', 'csv'} & set(sys.modules)))"
    done, numpy_alone = (
        subprocess.run([sys.executable, "-c", one], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
        for one in (code, plain)
    )
    assert done.stdout == numpy_alone.stdout
    assert done.stderr == ""
