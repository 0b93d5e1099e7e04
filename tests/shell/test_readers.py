"""Lines become inputs, from a pipe as in a console."""

import io

import pytest

from conv1d_tutor.shell.readers import pipe_reader


def inputs(text: str) -> list[str]:
    """Return all inputs that a pipe carrying `text` is read as."""
    reader = pipe_reader(io.StringIO(text))
    found = []
    while (source := reader.read()) is not None:
        found.append(source)
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a = 1\na\n", ["a = 1", "a"]),
        ("f(1,\n  2)\nx\n", ["f(1,\n  2)", "x"]),
        ("for i in r:\n    i\n\nx\n", ["for i in r:\n    i", "x"]),
        (
            "def f():\n    a = 1\n\n    return a\nf()\n",
            ["def f():\n    a = 1\n\n    return a", "f()"],
        ),
        ("if a:\n    b\nelse:\n    c\nd\n", ["if a:\n    b\nelse:\n    c", "d"]),
        ("try:\n    a\n\nexcept E:\n    b\n", ["try:\n    a\n\nexcept E:\n    b"]),
        ("if a:\n    b\n\nelse:\n    c\n", ["if a:\n    b\n\nelse:\n    c"]),
        (":hint\n\nx\n", [":hint", "", "x"]),
        ("：提示\n", ["：提示"]),
        ("\ufeffx\r\ny\r\n", ["x", "y"]),
        ("x = (1,\n", ["x = (1,"]),
        ("x", ["x"]),
        (
            ">>> a = 1\n>>> a\n1\n>>> for i in r:\n...     i\n...\n0\n",
            ["a = 1", "a", "for i in r:\n    i"],
        ),
        ("  1. >>> y.shape\n  2. torch.Size([4])\n复制代码\n  1. >>> y\n", ["y.shape", "y"]),
        ("", []),
    ],
)
def test_lines_are_put_together_as_python_reads_them(text: str, expected: list[str]) -> None:
    """Blocks may hold blank lines and end with a dedent; commands and blanks stand alone."""
    assert [source.rstrip("\n") for source in inputs(text)] == expected


def test_a_closed_standard_input_is_an_empty_one() -> None:
    """A process started without standard input reads nothing, and does not raise."""
    assert pipe_reader(None).read() is None


def test_a_transcript_shows_the_prompts() -> None:
    """What is read is told on with its prompt, first and continuation lines apart."""
    told: list[str] = []
    pipe_reader(io.StringIO("f(1,\n2)\n"), told.append).read()
    assert told == [">>> f(1,", "... 2)"]


def test_a_pasted_traceback_is_one_command() -> None:
    """Up to the error at its end; what follows is the next input."""
    lines = [":why Traceback (most recent call last):", '  File "a.py"', "    b", "OSError: c", "d"]
    reader = pipe_reader(io.StringIO("\n".join(lines) + "\n"))
    assert [reader.read(), reader.read(), reader.read()] == ["\n".join(lines[:4]), "d", None]
