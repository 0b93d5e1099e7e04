"""How a tensor is shown: PyTorch's rules, character by character."""

from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any

import numpy as np

from . import dtypes
from .guard import check_shape, listed, named, waited_for
from .methods import hang
from .op import declared
from .tensor import Array, Parameter, Tensor


@dataclass(frozen=True, slots=True)
class _Options:
    """What `set_printoptions` sets."""

    precision: int = 4
    threshold: float = 1000
    edgeitems: int = 3
    linewidth: int = 80
    sci_mode: bool | None = None


_PROFILES = {
    "default": _Options(),
    "short": _Options(precision=2, threshold=1000, edgeitems=2),
    "full": _Options(precision=4, threshold=inf),
}


class _Current:
    options = _Options()


@declared("set_printoptions", method=False, python=True)
def set_printoptions(
    precision: int | None = None,
    threshold: float | None = None,
    edgeitems: int | None = None,
    linewidth: int | None = None,
    profile: str | None = None,
    sci_mode: bool | None = None,
) -> None:
    """Change how tensors are shown: digits, when to summarise, how much of it, and width."""
    options = _Current.options
    if profile is not None:
        options = replace(_PROFILES[profile], sci_mode=options.sci_mode)
    given = {
        "precision": precision,
        "threshold": threshold,
        "edgeitems": edgeitems,
        "linewidth": linewidth,
    }
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    _Current.options = replace(options, **changes, sci_mode=sci_mode)


def shown(tensor: Tensor) -> str:
    """Return the text of `repr(tensor)`."""
    text = _tensor_text(tensor)
    return f"Parameter containing:\n{text}" if isinstance(tensor, Parameter) else text


def _tensor_text(tensor: Tensor) -> str:
    array = tensor._array
    prefix = "tensor("
    suffixes = []
    dtype_shown = tensor.dtype not in (dtypes.default_dtype(), dtypes.int64, dtypes.bool_)
    if array.size == 0:
        if array.ndim != 1:
            suffixes.append(f"size={tuple(array.shape)}")
        if tensor.dtype is not dtypes.default_dtype():
            suffixes.append(f"dtype={tensor.dtype}")
        body = "[]"
    else:
        if dtype_shown:
            suffixes.append(f"dtype={tensor.dtype}")
        body = _Body(array, _Current.options).text(len(prefix))
    if tensor.grad_fn is not None:
        suffixes.append(f"grad_fn=<{type(tensor.grad_fn).__name__}>")
    elif tensor.requires_grad:
        suffixes.append("requires_grad=True")
    return _with_suffixes(prefix + body, suffixes, len(prefix))


def _with_suffixes(text: str, suffixes: list[str], indent: int) -> str:
    # A line is counted with two more characters than it has, as PyTorch counts it.
    used = len(text.rpartition("\n")[2]) + 2
    for suffix in suffixes:
        fits = used + len(suffix) + 2 <= _Current.options.linewidth
        text += (", " if fits else ",\n" + " " * indent) + suffix
        used = len(suffix) + (used + 2 if fits else indent)
    return text + ")"


@named("repr")
def _check_room(array: Array, edge: int) -> None:
    kept = [min(size, 2 * edge) for size in array.shape]
    check_shape(kept, np.dtype(np.float64))  # in which numbers are measured


class _Body:
    """The bracketed numbers of one array."""

    def __init__(self, array: Array, options: _Options) -> None:
        self.array = array
        self.options = options
        self.summarised = array.size > options.threshold
        _check_room(array, options.edgeitems if self.summarised else array.size)
        kept = _edges(array, options.edgeitems) if self.summarised else array
        self.cells = _FloatCells(kept, options) if array.dtype.kind == "f" else _PlainCells(kept)

    def text(self, indent: int) -> str:
        if self.array.ndim == 0:
            return self.cells.text(self.array.item(), 0)
        return self._part(self.array, indent)

    def _part(self, array: Array, indent: int) -> str:
        if array.ndim == 1:
            return self._row(array, indent)
        edge = self.options.edgeitems
        if self.summarised and len(array) > 2 * edge:
            parts = [self._part(each, indent + 1) for each in array[:edge]]
            parts.append("...")
            parts.extend(self._part(each, indent + 1) for each in array[len(array) - edge :])
        else:
            parts = [self._part(each, indent + 1) for each in array]
        return "[" + ("," + "\n" * (array.ndim - 1) + " " * (indent + 1)).join(parts) + "]"

    def _row(self, row: Array, indent: int) -> str:
        cells, width = self.cells, self.cells.width
        room = self.options.linewidth - indent
        a_line = max(1, int(room / (width + 2)))
        edge = self.options.edgeitems
        if self.summarised and edge and len(row) > 2 * edge:
            texts = [cells.text(value, width) for value in row[:edge].tolist()]
            texts.append(" ...")
            texts.extend(cells.text(value, width) for value in row[-edge:].tolist())
        else:
            texts = [cells.text(value, width) for value in listed(row)]
        lines = [texts[start : start + a_line] for start in range(0, len(texts), a_line)]
        return "[" + (",\n" + " " * (indent + 1)).join(", ".join(line) for line in lines) + "]"


class _PlainCells:
    """Integers and booleans: as Python writes them."""

    def __init__(self, kept: Array) -> None:
        self.width = max((len(str(value)) for value in listed(kept.ravel())), default=1)

    def text(self, value: object, width: int) -> str:
        return str(value).rjust(width)


class _FloatCells:
    """Floats: all whole, fixed or scientific, decided by the largest and the smallest of them."""

    def __init__(self, kept: Array, options: _Options) -> None:
        values = waited_for(_ordinary, kept)
        self.precision = options.precision
        self.whole = bool(waited_for(lambda each: (each == np.ceil(each)).all(), values))
        self.scientific = False
        self.width = 1
        if values.size:
            sizes = waited_for(np.abs, values)
            largest, smallest = float(sizes.max()), float(sizes.min())
            self.scientific = largest / smallest > 1000.0 or largest > 1.0e8 or smallest < 1.0e-4
            if options.sci_mode is not None:
                self.scientific = options.sci_mode
            self.width = max(len(self.text(value, 0)) for value in listed(values))

    def text(self, value: float, width: int) -> str:
        if self.scientific:
            written = f"{value:.{self.precision}e}"
        elif self.whole:
            written = f"{value:.0f}" + ("." if isfinite(value) else "")
        else:
            written = f"{value:.{self.precision}f}"
        return written.rjust(width)


def _ordinary(array: Array) -> Array:
    """Return the numbers that decide how all are written: finite ones that are not 0."""
    values = array.astype(np.float64).ravel()
    return np.asarray(values[np.isfinite(values) & (values != 0)])


def _edges(array: Array, edge: int) -> Array:
    """Return only the elements that a summary shows."""
    kept = [
        [*range(edge), *range(size - edge, size)] if size > 2 * edge else range(size)
        for size in array.shape
    ]
    # By one index, which copies nothing else.
    return array[np.ix_(*(np.array(each, np.intp) for each in kept))]


def _format(self: Tensor, format_spec: str) -> str:
    if self._array.ndim == 0 and not isinstance(self, Parameter):
        return format(self._array.item(), format_spec)
    return object.__format__(self, format_spec)


hang("__repr__", shown)
hang("__str__", shown)
hang("__format__", _format)
