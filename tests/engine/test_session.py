"""The article's session, typed line by line, prints what PyTorch printed."""

import ast
import contextlib
import io
import re
from pathlib import Path

from conv1d_tutor import engine

SESSION = Path(__file__).with_name("session.txt")
ADDRESS = re.compile(r"0x[0-9a-f]+")


def _typed(lines: list[str]) -> str:
    """Return what a Python console shows for lines, with `>>> ` before each."""
    names: dict[str, object] = {"torch": engine, "nn": engine.nn}
    shown = io.StringIO()
    with contextlib.redirect_stdout(shown):
        for line in lines:
            print(f">>> {line}")
            if isinstance(ast.parse(line).body[0], ast.Import | ast.ImportFrom):
                continue  # `torch` and `nn` are there already
            exec(compile(line, "<console>", "single"), names)
    return ADDRESS.sub("0x...", shown.getvalue())


def test_the_articles_session_is_computed_from_its_seed() -> None:
    """Every weight, bias, input and output is the article's, digit for digit."""
    expected = SESSION.read_text(encoding="utf-8")
    lines = [line[4:] for line in expected.splitlines() if line.startswith(">>> ")]
    assert _typed(lines).strip() == expected.strip()
