"""How an operation is declared: once, where its arithmetic is.

From the declaration come the errors of its arguments, the dtype that operands have together, the
check that they broadcast, the limit on size, the node of the graph with what it saves, and the
`name_` and `out=` forms. There are two ways:

`@op` stands above arithmetic on arrays. The function gets one ndarray for each tensor, and a
gradient for each of them says what reaches it:

    @op("hypot(Tensor input, Tensor other, *, Tensor out=None)", saves="self other result",
        gradient=(lambda grad, x, y, result: grad * (x / result),
                  lambda grad, x, y, result: grad * (y / result)))
    def hypot(x: Array, y: Array) -> Array:
        "Return the length of (input, other)."
        return np.hypot(x, y)

`@declared` stands above a function of tensors: one that only sees memory differently (a view),
looks things up, or is made of other operations. It records for itself what there is to record.

Both put the operation on the face: as a function of `torch`, and as a method of `Tensor` where its
first argument is a tensor.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from inspect import cleandoc
from typing import Any, TypeVar, cast

import numpy as np

from .graph import differentiates, fit, record_laid
from .guard import (
    TooLargeError,
    are_wide,
    by_name,
    check_arguments,
    check_shape,
    in_blocks,
    in_thread,
    is_long,
    named,
    silently,
)
from .in_place import (
    as_it_was,
    check_fits,
    check_in_place,
    refuse_dtype,
    replace,
    without_gradient,
    write_into,
)
from .methods import hang
from .numpy_errors import in_pytorchs_words
from .parameters import is_number
from .plans import LONG, MOST_PLANS, Plan, are_small, kind_of_value, plan_of
from .promotion import NOTHING, floating, in_one_dtype, joined_dtype
from .saved_fields import field_of, saved_fields
from .signature import Signatures, default_values, displayed
from .strides import as_operands, in_order
from .tensor import Array, Parameter, Tensor, wrap

FUNCTIONS: dict[str, Callable[..., Any]] = {}
"""What `torch.` offers: the function under each name."""

Gradient = Callable[..., Any]
_Function = TypeVar("_Function", bound=Callable[..., Any])


def NO_DERIVATIVE(*_arguments: object) -> Array:  # noqa: N802 - stands for a formula
    """Stand for the gradient of an operation that PyTorch cannot differentiate."""
    raise AssertionError("op() puts an error of its own in its place")


def node_name(operation: str, number: int = 0) -> str:
    """Return the name of an operation's node: `Log1PBackward0` for `log1p`."""
    return "".join(part.title() for part in operation.split("_")) + f"Backward{number}"


# --- on the face


def declared(
    *signatures: str,
    aliases: str = "",
    function: bool = True,
    method: bool = True,
    in_place: bool = False,
    in_place_node: str = "",
    numbers: bool = False,
    python: bool = False,
    module: str = "torch",
    computes: bool = True,
    returns_face: bool = False,
) -> Callable[[_Function], _Function]:
    """Offer the function of tensors below as an operation with these signatures.

    It is given its arguments by position (by name, where there are several signatures or what is
    given by name only), read as their types, defaults included. `function` and `method` say where
    it is offered, `aliases` under which other names too. `in_place` adds `name_`, which writes the
    result over the tensor; `in_place_node` begins the name of its node where a result has none.
    `numbers` lets a number stand for a tensor. `requires_grad=True`, given by name, is heeded here.
    Returns the function itself, for the engine's own callers, who give it what is right; with
    `returns_face` the one that reads its arguments.

    `python` is for what PyTorch itself has written in Python: there the errors of arguments are
    Python's own, and the signature is a name alone.

    `module` is the home of what PyTorch offers elsewhere than on `torch` and its tensors. It is
    offered there by its own name: what is returned then is the function that reads its arguments.

    `computes` says that numpy's warnings are to be silenced meanwhile (see `viewing`).
    """

    def offer(operation: _Function) -> _Function:
        name = signatures[0].partition("(")[0]
        if module != "torch":
            elsewhere = _face(operation, signatures, False, numbers, computes)
            elsewhere.__module__ = module
            return cast(_Function, elsewhere)
        for each in (name, *aliases.split()):
            if python:
                operation.__name__, operation.__module__ = name, "torch"
                operation.__qualname__ = name if function else f"Tensor.{name}"
                face = silently(operation) if computes else named(name)(operation)
                if function:
                    FUNCTIONS[each] = face
                if method:
                    hang(each, face)
                continue
            texts = [each + text[text.index("(") :] for text in signatures if _is_of(each, text)]
            if function:
                FUNCTIONS[each] = _face(operation, texts, False, numbers, computes)
            if method:
                hang(each, _face(operation, texts, True, numbers, computes))
            if in_place:
                changing = [text.replace("(", "_(", 1) for text in texts]
                changes = _in_place(operation, in_place_node)
                hang(f"{each}_", _face(changes, changing, True, numbers, True))
        return cast(_Function, FUNCTIONS[name]) if returns_face else operation

    return offer


def _is_of(name: str, signature: str) -> bool:
    """Return whether a signature is one of `name`: behind `|` may stand those that it is of."""
    mark = signature.partition("|")[2]
    return mark in ("", "deprecated") or name in mark.split()


def viewing(*signatures: str, **offer: Any) -> Callable[[_Function], _Function]:
    """Offer the function below as `declared` does, where it computes no numbers.

    It sees memory differently, moves numbers or tells what is there. Then numpy has nothing to
    warn of, and to silence it would take longer than all the rest.
    """
    return declared(*signatures, computes=False, **offer)


def _face(
    operation: Callable[..., Any],
    texts: Sequence[str],
    method: bool,
    numbers: bool,
    computes: bool,
) -> Callable[..., Any]:
    """Return the operation as a learner calls it: arguments read, `out=` written."""
    signatures: Signatures | None = None
    name, has_lists = texts[0].partition("(")[0], any("[" in text for text in texts)
    known: dict[tuple[object, ...], Plan] = {}
    sees = name.rstrip("_") in _SEEING

    def called(*arguments: Any, **options: Any) -> Any:
        nonlocal signatures
        kinds: tuple[object, ...] = ()  # also those of a method that is given its tensor only
        given = arguments
        try:
            run = operation if sees else _runner(operation, name, arguments, options)
            if not options:
                if len(arguments) != 1 or not method:
                    kinds = tuple(map(type, arguments))
                    if has_lists and (tuple in kinds or list in kinds):
                        kinds = tuple(map(kind_of_value, arguments))
                plan = known.get(kinds)
                if plan is not None and (not plan[3] or are_small(arguments, plan[3])):
                    several, names, rest, _ = plan
                    if several is not None:
                        arguments = (*arguments[:several], arguments[several:])
                    if names:
                        rest, arguments = {**dict(zip(names, arguments, strict=True)), **rest}, ()
                    if not computes:
                        return run(*arguments, **rest)
                    with np.errstate(all="ignore"):  # PyTorch divides by zero without a word
                        return run(*arguments, **rest)
            if signatures is None:
                signatures = Signatures(texts, method, numbers)
            values = signatures.read(arguments, options)
            out = values.pop("out", None)
            if isinstance(out, Tensor) and values.get("dtype", out) is None:
                values["dtype"] = out.dtype
            requires_grad = signatures.makes and values.pop("requires_grad", False)
            if not options and LONG not in kinds:
                plan = plan_of(values, arguments, signatures.only is not None, operation)
                if plan is not None and len(known) < MOST_PLANS:
                    known[kinds] = plan
            with np.errstate(all="ignore"):
                result = run(**values)
                if out is not None:
                    result = write_into(out, result, name, values.values())
            return _requiring_grad(result) if requires_grad else result
        except Exception as error:
            told = in_pytorchs_words(by_name(error, name), name, (*given, *options.values()))
            if told is error:
                raise
            raise told from None

    called.__name__ = called.__qualname__ = name
    called.__module__ = "torch"
    called.__doc__ = f"{displayed(texts, method)}\n\n{_told(operation)}"
    return called


def _runner(
    operation: Callable[..., Any], name: str, arguments: Sequence[Any], options: Mapping[str, Any]
) -> Callable[..., Any]:
    """Return the operation, or what runs it apart where its arguments have very many elements."""
    long = check_arguments(name, (*arguments, *options.values()) if options else arguments)
    return partial(in_thread, operation) if long else operation


def _told(operation: Callable[..., Any]) -> str:
    """Return the docstring, without the margin that it has in the source."""
    told = operation.__doc__ or ""
    return cleandoc(told) if "\n" in told else told


_SEEING = frozenset(
    "as_strided broadcast_to chunk conj cpu data_ptr detach diagonal dim element_size expand "
    "expand_as get_device imag is_complex is_conj is_contiguous is_floating_point is_inference "
    "is_neg is_same_size is_set_to is_signed is_tensor movedim moveaxis narrow ndimension nelement "
    "numel permute positive real requires_grad reshape retain_grad select size split "
    "split_with_sizes squeeze storage_offset stride swapaxes swapdims t transpose "
    "type unbind unflatten unfold unsqueeze untyped_storage view view_as".split()
)
"""What only sees memory differently, or tells of it: there a tensor may be expanded to any size."""


def _requiring_grad(made: Tensor) -> Tensor:
    if made._array.dtype.kind != "f":
        raise RuntimeError("Only Tensors of floating point and complex dtype can require gradients")
    made._requires_grad = True
    return made


def _in_place(operation: Callable[..., Tensor], node: str) -> Callable[..., Tensor]:
    """Return the operation as one that writes its result over its first tensor.

    A result without gradients leaves the tensor's place in the graph as it is, unless there is a
    `node` for it, from which zeros flow back.
    """

    def changing(*arguments: Any, **values: Any) -> Tensor:
        first = arguments[0] if arguments else values.pop(next(iter(values)))
        check_in_place(first)
        try:
            result = operation(as_it_was(first), *arguments[1:], **values)
        except TooLargeError:
            check_fits(first, (*arguments[1:], *values.values()))
            raise
        except NotImplementedError:
            _check_kept(first, (*arguments[1:], *values.values()))
            raise
        if differentiates((first,)) and not result.requires_grad:
            if node:
                others = (*arguments[1:], *values.values())
                number = int(any(isinstance(each, Tensor) for each in others))
                result = without_gradient(f"{node}Backward{number}", first, result._array)
            else:
                result._node, result._output = first.grad_fn, first._output
        return replace(first, result)

    changing.__doc__ = operation.__doc__
    return changing


def _check_kept(first: Tensor, others: tuple[Any, ...]) -> None:
    """Raise where `first` cannot hold what comes out, which PyTorch looks at before all."""
    operands = [each for each in others if isinstance(each, Tensor) or is_number(each)]
    dtype = joined_dtype(first, *operands)
    if dtype.kind > first.dtype.kind:
        refuse_dtype(first, wrap(np.empty(0, dtype.numpy)))


def offered_property(name: str) -> Callable[[Callable[[Tensor], Any]], property]:
    """Offer the function below as a property of `Tensor`."""

    def offer(getter: Callable[[Tensor], Any]) -> property:
        made = property(getter)
        hang(name, made)
        return made

    return offer


def python_function(module: str) -> Callable[[_Function], _Function]:
    """Make the function below say that it is `module`'s, where PyTorch has it written in Python."""

    def offer(operation: _Function) -> _Function:
        operation.__module__ = module
        return cast(_Function, silently(operation))

    return offer


# --- arithmetic on arrays


def op(
    *signatures: str,
    node: str = "",
    saves: str = "",
    gradient: Gradient | tuple[Gradient | None, ...] | None = None,
    promotes: bool = True,
    floats: bool = False,
    elementwise: bool = True,
    lies: Callable[[Array, Sequence[Array]], Array] | None = None,
    check: Callable[..., None] | None = None,
    numbers: bool = False,
    doc: str = "",
    **offer: Any,
) -> Callable[[Callable[..., Any]], Callable[..., Tensor]]:
    """Make an operation of the arithmetic below, and offer it as `declared` does with `offer`.

    The arithmetic is called with an ndarray in place of every tensor, and with all other arguments
    as they are, in the order of the signature; it returns the array of the result.

    - `gradient` is a formula for each tensor (one alone for one tensor): called with the gradient
      of the result, all that the arithmetic was called with, and the result, it returns the
      gradient of that tensor, or what broadcasts to it. Without it nothing flows back.
    - `saves` are the names that the node keeps as `_saved_<name>`: "self" is the first tensor,
      "result" the result, "self_sym_sizes" and "self_sym_strides" its shape and steps, others are
      arguments. "self:other" is kept only where `other` requires a gradient. `node` is the node's
      name where it is not that of the operation.
    - `promotes`: operands come in the dtype that they have together; `floats`: in a floating one.
    - `elementwise`: operands broadcast, and very long ones are worked off in blocks.
    - `lies` is the rule of strides.py by which the result lies in memory; `as_operands` where an
      operation is elementwise, otherwise in order.
    - `check` is called with all arguments as they came, to raise what PyTorch raises of them.

    `doc` stands for the docstring of a function of numpy's. Returns the operation on tensors.
    """
    name, _, rest = signatures[0].partition("(")
    texts = [part for part in rest.partition(")")[0].split(", ") if part not in ("*", "")]
    parts = [text.partition("=")[0].split(" ") for text in texts if " out" not in text]
    tensors = [place for place, (type_, _) in enumerate(parts) if type_ == "Tensor"]
    names = [each for _, each in parts]
    others = len(tensors) < len(names)
    rule = as_operands if elementwise and lies is None else lies
    formulas = gradient if isinstance(gradient, tuple) else (gradient,)
    if gradient is NO_DERIVATIVE:
        node, formulas = "NotImplemented", (_no_derivative(name),) * len(tensors)
    node = node or node_name(name)
    places = {"self": 0, **{each: place for place, each in enumerate(names)}}
    kept = [field_of(token, places) for token in saves.split()]
    defaults: dict[str, Any] = {}

    def make(arithmetic: Callable[..., Any]) -> Callable[..., Tensor]:
        def operation(*arguments: Any, **options: Any) -> Tensor:
            if len(arguments) < len(names):
                if not defaults:
                    defaults.update(default_values(signatures[0]))
                arguments += tuple(
                    options[each] if each in options else defaults[each]
                    for each in names[len(arguments) :]
                )
            if check is not None:
                check(*arguments)
            operands = [arguments[place] for place in tensors] if others else arguments
            try:
                arrays = in_one_dtype(operands) if promotes else [each._array for each in operands]
                if floats:
                    arrays = [floating(array) for array in arrays]
                values = arrays
                if others:
                    values = list(arguments)
                    for place, array in zip(tensors, arrays, strict=True):
                        values[place] = array
                if is_long(arrays) or (not elementwise and are_wide(arrays)):
                    output = in_thread(
                        _computed_at_length, arithmetic, values, arrays, tensors, elementwise, rule
                    )
                else:
                    output = np.asarray(arithmetic(*values))
                    output = in_order(output) if rule is None else rule(output, arrays)
            except TooLargeError as error:  # by an operator, which has no face
                raise by_name(error, name) from None
            if gradient is None or not differentiates(operands):
                return wrap(output)
            sources, own = tuple(operands), formulas
            if not _TENSORS.issuperset(map(type, sources)):
                has_places = numbers and gradient is not NO_DERIVATIVE
                sources, own = _with_places(sources, formulas, has_places)
            return record_laid(
                node,
                wrap(output),
                sources,
                _backward(sources, own, values, output),
                saved_fields(kept, arguments, numbers),
            )

        operation.__name__ = name
        operation.__doc__ = doc or arithmetic.__doc__
        operation.parameters = tuple(names)  # type: ignore[attr-defined]
        return declared(*signatures, numbers=numbers, **offer)(operation)

    return make


def _computed_at_length(
    arithmetic: Callable[..., Any],
    values: list[Any],
    arrays: list[Array],
    tensors: list[int],
    elementwise: bool,
    rule: Callable[[Array, Sequence[Array]], Array] | None,
) -> Array:
    """Return what the arithmetic makes of long values, as it is to lie in memory."""
    for array in arrays:
        check_shape(array.shape, array.dtype)

    def on_arrays(*some: Array) -> Any:
        own = list(values)
        for place, array in zip(tensors, some, strict=True):
            own[place] = array
        return arithmetic(*own)

    output = np.asarray(in_blocks(on_arrays, *arrays) if elementwise else on_arrays(*arrays))
    return in_order(output) if rule is None else rule(output, arrays)


_TENSORS = frozenset({Tensor, Parameter})


def _with_places(
    operands: tuple[Any, ...], formulas: tuple[Gradient | None, ...], places: bool
) -> tuple[tuple[Tensor, ...], tuple[Gradient | None, ...]]:
    """Return the sources of a node some of whose operands are numbers, with their gradients.

    With `places` a number that stands for a tensor has a place there, to which nothing flows.
    """
    pairs = [
        (each if isinstance(each, Tensor) else NOTHING, formula)
        for each, formula in zip(operands, formulas, strict=True)
        if places or isinstance(each, Tensor)
    ]
    return tuple(source for source, _ in pairs), tuple(formula for _, formula in pairs)


def _backward(
    sources: tuple[Tensor, ...],
    formulas: tuple[Gradient | None, ...],
    values: Sequence[Any],
    output: Array,
) -> Callable[[Array], tuple[Array | None, ...]]:
    """Return what turns the gradient of the output into those of the sources that need one."""
    arrays = [each._array if each.requires_grad else None for each in sources]

    def backward(grad: Array) -> tuple[Array | None, ...]:
        return tuple(
            None
            if formula is None or array is None
            else fit(np.asarray(formula(grad, *values, output)), array)
            for formula, array in zip(formulas, arrays, strict=True)
        )

    return backward


def kernel(
    *signatures: str, **options: Any
) -> Callable[[Callable[..., Any]], Callable[..., Tensor]]:
    """Make an operation as `op` does, for `declared` ones to call: it is not offered itself."""
    return op(*signatures, function=False, method=False, **options)


def _no_derivative(operation: str) -> Gradient:
    def refuse(*_values: Any) -> Array:
        raise RuntimeError(f"derivative for aten::{operation} is not implemented")

    return refuse
