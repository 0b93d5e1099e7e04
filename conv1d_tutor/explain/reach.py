"""The other way round: which outputs an input number touches, and with which weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .convolution import Convolution
from .layers import calls_at_hand
from .naming import named_tensors
from .tensors import Tensor, address_of, locate, shape_of

__all__ = ["InputReach", "Touch", "explain_input", "reach_of", "receptive_field"]


@dataclass(frozen=True, slots=True)
class Touch:
    """One output position that an input number reaches, and the tap that it meets there.

    `copied_to` is the place where padding repeats the number, if it is met there instead.
    """

    position: int
    tap: int
    copied_to: int | None = None


@dataclass(frozen=True, slots=True)
class InputReach:
    """Which outputs one input number touches.

    `filters` are the output channels that see its channel, all or those of its group. A
    number under no window has no touches.
    """

    expression: str
    sample: int
    channel: int
    position: int
    value: float
    touches: tuple[Touch, ...]
    filters: tuple[int, ...]
    convolution: Convolution = field(repr=False, compare=False)

    @property
    def weight_channel(self) -> int:
        """The channel's place in a filter that sees it."""
        seen = self.convolution.channels_of(self.filters[0])
        return self.channel - seen.start


def reach_of(convolution: Convolution, position: int) -> tuple[Touch, ...]:
    """Return the output positions whose window holds an input position, padding's copies too."""
    left, right = convolution.pads
    places = [position]
    if convolution.padding_mode != "zeros":
        edges = [*range(-left, 0), *range(convolution.length, convolution.length + right)]
        places += [place for place in edges if convolution.source(place) == position]
    touches = []
    for place in places:
        for tap in range(convolution.kernel_size):
            moved = place + left - tap * convolution.dilation
            output, rest = divmod(moved, convolution.stride)
            if not rest and 0 <= output < convolution.output_length:
                touches.append(Touch(output, tap, None if place == position else place))
    return tuple(sorted(touches, key=lambda touch: (touch.position, touch.tap)))


def receptive_field(layers: list[tuple[int, int, int]]) -> int:
    """Return how many inputs one output sees through a stack of (kernel, stride, dilation)."""
    field_, jump = 1, 1
    for kernel, stride, dilation in layers:
        field_ += (kernel - 1) * dilation * jump
        jump *= stride
    return field_


def explain_input(value: Tensor, names: Mapping[str, object], expression: str) -> InputReach | None:
    """Return the reach of one number of an input, None if `value` is not one of an input at hand.

    Recognised by where it lies in memory, so by any spelling of the index.
    """
    if value.grad_fn is not None or any(size != 1 for size in shape_of(value)):
        return None
    address = address_of(value, (0,) * len(value.shape))
    for _name, tensor in named_tensors(names):
        if tensor is value or locate(address, tensor) is None:
            continue
        calls = sorted(
            calls_at_hand(names, tensor=tensor),
            key=lambda call: not call.called.output.isidentifier(),
        )
        for convolution in calls:
            index = locate(address, convolution.input)
            if index is not None:
                return _reach(convolution, (index[0], index[1], index[2]), value, expression)
    return None


def _reach(
    convolution: Convolution, index: tuple[int, int, int], value: Tensor, expression: str
) -> InputReach:
    number = value.tolist()
    while isinstance(number, list):
        number = number[0]
    filters = tuple(
        o for o in range(convolution.out_channels) if index[1] in convolution.channels_of(o)
    )
    touches = reach_of(convolution, index[2])
    return InputReach(expression, *index, float(number), touches, filters, convolution)
