"""Two consoles side by side: the same line typed into PyTorch and into the bundled engine."""

import re
import warnings
from types import ModuleType
from typing import Any

import numpy as np

__all__ = ["Console", "same_answer"]

_ADDRESS = re.compile(r"0x[0-9a-f]+")
_ALTERNATIVES = re.compile(r", but expected (one of:)?.*", re.DOTALL)


class Console:
    """Echoes lines as Python's console does, an error as its type and text."""

    def __init__(self, torch: ModuleType, setup: str = "") -> None:
        self.names: dict[str, Any] = {"torch": torch, "np": np, "nn": torch.nn}
        torch.manual_seed(0)
        exec(setup, self.names)

    def type(self, line: str) -> str:
        """Return what the console answers to one line."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    code = compile(line, "<line>", "eval")
                except SyntaxError:
                    exec(compile(line, "<line>", "exec"), self.names)
                    return ""
                answer = repr(eval(code, self.names))
        except Exception as error:
            # The list of signatures that PyTorch adds to some TypeErrors is not part of the face.
            text = _ALTERNATIVES.sub("", str(error)) if isinstance(error, TypeError) else str(error)
            return f"{type(error).__name__}: {text}"
        return _ADDRESS.sub("0x…", answer)


def same_answer(theirs: str, ours: str) -> bool:
    """Return whether two answers are the same but for the last digit of a printed number."""
    if theirs == ours:
        return True
    if "received an invalid combination of arguments" in theirs:
        return theirs.partition("()")[0] == ours.partition("()")[0]
    number = re.compile(r" *-?\d+\.\d+(?:e[+-]\d+)?")
    if number.sub("#", theirs) != number.sub("#", ours):
        return False
    one, two = number.findall(theirs), number.findall(ours)
    # What float32 sums may differ by, measured by the largest number beside.
    rounding = 1e-6 * max(abs(float(each)) for each in one)
    return all(_close(*pair, rounding) for pair in zip(one, two, strict=True))


def _close(one: str, two: str, rounding: float) -> bool:
    last_digit = 10.0 ** -len(one.partition("e")[0].partition(".")[2])
    scale = float("1e" + one.partition("e")[2]) if "e" in one else 1.0
    return abs(float(one) - float(two)) <= max(1.01 * last_digit * scale, rounding)
