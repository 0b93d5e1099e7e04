"""Why an answer is not the one asked for: always an idea, never a bare "wrong".

The order: type, then shape and axes, then the nearest difference. What the author foresaw
and which mutated convolution matches are looked for before this, in `checks`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType

from conv1d_tutor.i18n import _, ngettext

from .values import FrozenLayer, FrozenTensor, family, freeze, is_close, numbers, shape_of

__all__ = ["Idea", "idea_about", "idea_about_shape", "listed"]

_WEIGHT = re.compile(r"\.weight\s*$")
_OF_WEIGHT = re.compile(r"[\w.]*\.weight\s*\[[^\]]*\]\s*$")


@dataclass(frozen=True, slots=True)
class Idea:
    """A sentence or two about what is different, in Markdown, and a name for the mistake."""

    message: str
    mistake: str


def listed(names: Sequence[str]) -> str:
    """Return names in code marks, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)


def idea_about(given: object, wanted: object, *, name: str = "", reference: str = "") -> Idea:
    """Return how `given` differs from `wanted`, where the two are not the same.

    `name` is the lesson's name that holds it, if any; `reference` the expression it is held
    against, which tells a weight's axes from an input's.
    """
    given, wanted = freeze(given), freeze(wanted)
    what = f"`{name}`" if name else _("What you gave")
    if isinstance(given, FrozenLayer) and isinstance(wanted, FrozenLayer):
        return _about_layer(given, wanted, what)
    match family(given), family(wanted):
        case "shape", "shape" if isinstance(given, tuple) and isinstance(wanted, tuple):
            idea = idea_about_shape(given, wanted)
        case "number", "number":
            idea = _about_number(given, wanted)
        case "tensor", "tensor":
            idea = _about_tensor(given, wanted, what, reference)
        case "tensor", "number":
            idea = _about_unsummed(given, wanted)
        case "number", "shape":
            idea = Idea(
                _("That is one number. A shape has a size for each axis: look at all of them."),
                "number-for-shape",
            )
        case "shape", "number":
            idea = Idea(
                _("These are all the sizes; one of them is asked for. Take it out with `[...]`."),
                "shape-for-number",
            )
        case _:
            idea = _about_type(given, wanted, what)
    return idea


def idea_about_shape(given: tuple[object, ...], wanted: tuple[object, ...]) -> Idea:
    """Return how a shape that was typed or read differs from the right one."""
    if len(given) != len(wanted):
        return Idea(
            ngettext(
                "Your shape has {given} axis; this one has {wanted}. "
                "Say of each axis what it counts, and see which one you lack or have too many.",
                "Your shape has {given} axes; this one has {wanted}. "
                "Say of each axis what it counts, and see which one you lack or have too many.",
                len(given),
            ).format(given=len(given), wanted=len(wanted)),
            "number-of-axes",
        )
    if sorted(map(str, given)) == sorted(map(str, wanted)):
        return Idea(
            _("The right sizes, in another order. Which axis comes first, and which last?"),
            "axes-swapped",
        )
    wrong = [axis for axis in range(len(wanted)) if given[axis] != wanted[axis]]
    if len(wrong) == 1:
        axis = wrong[0]
        message = (
            _("All sizes are right but the last: look again at the {given}.")
            if axis == len(wanted) - 1
            else _("All sizes are right but that of axis {axis}: look again at the {given}.")
        )
        return Idea(message.format(axis=axis, given=given[axis]), "one-size")
    return Idea(
        _("{count} of the {axes} sizes differ: {which}. Ask of each what it counts.").format(
            count=len(wrong),
            axes=len(wanted),
            which=", ".join(_("axis {axis}").format(axis=axis) for axis in wrong),
        ),
        "sizes",
    )


def _about_layer(given: FrozenLayer, wanted: FrozenLayer, what: str) -> Idea:
    if wanted.classes[0] not in given.classes:
        return Idea(
            _("{what} is an `nn.{given}`; this asks for an `nn.{wanted}`.").format(
                what=what, given=given.classes[0], wanted=wanted.classes[0]
            ),
            "other-layer",
        )
    differ = [key for key in wanted.settings if given.settings.get(key) != wanted.settings[key]]
    mine, theirs = given.settings, wanted.settings
    sizes = ("in_channels", "out_channels", "kernel_size")
    if differ and set(differ) <= set(sizes) and len(differ) > 1 and _permuted(mine, theirs, sizes):
        return Idea(
            _(
                "The right numbers, in another order: {what} has {given}. "
                "The order is `in_channels, out_channels, kernel_size`."
            ).format(what=what, given=_settings(mine, differ)),
            "order",
        )
    if not differ or differ == ["repr"]:
        return Idea(
            _("{what} is {given}. Compare each of its settings with the task.").format(
                what=what, given=f"`{mine.get('repr', given.classes[0])}`"
            ),
            "settings",
        )
    if set(sizes) <= set(differ):
        return Idea(
            _("{what} has {given}, and the task asks for something else in each of these.").format(
                what=what, given=_settings(mine, differ)
            ),
            differ[0],
        )
    return Idea(
        ngettext(
            "{what} has {given}, and the task asks for something else there. "
            "The rest of it is right.",
            "{what} has {given}, and the task asks for something else in each of these. "
            "The rest of it is right.",
            len(differ),
        ).format(what=what, given=_settings(mine, differ)),
        differ[0],
    )


def _permuted(
    given: Mapping[str, object], wanted: Mapping[str, object], keys: tuple[str, ...]
) -> bool:
    return sorted(str(_plain(given[key])) for key in keys) == sorted(
        str(_plain(wanted[key])) for key in keys
    )


def _settings(settings: Mapping[str, object], keys: Sequence[str]) -> str:
    return ", ".join(f"`{key}={_plain(settings[key])!r}`" for key in keys)


def _plain(value: object) -> object:
    return value[0] if isinstance(value, tuple) and len(value) == 1 else value


def _axes(reference: str, shape: tuple[int, ...]) -> tuple[str, ...]:
    """Name the axes of the tensor that is asked for."""
    if _WEIGHT.search(reference) and len(shape) == 3:
        return ("C_out", "C_in", "k")
    if _OF_WEIGHT.match(reference) and len(shape) in (1, 2):
        return ("C_in", "k")[-len(shape) :]
    return {1: ("L",), 2: ("C", "L"), 3: ("N", "C", "L")}.get(
        len(shape), tuple(str(axis) for axis in range(len(shape)))
    )


def _about_tensor_shape(
    given: tuple[int, ...], wanted: tuple[int, ...], what: str, axes: tuple[str, ...]
) -> Idea:
    has = _("{what} has the shape {given}.").format(what=what, given=f"`{given}`")
    named = ", ".join(axes)
    if len(given) != len(wanted):
        fewer = len(given) < len(wanted)
        return Idea(
            has
            + " "
            + (
                _("An axis is missing: the axes are ({axes}).")
                if fewer
                else _("That is an axis too many: the axes are ({axes}).")
            ).format(axes=named),
            "axis-missing" if fewer else "axis-too-many",
        )
    wrong = [axis for axis in range(len(wanted)) if given[axis] != wanted[axis]]
    if sorted(given) == sorted(wanted):
        return Idea(
            has
            + " "
            + _("The right sizes, but {axes} have changed places: the order is ({order}).").format(
                axes=_both([axes[axis] for axis in wrong]), order=named
            ),
            "axes-swapped",
        )
    return Idea(
        has
        + " "
        + ngettext(
            "The axes are ({axes}), and {wrong} is not the size asked for.",
            "The axes are ({axes}), and {wrong} are not the sizes asked for.",
            len(wrong),
        ).format(axes=named, wrong=", ".join(f"{axes[axis]} = {given[axis]}" for axis in wrong)),
        "size",
    )


def _both(names: Sequence[str]) -> str:
    return _(" and ").join([", ".join(names[:-1]), names[-1]])


def _about_numbers(given: object, wanted: object, what: str) -> Idea:
    if (
        isinstance(given, FrozenTensor)
        and isinstance(wanted, FrozenTensor)
        and given.dtype != wanted.dtype
    ):
        return Idea(
            _(
                "The shape is right, but the numbers are of type `{given}`; a layer's weights are "
                "`{wanted}`, and the two must be the same. `.float()` turns them into float32."
            ).format(given=given.dtype, wanted=wanted.dtype),
            "dtype",
        )
    mine, theirs = numbers(given), numbers(wanted)
    differ = [
        place
        for place, (one, other) in enumerate(zip(mine, theirs, strict=True))
        if not is_close(one, other, typed=True)
    ]
    if not differ:
        return Idea(
            _(
                "The numbers are right, but {what} no longer knows that it came from the layer. "
                "Take it as the layer gives it, without `detach` or `no_grad`."
            ).format(what=what),
            "cut-off",
        )
    if sorted(round(one, 4) for one in mine) == sorted(round(one, 4) for one in theirs):
        return Idea(
            _(
                "The shape is right and so are the numbers, but they stand in other places. "
                "Another order along an axis does that, or `reshape` in place of `permute`."
            ),
            "scrambled",
        )
    place = _place(differ[0], shape_of(wanted) or ())
    return Idea(
        ngettext(
            "The shape is right; {count} of {all} numbers differs, at {place}: you have {given}.",
            "The shape is right; {count} of {all} numbers differ, first at {place}: "
            "you have {given}.",
            len(differ),
        ).format(
            count=len(differ),
            all=len(mine),
            place=f"`[{', '.join(map(str, place))}]`",
            given=f"{mine[differ[0]]:.4f}",
        ),
        "numbers",
    )


def _place(flat: int, shape: tuple[int, ...]) -> tuple[int, ...]:
    place = []
    for size in reversed(shape):
        flat, index = divmod(flat, size)
        place.append(index)
    return tuple(reversed(place))


def _about_number(given: object, wanted: object) -> Idea:
    mine, theirs = numbers(given)[0], numbers(wanted)[0]
    apart = mine - theirs
    whole = float(theirs).is_integer() and float(mine).is_integer()
    if whole and abs(apart) == 1:
        return Idea(_("Off by one: count again, the first and the last included."), "off-by-one")
    if is_close(-mine, theirs, typed=True):
        return Idea(_("The right size with the wrong sign."), "sign")
    if not whole and any(round(theirs, places) == mine for places in (0, 1, 2, 3)):
        return Idea(
            _("That is the number, rounded: give all four decimals that are printed."), "rounded"
        )
    if whole:
        return Idea(
            _("{given} is too large.").format(given=f"{mine:g}")
            if apart > 0
            else _("{given} is too small.").format(given=f"{mine:g}"),
            "too-large" if apart > 0 else "too-small",
        )
    return Idea(
        (
            _("{given} is {apart} more than the number asked for.")
            if apart > 0
            else _("{given} is {apart} less than the number asked for.")
        ).format(given=f"{mine:.4f}", apart=f"{abs(apart):.4f}"),
        "apart",
    )


def _about_tensor(given: object, wanted: object, what: str, reference: str) -> Idea:
    shape, asked = shape_of(given), shape_of(wanted)
    if shape is None or asked is None:
        return _about_type(given, wanted, what)
    if shape != asked:
        return _about_tensor_shape(shape, asked, what, _axes(reference, asked))
    if isinstance(wanted, FrozenTensor) and not isinstance(given, FrozenTensor) and what[0] == "`":
        return _about_type(given, wanted, what)
    return _about_numbers(given, wanted, what)


def _about_unsummed(given: object, wanted: object) -> Idea:
    shape = shape_of(given) or ()
    mine, target = numbers(given), numbers(wanted)[0]
    if is_close(sum(mine), target):
        return Idea(
            _(
                "These {count} numbers are the products; what is asked for is one number. Sum them."
            ).format(count=len(mine)),
            "not-summed",
        )
    if any(is_close(one, target) for one in mine):
        return Idea(
            _(
                "The number is in there, among {count}. An index for each axis takes it out; "
                "this still has {axes}."
            ).format(
                count=len(mine),
                axes=ngettext("{n} axis", "{n} axes", len(shape)).format(n=len(shape)),
            ),
            "not-indexed",
        )
    return Idea(
        _("This is a tensor of shape {shape}; what is asked for is one number.").format(
            shape=f"`{shape}`"
        ),
        "tensor-for-number",
    )


def _about_type(given: object, wanted: object, what: str) -> Idea:
    if isinstance(given, type) and family(wanted) == "layer":
        return Idea(
            _("{what} is the class itself. Call it, with its arguments in parentheses.").format(
                what=what
            ),
            "not-called",
        )
    return Idea(
        _("{what} is {given}; what is asked for is {wanted}.").format(
            what=what, given=_kind(given), wanted=_kind(wanted)
        ),
        "type",
    )


def _kind(value: object) -> str:
    match family(value):
        case "nothing":
            kind = "`None`"
        case "truth":
            kind = _("`True` or `False`")
        case "number":
            kind = _("a number")
        case "shape":
            kind = _("a shape")
        case "text":
            kind = _("a text")
        case "layer":
            kind = _("a layer")
        case "tensor" if isinstance(value, FrozenTensor):
            kind = _("a tensor")
        case "tensor" if isinstance(value, list | tuple):
            kind = _("a list of numbers, which is no tensor")
        case "tensor":
            kind = _("an array of NumPy's, which is no tensor")
        case _:
            kind = _other_kind(value)
    return kind


def _other_kind(value: object) -> str:
    if isinstance(value, ModuleType):
        return _("a module")
    if isinstance(value, type):
        return _("the class `{name}`").format(name=value.__name__)
    if callable(value):
        return _("a function that is not called")
    return _("of the type `{name}`").format(name=type(value).__name__)
