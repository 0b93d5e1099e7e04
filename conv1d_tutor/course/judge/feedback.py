"""Why an answer is not the one asked for: always an idea, never a bare "wrong".

The order: type, then shape and axes, then the nearest difference. What the author foresaw
and which mutated convolution matches are looked for before this, by the kinds of step.
"""

import re
from collections.abc import Mapping, Sequence
from types import ModuleType

from conv1d_tutor.i18n import _, ngettext
from conv1d_tutor.odd_values import is_a, name_of_class

from .values import (
    FrozenLayer,
    FrozenTensor,
    Opaque,
    family,
    freeze,
    is_close,
    numbers,
    same_but_for_dtype,
    shape_of,
)
from .verdict import Verdict, missed

_WEIGHT = re.compile(r"\.weight\s*$")
_OF_WEIGHT = re.compile(r"[\w.]*\.weight\s*\[[^\]]*\]\s*$")


def idea_about(given: object, expected: object, *, name: str = "", reference: str = "") -> Verdict:
    """Return how `given` differs from `expected`, where the two are not the same.

    `name` is the lesson's name that holds it, if any; `reference` the expression it is held
    against, which tells a weight's axes from an input's.
    """
    given, expected = freeze(given), freeze(expected)
    what = f"`{name}`" if name else _("What you gave")
    if (
        isinstance(given, FrozenTensor)
        and isinstance(expected, FrozenTensor)
        and given.shape == expected.shape
        and given.dtype != expected.dtype
    ):
        return _about_dtype(given, expected)
    if isinstance(given, FrozenLayer) and isinstance(expected, FrozenLayer):
        return _about_layer(given, expected, what)
    match family(given), family(expected):
        case "shape", "shape" if isinstance(given, tuple) and isinstance(expected, tuple):
            idea = _about_shape(given, expected)
        case "number", "number":
            idea = _about_number(given, expected)
        case ("tensor", "tensor") | ("shape", "tensor"):
            # Whole numbers in brackets are a shape only where a shape is asked for.
            idea = _about_tensor(given, expected, what, reference)
        case "tensor", "number":
            idea = _about_unsummed(given, expected)
        case "number", "shape":
            idea = missed(
                "number-for-shape",
                _("That is one number. A shape has a size for each axis: look at all of them."),
            )
        case "shape", "number":
            idea = missed(
                "shape-for-number",
                _("These are all the sizes; one of them is asked for. Take it out with `[...]`."),
            )
        case _:
            idea = _about_type(given, expected, what)
    return idea


def _about_shape(given: tuple[object, ...], expected: tuple[object, ...]) -> Verdict:
    """Return how a shape that was typed or read differs from the right one."""
    if len(given) != len(expected):
        message = ngettext(
            "Your shape has {given} axis; this one has {expected}. "
            "Say of each axis what it counts, and see which one you lack or have too many.",
            "Your shape has {given} axes; this one has {expected}. "
            "Say of each axis what it counts, and see which one you lack or have too many.",
            len(given),
        )
        return missed("number-of-axes", message, given=len(given), expected=len(expected))
    if sorted(map(str, given)) == sorted(map(str, expected)):
        return missed(
            "axes-swapped",
            _("The right sizes, in another order. Which axis comes first, and which last?"),
        )
    wrong = [axis for axis in range(len(expected)) if given[axis] != expected[axis]]
    if len(wrong) == 1:
        axis = wrong[0]
        message = (
            _("All sizes are right but the last: look again at the {given}.")
            if axis == len(expected) - 1
            else _("All sizes are right but that of axis {axis}: look again at the {given}.")
        )
        return missed("one-size", message, axis=axis, given=given[axis])
    return missed(
        "sizes",
        _("{count} of the {axes} sizes differ: {which}. Ask of each what it counts."),
        count=len(wrong),
        axes=len(expected),
        which=", ".join(_("axis {axis}").format(axis=axis) for axis in wrong),
    )


def _about_layer(given: FrozenLayer, expected: FrozenLayer, what: str) -> Verdict:
    if expected.classes[0] not in given.classes:
        message = _("{what} is an `nn.{given}`; this asks for an `nn.{expected}`.")
        classes = {"given": given.classes[0], "expected": expected.classes[0]}
        return missed("other-layer", message, what=what, **classes)
    mine, theirs = given.settings, expected.settings
    differ = [key for key in theirs if mine.get(key) != theirs[key]]
    if not differ or differ == ["repr"]:
        message = _("{what} is {given}. Compare each of its settings with the task.")
        layer = f"`{mine.get('repr', given.classes[0])}`"
        return missed("settings", message, what=what, given=layer)
    mistake, settings = differ[0], _settings(mine, differ)
    sizes = ("in_channels", "out_channels", "kernel_size")
    if set(differ) <= set(sizes) and len(differ) > 1 and _permuted(mine, theirs, sizes):
        mistake = "order"
        message = _(
            "The right numbers, in another order: {what} has {given}. "
            "The order is `in_channels, out_channels, kernel_size`."
        )
    elif set(sizes) <= set(differ):
        message = _("{what} has {given}, and the task asks for something else in each of these.")
    else:
        message = ngettext(
            "{what} has {given}, and the task asks for something else there. "
            "The rest of it is right.",
            "{what} has {given}, and the task asks for something else in each of these. "
            "The rest of it is right.",
            len(differ),
        )
    return missed(mistake, message, what=what, given=settings)


def _permuted(
    given: Mapping[str, object], expected: Mapping[str, object], keys: tuple[str, ...]
) -> bool:
    return sorted(str(_plain(given[key])) for key in keys) == sorted(
        str(_plain(expected[key])) for key in keys
    )


def _settings(settings: Mapping[str, object], keys: Sequence[str]) -> str:
    return ", ".join(f"`{key}={_plain(settings[key])!r}`" for key in keys)


def _plain(value: object) -> object:
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _axes(reference: str, shape: tuple[int, ...]) -> tuple[str, ...]:
    """Return the names of the axes of the tensor that is asked for."""
    if _WEIGHT.search(reference) and len(shape) == 3:
        return ("C_out", "C_in", "k")
    if _OF_WEIGHT.match(reference) and len(shape) in (1, 2):
        return ("C_in", "k")[-len(shape) :]
    return {1: ("L",), 2: ("C", "L"), 3: ("N", "C", "L")}.get(
        len(shape), tuple(str(axis) for axis in range(len(shape)))
    )


def _about_tensor_shape(
    given: tuple[int, ...], expected: tuple[int, ...], what: str, axes: tuple[str, ...]
) -> Verdict:
    has = _("{what} has the shape {given}.").format(what=what, given=f"`{given}`") + " "
    order = ", ".join(axes)
    if len(given) < len(expected):
        message = _("An axis is missing: the axes are ({axes}).")
        return missed("axis-missing", has + message.format(axes=order))
    if len(given) > len(expected):
        message = _("That is an axis too many: the axes are ({axes}).")
        return missed("axis-too-many", has + message.format(axes=order))
    wrong = [axis for axis in range(len(expected)) if given[axis] != expected[axis]]
    if sorted(given) == sorted(expected):
        message = _("The right sizes, but {axes} have changed places: the order is ({order}).")
        swapped = _both([axes[axis] for axis in wrong])
        return missed("axes-swapped", has + message.format(axes=swapped, order=order))
    message = ngettext(
        "The axes are ({axes}), and {wrong} is not the size asked for.",
        "The axes are ({axes}), and {wrong} are not the sizes asked for.",
        len(wrong),
    )
    sizes = ", ".join(f"{axes[axis]} = {given[axis]}" for axis in wrong)
    return missed("size", has + message.format(axes=order, wrong=sizes))


def _both(names: Sequence[str]) -> str:
    return _(" and ").join([", ".join(names[:-1]), names[-1]])


_TO_DTYPE = {
    "torch.float32": ".float()",
    "torch.float64": ".double()",
    "torch.float16": ".half()",
    "torch.int64": ".long()",
    "torch.int32": ".int()",
    "torch.bool": ".bool()",
}


def _about_dtype(given: FrozenTensor, expected: FrozenTensor) -> Verdict:
    """Return the verdict on a tensor of the right shape whose numbers are of another type."""
    if same_but_for_dtype(given, expected):
        message = _(
            "The numbers are right, but their type is `{given}`; asked for is `{expected}`. "
            "`{method}` at the end changes the type."
        )
    else:
        message = _(
            "The shape is right, but the numbers are of type `{given}`; asked for is "
            "`{expected}`, and not all numbers are the same either. `{method}` changes the type."
        )
    method = _TO_DTYPE.get(expected.dtype, f".to({expected.dtype})")
    return missed("dtype", message, given=given.dtype, expected=expected.dtype, method=method)


def _about_numbers(given: object, expected: object, what: str) -> Verdict:
    mine, theirs = numbers(given), numbers(expected)
    differ = [
        place
        for place, (one, other) in enumerate(zip(mine, theirs, strict=True))
        if not is_close(one, other, typed=True)
    ]
    if not differ:
        message = _(
            "The numbers are right, but {what} no longer knows that it came from the layer. "
            "Take it as the layer gives it, without `detach` or `no_grad`."
        )
        return missed("cut-off", message, what=what)
    if sorted(round(one, 4) for one in mine) == sorted(round(one, 4) for one in theirs):
        message = _(
            "The shape is right and so are the numbers, but they stand in other places. "
            "Another order along an axis does that, or `reshape` in place of `permute`."
        )
        return missed("scrambled", message)
    place = ", ".join(map(str, _place(differ[0], shape_of(expected) or ())))
    return missed(
        "numbers",
        ngettext(
            "The shape is right; {count} of {all} numbers differs, at {place}: you have {given}.",
            "The shape is right; {count} of {all} numbers differ, first at {place}: "
            "you have {given}.",
            len(differ),
        ),
        count=len(differ),
        all=len(mine),
        place=f"`[{place}]`",
        given=f"{mine[differ[0]]:.4f}",
    )


def _place(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    place = []
    for size in reversed(shape):
        flat, index = divmod(flat, size)
        place.append(index)
    return tuple(reversed(place))


def _about_number(given: object, expected: object) -> Verdict:
    mine, theirs = numbers(given)[0], numbers(expected)[0]
    apart = mine - theirs
    whole = float(theirs).is_integer() and float(mine).is_integer()
    if whole and abs(apart) == 1:
        return missed("off-by-one", _("Off by one: count again, the first and the last included."))
    if is_close(-mine, theirs, typed=True):
        return missed("sign", _("The right size with the wrong sign."))
    if not whole and any(round(theirs, places) == mine for places in (0, 1, 2, 3)):
        message = _("That is the number, rounded: give all four decimals that are printed.")
        return missed("rounded", message)
    if whole and apart > 0:
        return missed("too-large", _("{given} is too large."), given=f"{mine:g}")
    if whole:
        return missed("too-small", _("{given} is too small."), given=f"{mine:g}")
    message = (
        _("{given} is {apart} more than the number asked for.")
        if apart > 0
        else _("{given} is {apart} less than the number asked for.")
    )
    return missed("apart", message, given=f"{mine:.4f}", apart=f"{abs(apart):.4f}")


def _about_tensor(given: object, expected: object, what: str, reference: str) -> Verdict:
    shape, asked = shape_of(given), shape_of(expected)
    if shape is None or asked is None or (family(given) == "shape" and _is_tensor(expected)):
        return _about_type(given, expected, what)
    if shape != asked and len(shape) == len(asked) == 1 and not _is_tensor(expected):
        message = ngettext(
            "That is {given} number; {expected} are asked for.",
            "That is {given} numbers; {expected} are asked for.",
            shape[0],
        )
        return missed("how-many", message, given=shape[0], expected=asked[0])
    if shape != asked:
        return _about_tensor_shape(shape, asked, what, _axes(reference, asked))
    is_name = what.startswith("`")
    if is_name and _is_tensor(expected) and not _is_tensor(given):
        return _about_type(given, expected, what)
    return _about_numbers(given, expected, what)


def _about_unsummed(given: object, expected: object) -> Verdict:
    shape = shape_of(given) or ()
    mine, target = numbers(given), numbers(expected)[0]
    if is_close(sum(mine), target):
        message = _(
            "These {count} numbers are the products; what is asked for is one number. Sum them."
        )
        return missed("not-summed", message, count=len(mine))
    if any(is_close(one, target) for one in mine):
        message = _(
            "The number is in there, among {count}. An index for each axis takes it out; "
            "this still has {axes}."
        )
        axes = ngettext("{n} axis", "{n} axes", len(shape)).format(n=len(shape))
        return missed("not-indexed", message, count=len(mine), axes=axes)
    message = _("This is a tensor of shape {shape}; what is asked for is one number.")
    return missed("tensor-for-number", message, shape=f"`{shape}`")


def _about_type(given: object, expected: object, what: str) -> Verdict:
    if isinstance(given, Opaque) and is_a(given.value, type) and family(expected) == "layer":
        message = _("{what} is the class itself. Call it, with its arguments in parentheses.")
        return missed("not-called", message, what=what)
    if family(given) == family(expected) == "truth":
        message = _("`{given}` is not it. Look again at what the task says.")
        return missed("truth", message, given=bool(numbers(given)[0]))
    mine, asked = _kind(given), _kind(expected)
    if mine == asked:
        message = _("{what} is {kind}, but not the one asked for.")
        return missed("other-value", message, what=what, kind=mine)
    if not _is_tensor(given) and _is_tensor(expected) and family(given) in {"tensor", "shape"}:
        message = _("{what} is {given}, which is no tensor; what is asked for is {expected}.")
    else:
        message = _("{what} is {given}; what is asked for is {expected}.")
    return missed("type", message, what=what, given=mine, expected=asked)


def _is_tensor(value: object) -> bool:
    return isinstance(value, FrozenTensor)


def _kind(value: object) -> str:
    match family(value):
        case "nothing":
            return "`None`"
        case "truth":
            return _("`True` or `False`")
        case "number":
            return _("a number")
        case "shape":
            return _("a shape")
        case "text":
            return _("a text")
        case "layer":
            return _("a layer")
        case "tensor" if isinstance(value, FrozenTensor):
            return _("a tensor")
        case "tensor" if isinstance(value, list | tuple):
            return _("a list of numbers")
        case "tensor":
            return _("an array of NumPy's")
    value = value.value if isinstance(value, Opaque) else value
    if is_a(value, ModuleType):
        return _("a module")
    if is_a(value, type):
        return _("the class `{name}`").format(name=name_of_class(value))
    if callable(value):
        return _("a function that is not called")
    return _("of the type `{name}`").format(name=name_of_class(type(value)))
