"""What numpy or Python says inside of an operation, in words of PyTorch's.

Operations check their arguments and raise PyTorch's errors. Where one lets something through that
numpy then refuses, a learner must not read of ufuncs, arrays and axes: nobody typed any.
"""

import dis
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Final

import numpy as np

from .device import kind_of
from .promotion import check_broadcast
from .tensor import Tensor

_RAISE: Final = dis.opmap["RAISE_VARARGS"]
_OURS: Final = str(Path(__file__).parents[1])
_NUMPYS: Final = str(Path(np.__file__).parent)
_ALLOWED: Final = (MemoryError, RecursionError, Warning)


def in_pytorchs_words(error: Exception, operation: str, arguments: Iterable[object]) -> Exception:
    """Return the error itself where a line of ours raised it, else one in PyTorch's words."""
    if isinstance(error, _ALLOWED) or _is_meant(error.__traceback__):
        return error
    text = str(error)
    for pattern, translated in _TRANSLATIONS.items():
        found = re.search(pattern, text)
        if found is not None:
            return translated(found)
    shown = ", ".join(map(_shown, arguments))
    kind = type(error) if type(error) in (TypeError, ValueError, IndexError) else RuntimeError
    return kind(f"{operation}(): cannot be computed of ({shown})")


def _is_meant(traceback: TracebackType | None) -> bool:
    """Return whether it was raised on purpose, or by code that is neither ours nor numpy's."""
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is None:
        return True
    code = traceback.tb_frame.f_code
    if code.co_filename.startswith(_NUMPYS):
        return False
    raises = code.co_code[traceback.tb_lasti] == _RAISE
    return raises or not code.co_filename.startswith(_OURS)


def _shown(value: object) -> str:
    if isinstance(value, Tensor):
        return f"{value.dtype} tensor of size {list(value._array.shape)}"
    return repr(value) if isinstance(value, int | float | str) or value is None else kind_of(value)


def _shape(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"-?\d+", text)))


def _mismatch(found: re.Match[str]) -> Exception:
    shapes = [_shape(each) for each in re.findall(r"\([\d,]*\)", found[0])]
    for place, two in enumerate(shapes):
        for one in shapes[:place]:
            try:
                check_broadcast(one, two)
            except RuntimeError as error:
                return RuntimeError(str(error))
    return RuntimeError(f"shapes {[list(each) for each in shapes]} do not fit together")


def _no_such_dim(found: re.Match[str]) -> Exception:
    dim, reach = int(found[1]), int(found[2]) or 1
    return IndexError(
        f"Dimension out of range (expected to be in range of [{-reach}, {reach - 1}], but got "
        f"{dim})"
    )


def _invalid_shape(found: re.Match[str]) -> Exception:
    return RuntimeError(f"shape '{list(_shape(found[2]))}' is invalid for input of size {found[1]}")


def _too_large(found: re.Match[str]) -> Exception:
    return RuntimeError(f"value cannot be converted to type {found[1]}_t without overflow")


_TRANSLATIONS: Final[dict[str, Callable[[re.Match[str]], Exception]]] = {
    r"operands could not be broadcast together with .*": _mismatch,
    r"shape mismatch: .*": _mismatch,
    r"axis (-?\d+) is out of bounds for array of dimension (\d+)": _no_such_dim,
    r"cannot reshape array of size (\d+) into shape (\(.*\))": _invalid_shape,
    r"Python integer -?\d+ out of bounds for (\w+)": _too_large,
    r"int too (?:big|large) to convert": lambda _: ValueError("Overflow when unpacking long long"),
    r"Maximum allowed dimension exceeded": lambda _: RuntimeError(
        "Storage size calculation overflowed"
    ),
}
"""What numpy's sentences become."""
