"""What is typed or pasted becomes the Python it was meant to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv1d_tutor.shell.typed import (
    clean,
    halfwidth,
    is_complete,
    is_one_long_call,
    is_open_traceback,
)


@pytest.mark.parametrize(
    ("pasted", "source"),
    [
        (">>> x = 1", "x = 1"),
        (
            "  1. >>> from torch import nn\n  2. >>> c = nn.Conv1d(2, 3, 5)\n复制代码",
            "from torch import nn\nc = nn.Conv1d(2, 3, 5)",
        ),
        (">>> conv1d.bias\nParameter containing:\ntensor([1.])", "conv1d.bias"),
        (">>> for i in range(2):\n...     i\n...", "for i in range(2):\n    i"),
        ("In [3]: y.shape", "y.shape"),
        ("  1. a = 1\n  2. b = 2", "a = 1\nb = 2"),
        ("1.5 + 2", "1.5 + 2"),
        ("x = [\n  1. , 2.]", "x = [\n  1. , 2.]"),
        ("  3. >>>\xa0y[0]\xa0 # \u200bcomment", "y[0]  # comment"),
        ("x = [1,\n     2]", "x = [1,\n     2]"),
    ],
)
def test_what_is_copied_along_with_code_is_stripped(pasted: str, source: str) -> None:
    """Prompts, a page's line numbers, its copy button and a console's output are left out."""
    assert clean(pasted) == source


@pytest.mark.parametrize(
    ("typed", "python"),
    [
        ("nn.Conv1d（2，3，5）", "nn.Conv1d(2,3,5)"),
        ("print（“你好，世界”）", 'print("你好，世界")'),
        ("x　=　torch.rand（4， 2， 6）", "x = torch.rand(4, 2, 6)"),
        ("y【0，0，0】", "y[0,0,0]"),
        ("ｙ．shape", "y.shape"),
        ("s = '（不动）'", "s = '（不动）'"),
        ("s = '他说“好”'", "s = '他说“好”'"),
        ('s = "‘一’"', 's = "‘一’"'),
        ("x = “它的‘名字’”", 'x = "它的‘名字’"'),
    ],
)
def test_full_width_punctuation_becomes_pythons(typed: str, python: str) -> None:
    """Outside of strings every full-width mark is Python's; inside nothing changes."""
    assert halfwidth(typed) == python


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_plain_ascii_is_never_changed(source: str) -> None:
    """Code that needs no correction is returned as it came."""
    assert halfwidth(source) == source


@pytest.mark.parametrize(
    ("source", "complete"),
    [
        ("x = 1", True),
        ("x = (1,", False),
        ("f(1,\n  2)", True),
        ("for i in range(3):", False),
        ("for i in range(3):\n    i", False),
        ("for i in range(3):\n    i\n", True),
        ("for i in range(3): i", True),
        ("a = 1\nb = 2", True),
        ("x = = 1", True),
        ("'''text", False),
        ("@torch.no_grad()", False),
        ("(" * 500, True),
    ],
)
def test_enter_runs_what_python_would_run(source: str, complete: bool) -> None:
    """An input is complete when a console would run it, or when no more lines could mend it."""
    assert is_complete(source) is complete


@pytest.mark.parametrize(
    ("typed", "open_"),
    [
        (":why Traceback (most recent call last):", True),
        (
            ':why Traceback (most recent call last):\n  File "a.py", line 1, in <module>\n    a',
            True,
        ),
        (":why Traceback (most recent call last):\n  a\nRuntimeError: b", False),
        (":why RuntimeError: b", False),
        (":why Traceback (most recent call last): File a RuntimeError: b\nx", False),
    ],
)
def test_a_traceback_is_open_until_its_error(typed: str, open_: bool) -> None:
    """Which is the first line that is not indented."""
    assert is_open_traceback(typed) is open_


@pytest.mark.parametrize(
    ("source", "is_one"),
    [
        ("sum(range(10**10))", True),
        ("x = max(range(3, 4000000000))", True),
        ("list(range(10 ** 9))", True),
        ("sum(range(1000))", False),
        ("for i in range(10**10): pass", False),
        ("sum(range(n))", False),
        ("sum(range(10**10", False),
    ],
)
def test_a_call_that_hears_no_ctrl_c_is_known_before_it_runs(source: str, is_one: bool) -> None:
    """A long range that Python works off in one call; a loop hears Ctrl-C."""
    assert is_one_long_call(source) == is_one
