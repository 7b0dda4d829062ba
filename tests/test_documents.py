"""What the README and the pages in docs/ show is true: their Python runs, and the code that they quote is the code."""

import doctest
import re
from pathlib import Path

import pytest

from minitensor.primitive import forget, primitives

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture(autouse=True)
def _forget_what_a_page_adds():
    before = set(primitives)
    yield
    for name in set(primitives) - before:
        forget(name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(page):
    source = "\n".join(block for block in blocks(page, "python") if "defvjp(\n    conv," not in block)
    exec(compile(source, page.name, "exec"), {})


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_sessions_of_a_page_answer_as_they_are_printed(page):
    for session in blocks(page, "pycon"):
        test = doctest.DocTestParser().get_doctest(session, {}, page.name, str(page), 0)
        assert doctest.DocTestRunner().run(test).failed == 0


def test_the_readme_quotes_the_six_rules_as_they_are():
    quoted = [block for block in blocks(ROOT / "README.md", "python") if "defvjp(\n    conv," in block]
    assert len(quoted) == 1
    code = (ROOT / "minitensor" / "ops" / "conv.py").read_text(encoding="utf-8")
    lines = [line for line in quoted[0].splitlines() if "lambda" in line]
    assert len(lines) == 6
    assert all(line in code.splitlines() for line in lines)


def test_the_files_that_the_pages_name_are_there():
    for page in PAGES:
        for name in re.findall(r"`((?:minitensor|examples|tests|docs)/[\w./]*)`", page.read_text(encoding="utf-8")):
            assert (ROOT / name).exists(), f"{page.name} names {name}"
