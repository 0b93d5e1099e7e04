"""A layer to play with: which output cell is looked at, and the hyper-parameters as changed."""

from dataclasses import dataclass, field, replace
from math import gcd
from typing import Any, Literal

from ..geometry import PADDING_MODES, Conv1dGeometry, same_padding
from .convolution import FIRST, Convolution, Element
from .derivation import Derivation, derive
from .shapes import LengthDerivation

HyperParameter = Literal["kernel_size", "stride", "padding", "dilation", "groups", "padding_mode"]

_LARGEST = 64
"""How far kernel_size, stride, padding and dilation may be raised."""


class _Row:
    """One filter of changed weights, with the part of a tensor's face that is read here."""

    def __init__(self, numbers: list[list[float]]) -> None:
        self._numbers = numbers

    def tolist(self) -> list[list[float]]:
        """Return the numbers."""
        return self._numbers


class _Weights:
    """A layer's own weights cut to another kernel size or other groups; new ones are zero."""

    def __init__(self, own: Convolution, changed: Conv1dGeometry) -> None:
        self._own = own
        self._changed = changed
        self.shape = changed.weight_shape

    def __getitem__(self, chosen: int) -> _Row:
        own = self._own.weight[chosen].tolist()
        own_channels = self._own.geometry.input_channels_of(chosen)
        kernel = self._changed.kernel_size
        rows = []
        for channel in self._changed.input_channels_of(chosen):
            row = own[own_channels.index(channel)] if channel in own_channels else []
            rows.append((row + [0.0] * kernel)[:kernel])
        return _Row(rows)


@dataclass(frozen=True, slots=True)
class Explorer:
    """What the explorer shows: an output cell, and a layer as it is or with other arguments.

    Changing a hyper-parameter keeps the layer's own weights; taps and channels that it has no
    weights for count as zero. `pinned` is another state, kept to be compared.
    """

    convolution: Convolution = field(repr=False)
    geometry: Conv1dGeometry
    cell: Element
    first_channel: int = 0
    pinned: "Explorer | None" = None

    @classmethod
    def of(cls, convolution: Convolution, cell: Element = FIRST) -> "Explorer":
        """Begin at an output element of a convolution as it is."""
        return cls(convolution, convolution.geometry, cell)._within()

    @property
    def arguments(self) -> dict[HyperParameter, int | str]:
        """The hyper-parameters; of uneven padding the larger side."""
        geometry = self.geometry
        return {
            "kernel_size": geometry.kernel_size,
            "stride": geometry.stride,
            "padding": max(geometry.padding_pair),
            "dilation": geometry.dilation,
            "groups": geometry.groups,
            "padding_mode": geometry.padding_mode,
        }

    @property
    def changed(self) -> bool:
        """Whether any hyper-parameter differs from the layer's own."""
        return self.geometry != self.convolution.geometry

    @property
    def length(self) -> LengthDerivation:
        """The output length worked out."""
        return LengthDerivation(self.convolution.length, self.geometry)

    @property
    def problem(self) -> str:
        """Why there is no output: `too_short`, `padding_too_wide`, or empty where there is one."""
        if not self.geometry.can_pad(self.convolution.length):
            return "padding_too_wide"
        return "" if self.length.fits else "too_short"

    @property
    def layer(self) -> Convolution:
        """The convolution as changed, over the learner's own input."""
        own = self.convolution
        weight: Any = own.weight
        if self.geometry.weight_shape != own.geometry.weight_shape:
            weight = _Weights(own, self.geometry)
        return replace(own, weight=weight, geometry=self.geometry)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The output's shape, without the axis of samples for an unbatched input."""
        return self.convolution.as_typed(self.layer.output_shape)

    @property
    def element(self) -> Derivation | None:
        """The looked-at cell taken apart, None where there is no output."""
        return None if self.problem else derive(self.layer, self.cell)

    def code(self, factory: str = "nn.Conv1d") -> str:
        """Return the line of PyTorch that makes the layer as changed."""
        own, geometry = self.convolution, self.geometry
        parts = [str(geometry.in_channels), str(geometry.out_channels), str(geometry.kernel_size)]
        left, right = geometry.padding_pair
        usual: dict[HyperParameter, int] = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
        parts += [
            f"{name}={self.arguments[name]}"
            for name, value in usual.items()
            if self.arguments[name] != value and not (name == "padding" and left != right)
        ]
        if left != right:
            same = (left, right) == same_padding(geometry.kernel_size, geometry.dilation)
            parts.append('padding="same"' if same else f"padding={min(left, right)}")
        parts += ["bias=False"] if own.bias is None else []
        if geometry.padding_mode != "zeros":
            parts.append(f'padding_mode="{geometry.padding_mode}"')
        name = own.called.layer if own.called.layer.isidentifier() else "conv1d"
        return f"{name} = {factory}({', '.join(parts)})"

    def moved(self, *, sample: int = 0, filter: int = 0, position: int = 0) -> "Explorer":  # noqa: A002 - the axis is called so everywhere
        """Return the state with the cell moved along one or more axes, never over an edge."""
        cell = Element(
            self.cell.sample + sample, self.cell.filter + filter, self.cell.position + position
        )
        return replace(self, cell=cell)._within()

    def scrolled(self, by: int) -> "Explorer":
        """Return the state with another input channel first, where not all fit on the screen."""
        last = self.geometry.weight_shape[1] - 1
        return replace(self, first_channel=min(max(self.first_channel + by, 0), last))

    def adjusted(self, name: HyperParameter, by: int) -> "Explorer":
        """Return the state with one hyper-parameter a step up or down, as far as it may go."""
        geometry, value = self.geometry, self.arguments[name]
        first_channel = self.first_channel
        changed: Any
        if isinstance(value, str):
            place = PADDING_MODES.index(value) + by
            changed = PADDING_MODES[place % len(PADDING_MODES)]
        elif name == "groups":
            common = gcd(geometry.in_channels, geometry.out_channels)
            choices = [g for g in range(1, common + 1) if common % g == 0]
            place = choices.index(value) + by
            changed, first_channel = choices[min(max(place, 0), len(choices) - 1)], 0
        else:
            changed = min(max(value + by, 0 if name == "padding" else 1), _LARGEST)
        if name == "padding":
            # The layer's own padding may be uneven, and is met again on the way back.
            own = self.convolution.geometry.padding_pair
            changed = own if changed == max(own) else (changed, changed)
        geometry = replace(geometry, **{name: changed})
        return replace(self, geometry=geometry, first_channel=first_channel)._within()

    def reset(self) -> "Explorer":
        """Return the state with the layer's own hyper-parameters, at the same cell."""
        return replace(Explorer.of(self.convolution, self.cell), pinned=self.pinned)

    def pin(self) -> "Explorer":
        """Return the state with this cell kept to be compared, or let go if it is this one."""
        kept = replace(self, pinned=None)
        return replace(self, pinned=None if self.pinned == kept else kept)

    def _within(self) -> "Explorer":
        """Keep the cell inside the output."""
        shape = self.layer.output_shape
        cell = Element(
            *(min(max(i, 0), max(n, 1) - 1) for i, n in zip(self.cell, shape, strict=True))
        )
        return replace(self, cell=cell)
