"""A layer to play with: which output cell is looked at, and the hyper-parameters as changed."""

from dataclasses import dataclass, field, replace
from math import gcd
from typing import Any, Literal

from .convolution import Convolution
from .derivation import Derivation, derive
from .length import LengthDerivation
from .tensors import shape_of

__all__ = ["PADDING_MODES", "Explorer", "HyperParameter"]

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
HyperParameter = Literal["kernel_size", "stride", "padding", "dilation", "groups", "padding_mode"]

_LARGEST = {"kernel_size": 64, "stride": 64, "padding": 64, "dilation": 64}


class _Row:
    """One filter of changed weights, with the part of a tensor's face that is read here."""

    def __init__(self, numbers: list[list[float]]) -> None:
        self._numbers = numbers

    def tolist(self) -> list[list[float]]:
        """Return the numbers."""
        return self._numbers


class _Weights:
    """The layer's own weights cut to another kernel size or other groups; new ones are zero."""

    def __init__(self, weight: Any, convolution: Convolution, groups: int, kernel: int) -> None:
        self._weight = weight
        self._convolution = convolution
        self._groups = groups
        self.shape = (convolution.out_channels, convolution.in_channels // groups, kernel)

    def __getitem__(self, chosen: int) -> _Row:
        own = self._weight[chosen].tolist()
        seen = self._convolution.channels_of(chosen)
        width, kernel = self.shape[1], self.shape[2]
        first = chosen // (self.shape[0] // self._groups) * width
        rows = []
        for channel in range(first, first + width):
            row = own[channel - seen.start] if channel in seen else []
            rows.append((row + [0.0] * kernel)[:kernel])
        return _Row(rows)


@dataclass(frozen=True, slots=True)
class Explorer:
    """What the explorer shows: an output cell, and a layer as it is or with other arguments.

    Changing a hyper-parameter keeps the layer's own weights; taps and channels that it has no
    weights for count as zero. `pinned` is another state, kept to be compared.
    """

    convolution: Convolution = field(repr=False)
    kernel_size: int
    stride: int
    padding: int
    dilation: int
    groups: int
    padding_mode: str
    sample: int = 0
    filter: int = 0
    position: int = 0
    first_channel: int = 0
    pinned: "Explorer | None" = None

    @classmethod
    def of(cls, convolution: Convolution, element: tuple[int, int, int] = (0, 0, 0)) -> "Explorer":
        """Begin at an output element of a convolution as it is."""
        state = cls(
            convolution,
            convolution.kernel_size,
            convolution.stride,
            max(convolution.pads),
            convolution.dilation,
            convolution.groups,
            convolution.padding_mode,
            *element,
        )
        return state._within()

    @property
    def changed(self) -> bool:
        """Whether any hyper-parameter differs from the layer's own."""
        own = Explorer.of(self.convolution)
        return any(
            getattr(self, name) != getattr(own, name)
            for name in ("kernel_size", "stride", "padding", "dilation", "groups", "padding_mode")
        )

    @property
    def pads(self) -> tuple[int, int]:
        """The columns put on left and right; a layer left as it is may have uneven ones."""
        own = self.convolution.pads
        return own if self.padding == max(own) else (self.padding, self.padding)

    @property
    def length(self) -> LengthDerivation:
        """The output length worked out."""
        return LengthDerivation(
            self.convolution.length,
            self.kernel_size,
            self.stride,
            self.pads,
            self.dilation,
            self.padding_mode,
        )

    @property
    def problem(self) -> str:
        """Why there is no output: `too_short`, `padding_too_wide`, or empty where there is one."""
        if self.padding_mode == "reflect" and self.padding >= self.convolution.length:
            return "padding_too_wide"
        if self.padding_mode == "circular" and self.padding > self.convolution.length:
            return "padding_too_wide"
        return "" if self.length.fits else "too_short"

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The output's shape, without the axis of samples for an unbatched input."""
        inner = (self.convolution.out_channels, self.length.output_length)
        return inner if self.convolution.unbatched else (self.convolution.samples, *inner)

    @property
    def layer(self) -> Convolution:
        """The convolution as changed, over the learner's own input."""
        own = self.convolution
        left = own.added[0] if own.stored else 0
        taken = own.input
        if own.stored and any(own.added):
            taken = own.input[:, :, left : left + own.length]
        weight: Any = own.weight
        if (self.kernel_size, self.groups) != (own.kernel_size, own.groups):
            weight = _Weights(own.weight, own, self.groups, self.kernel_size)
        return replace(
            own,
            input=taken,
            weight=weight,
            stride=self.stride,
            padding=0,
            dilation=self.dilation,
            groups=self.groups,
            padding_mode=self.padding_mode,
            added=self.pads,
            stored=False,
        )

    @property
    def element(self) -> Derivation | None:
        """The looked-at cell taken apart, None where there is no output."""
        if self.problem:
            return None
        return derive(self.layer, (self.sample, self.filter, self.position))

    def code(self, factory: str = "nn.Conv1d") -> str:
        """Return the line of PyTorch that makes the layer as changed."""
        own = self.convolution
        parts = [str(own.in_channels), str(own.out_channels), str(self.kernel_size)]
        left, right = self.pads
        usual = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1}
        parts += [
            f"{name}={getattr(self, name)}"
            for name, value in usual.items()
            if getattr(self, name) != value and not (name == "padding" and left != right)
        ]
        if left != right:
            same = left + right == self.dilation * (self.kernel_size - 1) and right - left in (0, 1)
            parts.append('padding="same"' if same else f"padding={min(left, right)}")
        parts += ["bias=False"] if own.bias is None else []
        if self.padding_mode != "zeros":
            parts.append(f'padding_mode="{self.padding_mode}"')
        name = own.called.layer if own.called.layer.isidentifier() else "conv1d"
        return f"{name} = {factory}({', '.join(parts)})"

    def moved(self, *, sample: int = 0, filter: int = 0, position: int = 0) -> "Explorer":  # noqa: A002 - the axis is called so everywhere
        """Return the state with the cell moved along one or more axes, never over an edge."""
        return replace(
            self,
            sample=self.sample + sample,
            filter=self.filter + filter,
            position=self.position + position,
        )._within()

    def scrolled(self, by: int) -> "Explorer":
        """Return the state with another input channel first, where not all fit on the screen."""
        last = self.convolution.in_channels // self.groups - 1
        return replace(self, first_channel=min(max(self.first_channel + by, 0), last))

    def adjusted(self, name: HyperParameter, by: int) -> "Explorer":
        """Return the state with one hyper-parameter a step up or down, as far as it may go."""
        if name == "padding_mode":
            place = (PADDING_MODES.index(self.padding_mode) + by) % len(PADDING_MODES)
            return replace(self, padding_mode=PADDING_MODES[place])._within()
        if name == "groups":
            common = gcd(self.convolution.in_channels, self.convolution.out_channels)
            choices = [g for g in range(1, common + 1) if common % g == 0]
            place = choices.index(self.groups) + by
            groups = choices[min(max(place, 0), len(choices) - 1)]
            return replace(self, groups=groups, first_channel=0)._within()
        least = 0 if name == "padding" else 1
        value = min(max(getattr(self, name) + by, least), _LARGEST[name])
        return replace(self, **{name: value})._within()

    def reset(self) -> "Explorer":
        """Return the state with the layer's own hyper-parameters, at the same cell."""
        own = Explorer.of(self.convolution, (self.sample, self.filter, self.position))
        return replace(own, pinned=self.pinned)

    def pin(self) -> "Explorer":
        """Return the state with this cell kept to be compared, or let go if it is this one."""
        kept = replace(self, pinned=None)
        return replace(self, pinned=None if self.pinned == kept else kept)

    def _within(self) -> "Explorer":
        """Keep the cell inside the output."""
        lengths = (
            self.convolution.samples,
            self.convolution.out_channels,
            max(self.length.output_length, 1),
        )
        at = (self.sample, self.filter, self.position)
        sample, chosen, place = (
            min(max(i, 0), size - 1) for i, size in zip(at, lengths, strict=True)
        )
        return replace(self, sample=sample, filter=chosen, position=place)


def input_shape(convolution: Convolution) -> tuple[int, ...]:
    """Return the shape of the learner's own input, without padding."""
    samples, channels, _columns = shape_of(convolution.input)
    inner = (channels, convolution.length)
    return inner if convolution.unbatched else (samples, *inner)
