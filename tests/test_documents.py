"""What the README and the pages in docs/ show is true: their Python runs, and the code that they quote is the code."""

import doctest
import re
from pathlib import Path

import make_pytorch_table
import pytest
import pytorch_notes

import minitensor as mt
from minitensor.primitive import forget, primitives

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S)


@pytest.fixture(autouse=True)
def _forget_what_a_page_adds():
    assert mt.nn  # with the primitives of layers
    before = set(primitives)
    yield
    for name in set(primitives) - before:
        forget(name)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_the_python_of_a_page_runs_from_top_to_bottom(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # where the files that it writes belong
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


def test_the_table_of_pytorchs_names_is_what_its_script_makes():
    assert make_pytorch_table.PAGE.read_text(encoding="utf-8") == make_pytorch_table.page(), "run docs/make_pytorch_table.py"


def test_every_difference_in_arguments_has_a_note_and_every_note_a_name():
    table = {f"{section}.{name}": row for section, names in make_pytorch_table.rows().items() for name, row in names.items()}
    different = {name for name, (here, _) in table.items() if here == "different"}
    assert different - set(pytorch_notes.NOTES) == set()
    assert set(pytorch_notes.NOTES) - different == set()


@pytest.mark.parametrize(
    ("theirs", "ours", "words"),
    [
        ("input, p=0.5, training=True", "input, p=0.5, training=True", []),
        ("input, p=1", "input, p=1.0, *, further=None", ["also `further`"]),
        ("input, p=0.5", "input", ["no `p`"]),
        ("input, p=0.5", "input, p=0.1", ["`p` is 0.1, not 0.5"]),
        ("input, p=0.5", "input, p", ["`p` has no default"]),
        ("input, p", "input, p=2", []),
        ("input, p=0.5", "input, *, p=0.5", ["`p` by keyword only"]),
        ("input, *, p=0.5", "input, p=0.5", []),
        ("input, size_average=None, reduction='mean'", "input, *, reduction='mean'", []),
        ("input, p, q", "input, q, p", ["the order is `input`, `q`, `p`"]),
        ("*shape", "*sizes", []),
        ("*shape", "shape", ["not as separate arguments"]),
    ],
)
def test_the_table_finds_how_arguments_differ(theirs, ours, words):
    signatures = map(make_pytorch_table.signature_of, (theirs, ours))
    assert make_pytorch_table.differences(*signatures, set()) == words
