"""Wrong lengths and shapes have names too: the right answer of another rule."""

from dataclasses import dataclass, replace
from typing import Any

from ...geometry import Conv1dGeometry
from ...i18n import N_
from ..convolution import geometry_of
from ..shapes import LengthDerivation
from .catalogue import Catalogue, Mistake

LENGTH_MISTAKES: Catalogue[LengthDerivation, float] = Catalogue()
mistake = LENGTH_MISTAKES.mistake


def _length(length: LengthDerivation, **changes: int | tuple[int, int]) -> int:
    """Return the length that the formula gives with some hyper-parameters changed."""
    geometry = replace(length.geometry, **changes)  # type: ignore[arg-type]
    return geometry.room(length.input_length) // geometry.stride + 1


@mistake(
    N_("That is the input's length; only so many places are left where the whole window fits."),
    hides=("only_divided", "no_stride", "kernel_size", "one_too_many", "no_floor"),
)
def same_length(length: LengthDerivation) -> float:
    """Leave the length as it is."""
    return length.input_length


@mistake(
    N_("The + 1 is missing: the window's first place counts too."),
    hides=("no_stride", "only_divided", "kernel_size"),
)
def no_plus_one(length: LengthDerivation) -> float:
    """Count the steps, not the places."""
    return length.room // length.geometry.stride


@mistake(
    N_("Rounded up; a last window that would run over the end does not count: round down."),
    hides=("one_too_many",),
)
def no_floor(length: LengthDerivation) -> float:
    """Round up."""
    return -(-length.room // length.geometry.stride) + 1


@mistake(N_("A length is a whole number: round the division down before adding 1."))
def not_whole(length: LengthDerivation) -> float:
    """Do not round."""
    return length.room / length.geometry.stride + 1


@mistake(
    N_("The dilation is missing: the kernel spans dilation·(kernel_size − 1) + 1 positions."),
    hides=("one_too_many", "only_divided"),
)
def no_dilation(length: LengthDerivation) -> float:
    """Take the kernel for as wide as it has taps."""
    return _length(length, dilation=1)


@mistake(N_("The padding counts on both sides: 2·padding."), hides=("one_too_many",))
def one_sided(length: LengthDerivation) -> float:
    """Count the padding on the left only."""
    return _length(length, padding=(length.geometry.padding_left, 0))


@mistake(N_("The padding is missing: it makes the input longer."), hides=("one_too_many",))
def no_padding(length: LengthDerivation) -> float:
    """Leave the padding out."""
    return _length(length, padding=0)


@mistake(
    N_("The stride is missing: the window moves {stride} at a time."),
    hides=("one_too_many", "only_divided"),
)
def no_stride(length: LengthDerivation) -> float:
    """Move the window by one."""
    return _length(length, stride=1)


@mistake(
    N_("The kernel's own width is missing: the window has to fit whole."), hides=("one_too_many",)
)
def only_divided(length: LengthDerivation) -> float:
    """Divide the padded length by the stride."""
    return -(-length.padded_length // length.geometry.stride)


@mistake(N_("That is the kernel's size, not the output's length."), hides=("one_too_many",))
def kernel_size(length: LengthDerivation) -> float:
    """Return the kernel's size."""
    return length.geometry.kernel_size


@mistake(N_("One too many: count the places of the window again."))
def one_too_many(length: LengthDerivation) -> float:
    """Count one place too many."""
    return length.output_length + 1


def name_length_mistake(wrong: object, layer: Any, input_length: int) -> Mistake | None:
    """Name the rule that gives a wrong output length, when exactly one does.

    `layer` is a Conv1d, a geometry or a recorded convolution. None for the right length.
    """
    if isinstance(wrong, bool) or not isinstance(wrong, (int, float)):
        return None
    length = LengthDerivation(input_length, geometry_of(layer))
    if wrong == length.output_length:
        return None
    found = LENGTH_MISTAKES.fitting(length, lambda other: other == wrong)
    return found[0].said(stride=length.geometry.stride) if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class _Shapes:
    """A wrong output shape beside the right one, which has as many axes as the input."""

    given: tuple[object, ...]
    right: tuple[int, ...]
    input: tuple[int, ...]
    geometry: Conv1dGeometry

    @property
    def wrong_axes(self) -> str:
        """The axes whose size is wrong, by their letters; `?` where the axes cannot be compared."""
        if len(self.given) != len(self.right):
            return "?"
        letters = "NCL"[-len(self.right) :]
        sizes = zip(letters, self.given, self.right, strict=True)
        return "".join(letter for letter, given, right in sizes if given != right)

    @property
    def channels(self) -> object:
        """The size that was given for the axis of filters."""
        return self.given[-2]


SHAPE_MISTAKES: Catalogue[_Shapes, bool] = Catalogue()
shape_mistake = SHAPE_MISTAKES.mistake


@shape_mistake(N_("That is the input's shape: channels become filters, and the length shrinks."))
def input_shape(shapes: _Shapes) -> bool:
    """Give the input's shape."""
    return shapes.given == shapes.input


@shape_mistake(N_("That is the weight's shape, not the output's."))
def weight_shape(shapes: _Shapes) -> bool:
    """Give the weight's shape."""
    return shapes.given == shapes.geometry.weight_shape


@shape_mistake(N_("The axis of samples is missing: N stays in front."))
def no_batch(shapes: _Shapes) -> bool:
    """Leave the axis of samples out."""
    return len(shapes.right) == 3 and shapes.given == shapes.right[1:]


@shape_mistake(N_("One unbatched sample went in, so no axis of samples comes out."))
def extra_batch(shapes: _Shapes) -> bool:
    """Put an axis of samples in front."""
    return len(shapes.right) == 2 and shapes.given[1:] == shapes.right


@shape_mistake(N_("The output has as many axes as the input: {count}."))
def axis_count(shapes: _Shapes) -> bool:
    """Give another number of axes."""
    return shapes.wrong_axes == "?"


@shape_mistake(N_("The numbers are right, their order is not: it is (N, C_out, L_out)."))
def axes_swapped(shapes: _Shapes) -> bool:
    """Give the sizes in another order."""
    return sorted(map(str, shapes.given)) == sorted(map(str, shapes.right))


@shape_mistake(N_("Samples and filters are right; the length is not: count the windows."))
def length(shapes: _Shapes) -> bool:
    """Get the length wrong, by no rule that has a name."""
    return shapes.wrong_axes == "L"


@shape_mistake(N_("The channels are summed away; each filter gives one: out_channels of them."))
def in_channels(shapes: _Shapes) -> bool:
    """Keep the input's channels."""
    return shapes.wrong_axes in ("C", "CL") and shapes.channels == shapes.geometry.in_channels


@shape_mistake(N_("Each filter sums over all channels, so there are out_channels, not a product."))
def channels_multiplied(shapes: _Shapes) -> bool:
    """Multiply the channels with the filters."""
    geometry = shapes.geometry
    return (
        shapes.wrong_axes == "C" and shapes.channels == geometry.in_channels * geometry.out_channels
    )


@shape_mistake(N_("Axis 1 has one entry for each filter: out_channels."))
def channels(shapes: _Shapes) -> bool:
    """Get the number of filters wrong in another way."""
    return shapes.wrong_axes == "C"


@shape_mistake(N_("Each sample stays a sample: N does not change."))
def samples(shapes: _Shapes) -> bool:
    """Change the number of samples."""
    return shapes.wrong_axes == "N"


def name_shape_mistake(wrong: object, layer: Any, given: tuple[int, ...]) -> Mistake | None:
    """Name what is wrong with an output shape, when one idea explains it: the first that does.

    `wrong` is a shape of any kind; `given` is the input's, (N, C, L) or (C, L). None for the
    right one.
    """
    if not isinstance(wrong, (tuple, list)):
        return None
    geometry = geometry_of(layer)
    right = (*given[:-2], geometry.out_channels, geometry.windows(given[-1]))
    shapes = _Shapes(tuple(wrong), right, tuple(given), geometry)
    if shapes.given == right:
        return None
    found = SHAPE_MISTAKES.fitting(shapes, bool)
    if not found:
        return None
    if found[0].outcome is length:
        named = name_length_mistake(shapes.given[-1], geometry, given[-1])
        return named or found[0].said()
    return found[0].said(count=len(right))
