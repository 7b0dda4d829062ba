"""Writes dot/*.dot: the DOT of three pictures, to be looked at before it is kept. Needs nothing but the package."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE.parent / "viz")]

from test_view import GOLDEN_VIEWS  # noqa: E402 (the tests' own pictures)

for name, draw in GOLDEN_VIEWS.items():
    (HERE / "dot" / f"{name}.dot").write_text(draw().dot, encoding="utf-8")
    print(f"dot/{name}.dot")
