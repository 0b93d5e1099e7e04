"""Samples put together into a batch: tensors stacked, numbers made tensors, containers kept."""

import copy
import re
from collections.abc import Callable, Mapping, MutableMapping, MutableSequence, Sequence
from typing import Any

import numpy as np

from ...core.dtypes import float64
from ...core.op import FUNCTIONS, python_function
from ...core.tensor import Tensor

_HERE = "torch.utils.data._utils.collate"
_TEXT_OR_OBJECTS = re.compile(r"[SaUO]")
_REFUSED = (
    "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found {}"
)


def _with_items(mapping: Mapping[Any, Any], items: dict[Any, Any]) -> Any:
    """Return a mapping of the same type with other values."""
    try:
        if isinstance(mapping, MutableMapping):
            clone = copy.copy(mapping)
            clone.update(items)
            return clone
        return type(mapping)(items)  # type: ignore[call-arg]
    except TypeError:
        return items


def _with_values(sequence: Sequence[Any], values: list[Any]) -> Any:
    """Return a sequence of the same type with other values; of a tuple a list."""
    if isinstance(sequence, tuple):
        return values
    try:
        if isinstance(sequence, MutableSequence):
            clone = copy.copy(sequence)
            for place, value in enumerate(values):
                clone[place] = value
            return clone
        return type(sequence)(values)  # type: ignore[call-arg]
    except TypeError:
        return values


@python_function(_HERE)
def default_convert(data: Any) -> Any:
    """Return a sample with every array in it as a tensor."""
    if isinstance(data, Tensor):
        return data
    kind = type(data)
    if kind.__module__ == "numpy" and kind.__name__ not in ("str_", "string_"):
        if kind.__name__ == "ndarray" and _TEXT_OR_OBJECTS.search(data.dtype.str):
            return data
        return FUNCTIONS["as_tensor"](data)
    if isinstance(data, Mapping):
        return _with_items(data, {key: default_convert(data[key]) for key in data})
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return kind(*(default_convert(each) for each in data))
    if isinstance(data, Sequence) and not isinstance(data, str | bytes):
        return _with_values(data, [default_convert(each) for each in data])
    return data


def _stacked(batch: Sequence[Any]) -> Tensor:
    stacked: Tensor = FUNCTIONS["stack"](list(batch), 0)
    return stacked


def _of_arrays(batch: Sequence[Any]) -> Tensor:
    if _TEXT_OR_OBJECTS.search(batch[0].dtype.str):
        raise TypeError(_REFUSED.format(batch[0].dtype))
    return _stacked([FUNCTIONS["as_tensor"](each) for each in batch])


def _of_numbers(batch: Sequence[Any]) -> Tensor:
    made: Tensor = FUNCTIONS["tensor"](batch)
    return made


def _of_floats(batch: Sequence[Any]) -> Tensor:
    made: Tensor = FUNCTIONS["tensor"](batch, dtype=float64)
    return made


def _as_it_is(batch: Sequence[Any]) -> Sequence[Any]:
    return batch


_KINDS: dict[Any, Callable[[Any], Any]] = {
    Tensor: _stacked,
    np.ndarray: _of_arrays,
    (np.bool_, np.number, np.object_): _of_numbers,
    float: _of_floats,
    int: _of_numbers,
    str: _as_it_is,
    bytes: _as_it_is,
}
"""How a batch of each type of sample is put together."""


@python_function(_HERE)
def default_collate(batch: Any) -> Any:
    """Return a list of samples as one batch: a dim more in front, containers as they are.

    Tensors of (C, L) become one of (N, C, L), numbers one of (N,), pairs a list of two batches.
    """
    first = batch[0]
    kind = type(first)
    if kind in _KINDS:
        return _KINDS[kind](batch)
    for each, put_together in _KINDS.items():
        if isinstance(first, each):
            return put_together(batch)
    if isinstance(first, Mapping):
        return _with_items(
            first, {key: default_collate([sample[key] for sample in batch]) for key in first}
        )
    if isinstance(first, tuple) and hasattr(first, "_fields"):
        return kind(*(default_collate(column) for column in zip(*batch, strict=False)))
    if isinstance(first, Sequence):
        if any(len(sample) != len(first) for sample in batch):
            raise RuntimeError("each element in list of batch should be of equal size")
        return _with_values(first, [default_collate(each) for each in zip(*batch, strict=True)])
    raise TypeError(_REFUSED.format(kind))
