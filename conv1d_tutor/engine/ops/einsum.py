"""Sums of products over chosen dims: `einsum`, `tensordot`, `inner`.

`einsum` is described by an equation such as "bcl,ocl->bo". As in PyTorch, every operand is first
brought to one order of dims (those of the result, then those that are summed over; a missing one
has length 1), and then two at a time are multiplied.
"""

from collections.abc import Sequence
from math import prod
from string import ascii_letters, ascii_lowercase, ascii_uppercase
from types import EllipsisType
from typing import Any

import numpy as np

from ..core import guard
from ..core.device import kind_of
from ..core.dims import as_dims
from ..core.in_place import write_into
from ..core.op import declared
from ..core.tensor import Tensor
from .arithmetic import mul
from .blas import bmm, dot, mm
from .permuting import permute
from .reduction import sum_
from .shaping import flatten, reshape, unsqueeze, view
from .strided_views import diagonal

_HIDDEN = "ΑΒΓΔΕΖΗΘ"
"""What stands for the dims of an ellipsis; no equation can have these."""


# --- over paired dims


@declared("inner(Tensor input, Tensor other, *, Tensor out=None)")
def inner(input: Tensor, other: Tensor) -> Tensor:
    """Return the sums of products along the last dims of both: (..., n), (*, n) -> (..., *)."""
    x, y = input._array, other._array
    if x.ndim == 0 or y.ndim == 0:
        return mul(input, other)
    if x.shape[-1] != y.shape[-1]:
        raise RuntimeError(
            "inner() the last dimension must match on both input tensors but got shapes "
            f"{list(x.shape)} and {list(y.shape)}"
        )
    return tensordot(input, other, ([-1], [-1]))


@declared("tensordot", python=True, method=False)
def tensordot(a: Tensor, b: Tensor, dims: object = 2, out: Tensor | None = None) -> Tensor:
    """Return the sums of products along the paired `dims` of both.

    `dims` are two lists of dims, or how many: the last of `a` with the first of `b`.
    """
    if out is not None:
        written: Tensor = write_into(out, tensordot(a, b, dims), "tensordot", (a, b))
        return written
    ours, theirs = _paired_dims(a, b, dims)
    x, y = a._array, b._array
    axes, other_axes = as_dims(ours, x.ndim), as_dims(theirs, y.ndim)
    for one, two in zip(ours, theirs, strict=True):
        if x.shape[one] == 1:
            b = sum_(b, two, True, b.dtype)  # a dim of length 1 stands beside all of the other
        elif y.shape[two] == 1:
            a = sum_(a, one, True, a.dtype)
        elif x.shape[one] != y.shape[two]:
            raise RuntimeError(
                f"contracted dimensions need to match, but first has size {x.shape[one]} in dim "
                f"{one} and second has size {y.shape[two]} in dim {two}"
            )
    if x.dtype != y.dtype:
        raise RuntimeError("both inputs should have same dtype")
    x, y = a._array, b._array
    free = [axis for axis in range(x.ndim) if axis not in axes]
    other_free = [axis for axis in range(y.ndim) if axis not in other_axes]
    first, second = permute(a, (*free, *ours)), permute(b, (*theirs, *other_free))
    if not free and not other_free:
        return reshape(dot(flatten(first), flatten(second)), ())
    inside = prod(x.shape[axis] for axis in axes)
    shape = [x.shape[axis] for axis in free], [y.shape[axis] for axis in other_free]
    rows = reshape(first, (prod(shape[0]), inside))
    columns = reshape(second, (inside, prod(shape[1])))
    return reshape(mm(rows, columns), (*shape[0], *shape[1]))


def _paired_dims(a: Tensor, b: Tensor, dims: object) -> tuple[list[int], list[int]]:
    """Return the dims of both that `tensordot` sums over."""
    if isinstance(dims, Tensor):
        dims = dims.tolist()
    if isinstance(dims, int):
        if dims < 0:
            raise RuntimeError(f"tensordot expects dims >= 0, but got dims={dims}")
        if dims > min(a.dim(), b.dim()):
            raise RuntimeError(f"tensordot expects dims < ndim_a or ndim_b, but got dims={dims}")
        return list(range(-dims, 0)), list(range(dims))
    if not isinstance(dims, list | tuple) or len(dims) != 2:
        raise RuntimeError(
            "tensordot expects dims to be int or tuple[list[int], list[int]] or list[list[int]] "
            f"containing two lists, but got dims={dims}"
        )
    ours, theirs = ([each] if isinstance(each, int) else list(each) for each in dims)
    if len(ours) != len(theirs):
        raise RuntimeError("both dimension lists should have same length")
    return ours, theirs


# --- over letters


@declared("einsum", python=True, method=False)
def einsum(*args: Any) -> Tensor:
    """Return the sum of products that an equation describes.

    `einsum("ij,jk->ik", a, b)` is `a @ b`: a letter for every dim of every operand, and what is
    not named behind the arrow is summed over.
    """
    if len(args) < 2:
        raise ValueError(
            "einsum(): must specify the equation string and at least one operand, or at least one "
            "operand and its subscripts list"
        )
    if isinstance(args[0], Tensor):
        args = _by_letters(args)
    equation, *operands = args
    if not isinstance(equation, str):
        raise TypeError(
            f"einsum(): argument 'equation' (position 1) must be str, not {kind_of(equation)}"
        )
    several = len(operands) == 1 and isinstance(operands[0], list | tuple)
    tensors: list[Tensor] = list(operands[0]) if several else list(operands)
    for place, tensor in enumerate(tensors):
        if not isinstance(tensor, Tensor):
            raise TypeError(
                f"expected Tensor as element {place} in argument 1, but got {kind_of(tensor)}"
            )
    inputs, output = _subscripts(equation, tensors)
    sizes = _sizes(inputs, tensors)
    guard.check_shape([sizes[letter] for letter in output], np.dtype(np.float64))
    summed = sorted({letter for text in inputs for letter in text if letter not in output})
    order = output + "".join(summed)
    parts = [_arranged(*pair, order) for pair in zip(tensors, inputs, strict=True)]
    left = [sum(part._array.shape[dim] != 1 for part in parts) for dim in range(len(order))]
    result = parts[0]
    for part in parts[1:]:
        result = _multiplied(result, part, len(output), left)
    if not summed:
        return result
    if len(parts) == 1:
        return sum_(result, tuple(range(len(output), len(order))))
    return view(result, result._array.shape[: len(output)])


def _by_letters(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return operands that stand before lists of numbers, as an equation with letters."""

    def text(numbers: Sequence[int | EllipsisType]) -> str:
        for number in numbers:
            if number is not Ellipsis and not 0 <= number < len(ascii_letters):
                raise ValueError(
                    "einsum(): subscript in subscript list is not within the valid range [0, 52)"
                )
        return "".join("..." if n is Ellipsis else _LETTERS[n] for n in numbers)

    several = len(args) // 2
    equation = ",".join(text(args[2 * place + 1]) for place in range(several))
    if len(args) % 2:
        equation += f"->{text(args[-1])}"
    return (equation, *args[: 2 * several : 2])


_LETTERS = ascii_uppercase + ascii_lowercase


def _subscripts(equation: str, tensors: list[Tensor]) -> tuple[list[str], str]:
    """Return the letters of each operand and of the result; an ellipsis becomes hidden letters."""
    left, arrow, right = equation.replace(" ", "").partition("->")
    inputs = left.split(",")
    if len(inputs) > len(tensors):
        raise RuntimeError("einsum(): fewer operands were provided than specified in the equation")
    if len(inputs) < len(tensors):
        raise RuntimeError("einsum(): more operands were provided than specified in the equation")
    longest = 0
    read = []
    for place, (text, tensor) in enumerate(zip(inputs, tensors, strict=True)):
        ndim = tensor._array.ndim
        letters = text.replace("...", "")
        _check_letters(letters, equation, 0)
        hidden = ndim - len(letters) if "..." in text else 0
        longest = max(longest, hidden)
        if hidden < 0 or ("..." not in text and len(letters) != ndim):
            more = "more than" if hidden < 0 else "does not match"
            tail = "" if hidden < 0 else " and no ellipsis was given"
            relation = f"{more} the number of dimensions ({ndim}) for operand {place}{tail}"
            raise RuntimeError(
                f"einsum(): the number of subscripts in the equation ({len(letters)}) {relation}"
            )
        read.append(text.replace("...", _HIDDEN[:hidden][::-1]))
    hidden_letters = _HIDDEN[:longest][::-1]
    if not arrow:
        every = "".join(read)
        once = sorted(x for x in set(every) if every.count(x) == 1 and x.isascii())
        return read, hidden_letters + "".join(once)
    _check_letters(right.replace("...", ""), equation, equation.index("->") + 2)
    output = right.replace("...", hidden_letters)
    for letter in output:
        if output.count(letter) > 1:
            raise RuntimeError(
                f"einsum(): output subscript {letter} appears more than once in the output"
            )
        if letter not in "".join(read):
            raise RuntimeError(
                f"einsum(): output subscript {letter} does not appear in the equation for any "
                "input operand"
            )
    return read, output


def _check_letters(letters: str, equation: str, start: int) -> None:
    for letter in letters:
        if not (letter.isascii() and letter.isalpha()):
            raise RuntimeError(
                f"einsum(): invalid subscript given at index {equation.index(letter, start)} in "
                "the equation string, subscripts must be in [a-zA-Z]"
            )


def _sizes(inputs: list[str], tensors: list[Tensor]) -> dict[str, int]:
    """Return the length of every letter's dim."""
    sizes: dict[str, int] = {}
    for place, (letters, tensor) in enumerate(zip(inputs, tensors, strict=True)):
        for letter, size in zip(letters, tensor._array.shape, strict=True):
            known = sizes.get(letter, 1)
            if size != known and 1 not in (size, known):
                raise RuntimeError(
                    f"einsum(): subscript {letter} has size {size} for operand {place} which does "
                    f"not broadcast with previously seen size {known}"
                )
            sizes[letter] = size if known == 1 else known
    return sizes


def _arranged(tensor: Tensor, letters: str, order: str) -> Tensor:
    """Return the operand with a dim for every letter of `order`, in that order."""
    for letter in dict.fromkeys(letters):
        while letters.count(letter) > 1:
            first = letters.index(letter)
            second = letters.index(letter, first + 1)
            ends = list(range(tensor._array.ndim - 2))
            tensor = diagonal(tensor, 0, first, second)
            tensor = permute(tensor, (*ends[:first], len(ends), *ends[first:]))
            letters = letters[:second] + letters[second + 1 :]
    for letter in order:
        if letter not in letters:
            tensor = unsqueeze(tensor, tensor._array.ndim)
            letters += letter
    return permute(tensor, tuple(letters.index(letter) for letter in order))


def _multiplied(a: Tensor, b: Tensor, kept: int, left: list[int]) -> Tensor:
    """Return the product of two arranged operands, summed over the dims that no third one has."""
    ours: list[int] = []
    theirs: list[int] = []
    both: list[int] = []
    for dim in range(kept, len(left)):
        in_a, in_b = a._array.shape[dim] != 1, b._array.shape[dim] != 1
        if in_a and in_b:
            left[dim] -= 1
            if left[dim] == 1:
                both.append(dim)
                left[dim] = 0
        elif left[dim] == 1 and (in_a or in_b):
            (ours if in_a else theirs).append(dim)
            left[dim] = 0
    a = sum_(a, tuple(ours), True) if ours else a
    b = sum_(b, tuple(theirs), True) if theirs else b
    return _contracted(a, b, both) if both else mul(a, b)


def _contracted(a: Tensor, b: Tensor, summed: list[int]) -> Tensor:
    """Return the product summed over some dims, as one batched matrix product."""
    x, y = a._array.shape, b._array.shape
    others = [dim for dim in range(len(x)) if dim not in summed]
    batch = [dim for dim in others if x[dim] != 1 and y[dim] != 1]
    rows = [dim for dim in others if x[dim] != 1 and dim not in batch]
    columns = [dim for dim in others if dim not in batch and dim not in rows]
    if rows and columns and columns[-1] < rows[0]:
        return _contracted(b, a, summed)  # the result then lies in order

    def size(shape: tuple[int, ...], dims: list[int]) -> int:
        return prod(shape[dim] for dim in dims)

    first = reshape(
        permute(a, (*batch, *rows, *summed, *columns)),
        (size(x, batch), size(x, rows), size(x, summed)),
    )
    second = reshape(
        permute(b, (*batch, *summed, *columns, *rows)),
        (size(y, batch), size(y, summed), size(y, columns)),
    )
    made = [*batch, *rows, *summed, *columns]
    shape = tuple(1 if dim in summed else y[dim] if dim in columns else x[dim] for dim in made)
    wide = reshape(bmm(first, second), shape)
    return permute(wide, tuple(made.index(dim) for dim in range(len(x))))
