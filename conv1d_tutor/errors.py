"""What can go wrong with the tutor itself. PyTorch's own errors belong to the engine."""

from pathlib import Path

UNPARSABLE = (SyntaxError, ValueError, MemoryError, RecursionError, OverflowError)
"""What parsing and compiling raise for text that Python cannot take, however deeply nested."""


class TutorError(Exception):
    """The root of the tutor's own errors: a sentence for a person, without a traceback."""


class LessonError(TutorError):
    """A lesson file has a fault.

    `path` is the file, `line` the 1-based line in it (None where no single line is at
    fault), `problem` the value, the rule and what to do; `values` are put into it.
    """

    def __init__(self, path: Path, line: int | None, problem: str, **values: object) -> None:
        if values:
            problem = problem.format(**values)
        self.path = path
        self.line = line
        self.problem = problem
        place = f"{path}:{line}" if line is not None else str(path)
        super().__init__(f"{place}: {problem}")
