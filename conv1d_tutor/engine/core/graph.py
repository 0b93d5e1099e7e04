"""Reverse-mode differentiation: record what was computed, then walk it backwards.

Every operation computes its output as an ndarray and hands it to `record`, together with the
tensors it came from and a function that turns the gradient of the output into the gradients of
those inputs:

    def exp(input):
        output = np.exp(input._array)
        backward = lambda grad: (grad * output,)
        return record("ExpBackward0", output, (input,), backward, result=RESULT)

- `record(name, output, inputs, backward, **saved)` gives the output tensor. When grad mode is on
  and some input requires grad, the tensor's `grad_fn` is a node of PyTorch's class `name`.
- The output lies in memory in order. `record_laid` takes a tensor that lies otherwise.
- `backward(grad)` takes one ndarray of the output's shape and gives a tuple with one entry an
  input: an ndarray of that input's shape, or None.
- `saved` becomes the node's `_saved_<name>` fields. A saved tensor is checked for in-place changes
  before `backward` runs. Pass `RESULT` for the output itself.
- `record_view` is `record` for an output that shares its input's memory.
- `record_many` is `record` for several outputs; `backward` then takes the tuple of their
  gradients, an array of zeros for an output that was not used.

`backward()` then visits nodes from the youngest to the oldest: a node is always younger than what
it was made from, so by then all of its gradient has arrived.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from heapq import heappop, heappush
from itertools import count
from math import prod
from typing import Any

import numpy as np

from .guard import BLOCK, WIDE, in_thread, waited_for
from .missing import missing
from .strides import as_operands, in_order
from .tensor import Array, Tensor, alias, version, wrap

Backward = Callable[..., tuple[Array | None, ...]]

RESULT = object()
"""Stands for the output in the `saved` of `record`."""

_ages = count()


class _GradMode:
    """Whether operations are recorded."""

    enabled = True


grad_mode = _GradMode()


_Edge = tuple["Node | Tensor | None", int]
"""Where an input came from: a node with which output of it, a leaf, or nothing that learns."""


class Node:
    """One recorded operation: the `grad_fn` of its outputs."""

    __slots__ = (
        "__weakref__",
        "_age",
        "_backward",
        "_edges",
        "_fields",
        "_hooks",
        "_outputs",
        "_versions",
        "metadata",
    )  # fmt: skip

    def __init__(
        self,
        edges: tuple[_Edge, ...],
        backward: Backward | None,
        saved: dict[str, object],
        outputs: tuple[tuple[tuple[int, ...], np.dtype[np.generic]], ...],
    ) -> None:
        self._edges = edges
        self._backward = backward
        self._fields = saved
        self._outputs = outputs
        self._hooks: dict[int, list[Callable[[Array], Array]]] | None = None
        self._age = next(_ages)
        self._versions: list[tuple[Tensor, int]] | None = None
        for value in saved.values():
            if isinstance(value, Tensor):
                if self._versions is None:
                    self._versions = []
                counter = value._counter
                self._versions.append((value, 0 if counter is None else counter[0]))

    def name(self) -> str:
        """Return the name of the operation, as PyTorch has it."""
        name = type(self).__name__
        return f"torch::autograd::{name}" if name == "CopyBackwards" else name

    @property
    def next_functions(self) -> tuple[tuple["Node | AccumulateGrad | None", int], ...]:
        """The nodes its inputs came from, each with which output of that node it was."""
        return tuple(
            (_accumulator(source) if isinstance(source, Tensor) else source, output)
            for source, output in self._edges
        )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_saved_") and name[7:] in self._fields:
            value = self._fields[name[7:]]
            if isinstance(value, Tensor):
                # Only tensors are freed by `backward`; a size or a stride stays.
                if self._backward is None and self._versions:
                    raise RuntimeError(_FREED)
                self._check_versions(value)
            return value
        if name == "metadata":  # made when it is asked for, since hardly any node's ever is
            self.metadata: dict[str, Any] = {}
            return self.metadata
        plain = f"'{type(self).__name__}' object has no attribute '{name}'"
        raise missing("Node", name, () if name[:1] == "_" else dir(type(self)), plain)

    def _check_versions(self, only: Tensor | None = None) -> None:
        """Raise PyTorch's RuntimeError where a saved tensor was changed in place since."""
        for tensor, saved_version in self._versions or ():
            if version(tensor) != saved_version and (only is None or only is tensor):
                own = tensor is self._fields.get("result")
                raise RuntimeError(
                    _modified(tensor, self if own else tensor.grad_fn, saved_version)
                )

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *(f"_saved_{name}" for name in self._fields)]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} object at {id(self):#x}>"


class AccumulateGrad:
    """Where a path ends: adds what arrives to `variable.grad`."""

    __slots__ = ("__weakref__", "variable")
    next_functions = ()

    def __init__(self, variable: Tensor) -> None:
        self.variable = variable

    def name(self) -> str:
        """Return its name, as PyTorch has it."""
        return "torch::autograd::AccumulateGrad"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AccumulateGrad) and other.variable is self.variable

    def __hash__(self) -> int:
        return id(self.variable)

    def __repr__(self) -> str:
        return f"<AccumulateGrad object at {id(self.variable):#x}>"


def _accumulator(leaf: Tensor) -> AccumulateGrad:
    return AccumulateGrad(leaf)


@cache
def _node_class(name: str) -> type[Node]:
    return type(name, (Node,), {"__slots__": (), "__module__": "builtins"})


def renamed(node: object, names: Mapping[str, str]) -> None:
    """Return a node that was just made the class that `names` has for its own."""
    if node is not None and type(node).__name__ in names:
        node.__class__ = _node_class(names[type(node).__name__])


def differentiates(inputs: Iterable[object]) -> bool:
    """Return whether an operation on `inputs` (tensors and numbers) is to be recorded."""
    if grad_mode.enabled:
        for each in inputs:
            if isinstance(each, Tensor) and each.requires_grad:
                return True
    return False


def made(output: object) -> Tensor:
    """Return the tensor of new numbers, which lie in order: as most of PyTorch's results do."""
    return wrap(in_order(output if type(output) is np.ndarray else np.asarray(output)))


def record(
    name: str, output: object, inputs: tuple[Tensor, ...], backward: Backward, /, **saved: object
) -> Tensor:
    """Return the tensor of `output`, with the node that made it where gradients flow."""
    return record_laid(name, made(output), inputs, backward, saved)


def record_laid(
    name: str,
    result: Tensor,
    inputs: tuple[Tensor, ...],
    backward: Backward,
    saved: Mapping[str, object],
) -> Tensor:
    """Give the tensor `result` the node that made it where gradients flow, and return it.

    It lies in memory as it is; what `record` returns is in order.
    """
    if grad_mode.enabled:
        for input in inputs:
            if input._node is not None or input._requires_grad or input._base is not None:
                _attach(name, (result,), inputs, backward, dict(saved))
                break
    return result


def record_elementwise(
    name: str,
    output: object,
    operands: Sequence[Array],
    inputs: tuple[Tensor, ...],
    backward: Backward,
    /,
    **saved: object,
) -> Tensor:
    """Return what `record` does, where every element was worked out of those of the operands.

    The output lies in memory as they do together.
    """
    laid = wrap(as_operands(np.asarray(output), operands))
    return record_laid(name, laid, inputs, backward, saved)


def record_view(
    name: str,
    output: Array,
    input: Tensor,
    backward: Backward,
    /,
    **saved: object,
) -> Tensor:
    """Return the tensor of `output`, a view of `input`'s memory, with the node that made it."""
    result = alias(output, input)
    if grad_mode.enabled:
        base = input._base
        if base is None:
            base, node = input, input._node
        else:
            node = input.grad_fn
        result._base = base
        result._base_version = result._counter[0]  # type: ignore[index]
        if node is not None or input._requires_grad:
            edge = (input, 0) if node is None else (node, input._output)
            result._node = _node_class(name)(
                (edge,), backward, saved, ((output.shape, output.dtype),)
            )
    return result


def record_many(
    name: str,
    outputs: Sequence[object],
    inputs: tuple[Tensor, ...],
    backward: Backward,
    /,
    **saved: object,
) -> tuple[Tensor, ...]:
    """Return the tensors of several `outputs` of one operation; floating ones join the graph.

    An output that is a tensor already lies in memory as it is.
    """
    results = tuple([each if isinstance(each, Tensor) else made(each) for each in outputs])
    if differentiates(inputs):
        _attach(name, results, inputs, backward, saved)
    return results


def refuse_gradient_to(tensor: Tensor | None, name: str, function: str) -> None:
    """Raise PyTorch's RuntimeError where an argument requires a gradient that `function` lacks."""
    if grad_mode.enabled and tensor is not None and tensor.requires_grad:
        raise RuntimeError(
            f"The function '{function}' is not differentiable with respect to argument '{name}'. "
            "This input cannot have requires_grad True."
        )


def _attach(
    name: str,
    results: tuple[Tensor, ...],
    inputs: tuple[Tensor, ...],
    backward: Backward,
    saved: dict[str, object],
) -> None:
    """Make the node and hang it on the results, unless no input requires grad after all."""
    edges: list[_Edge] = []
    needed = False
    for input in inputs:
        node = input._node if input._base is None else input.grad_fn
        if node is not None:
            edges.append((node, input._output))
            needed = True
        elif input._requires_grad:
            edges.append((input, 0))
            needed = True
        else:
            edges.append((None, 0))
    if not needed:
        return
    for key, value in saved.items():
        if value is RESULT:
            saved[key] = alias(results[0]._array, results[0])
    if len(results) == 1:
        array = results[0]._array
        node = _node_class(name)(tuple(edges), backward, saved, ((array.shape, array.dtype),))
        if array.dtype.kind == "f":
            results[0]._node = node
        return
    outputs = tuple((result._array.shape, result._array.dtype) for result in results)
    node = _node_class(name)(tuple(edges), backward, saved, outputs)
    for position, result in enumerate(results):
        if result._array.dtype.kind == "f":
            result._node = node
            result._output = position


def fit(grad: Array, like: Array) -> Array:
    """Sum the gradient over what broadcasting repeated; cast it back to the input's dtype."""
    if grad.shape != like.shape:
        extra = grad.ndim - like.ndim
        if extra:
            grad = grad.sum(axis=tuple(range(extra)))
        stretched = tuple(
            axis for axis, size in enumerate(like.shape) if size == 1 and grad.shape[axis] != 1
        )
        if stretched:
            grad = grad.sum(axis=stretched, keepdims=True)
    return grad if grad.dtype == like.dtype else grad.astype(like.dtype)


# --- the walk back

_FREED = (
    "Trying to backward through the graph a second time (or directly access saved tensors after "
    "they have already been freed). Saved intermediate values of the graph are freed when you "
    "call .backward() or autograd.grad(). Specify retain_graph=True if you need to backward "
    "through the graph a second time or if you need to access saved tensors after calling backward."
)


def run_backward(
    roots: Sequence[tuple[Tensor, Array]],
    retain_graph: bool,
    arrive: Callable[[Tensor, Array], None],
    inner: Sequence[Tensor] = (),
) -> dict[int, Array]:
    """Walk back from `roots` (tensors with the gradients to begin with).

    `arrive(leaf, gradient)` is called for what reaches a leaf. Returns the gradients that arrived
    at the non-leaf tensors `inner`, by `id`.
    """
    gradients: dict[Node, list[Array | None]] = {}
    queue: list[tuple[int, Node]] = []
    caught: dict[int, Array] = {}
    targets = {(tensor.grad_fn, tensor._output): id(tensor) for tensor in inner}

    def send(target: Node | Tensor, output: int, gradient: Array) -> None:
        if isinstance(target, Tensor):
            arrive(target, gradient)
            return
        if target not in gradients:
            gradients[target] = [None] * len(target._outputs)
            heappush(queue, (-target._age, target))
        so_far = gradients[target][output]
        gradients[target][output] = (
            gradient if so_far is None else waited_for(np.add, so_far, gradient)
        )

    for tensor, gradient in roots:
        send(tensor if tensor.grad_fn is None else tensor.grad_fn, tensor._output, gradient)
    while queue:
        node = heappop(queue)[1]
        received = [
            np.zeros(shape, dtype) if each is None else each
            for each, (shape, dtype) in zip(gradients.pop(node), node._outputs, strict=True)
        ]
        for output, hooks in (node._hooks or {}).items():
            for hook in hooks:
                received[output] = hook(received[output])
        for output, gradient in enumerate(received):
            if (node, output) in targets:
                caught[targets[node, output]] = gradient
        with np.errstate(all="ignore"):  # as PyTorch, that warns of no division by zero
            passed_on = _apply(node, received, retain_graph)
        for (target, output), passed in zip(node._edges, passed_on, strict=True):
            if target is not None and passed is not None:
                send(target, output, passed)
    return caught


def _apply(node: Node, received: list[Array], retain_graph: bool) -> tuple[Array | None, ...]:
    if node._backward is None:
        raise RuntimeError(_FREED)
    node._check_versions()
    given = received[0] if len(received) == 1 else tuple(received)
    if _is_long(node, received):
        passed_on: tuple[Array | None, ...] = in_thread(node._backward, given)
    else:
        passed_on = node._backward(given)
    if node._versions and not retain_graph:
        node._backward = None
    return passed_on


def _is_long(node: Node, received: list[Array]) -> bool:
    """Return whether a node's gradients have very many elements: those of results or of sources."""
    for each in received:
        if each.size > WIDE:
            return True
    for target, output in node._edges:
        if target is not None:
            own = target._array.shape if isinstance(target, Tensor) else target._outputs[output][0]
            if prod(own) > BLOCK:
                return True
    return False


def _modified(tensor: Tensor, made_by: Node | None, saved_version: int) -> str:
    origin = ""
    if made_by is not None:
        operation = re.sub("Backward[0-9]+$", "", made_by.name())
        origin = f", which is output {tensor._output} of {operation},"
    return (
        "one of the variables needed for gradient computation has been modified by an inplace "
        f"operation: [torch.{tensor.dtype.scalar}Tensor {list(tensor.shape)}]{origin} is at "
        f"version {version(tensor)}; expected version {saved_version} instead. Hint: enable "
        "anomaly detection to find the operation that failed to compute its gradient, with "
        "torch.autograd.set_detect_anomaly(True, check_nan=False)."
    )
