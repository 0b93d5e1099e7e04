"""An error with everything around it that helps to read it, and tables of what explains it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..origin.layers import is_conv1d
from ..tensors import Tensor, is_tensor, shape_of
from .fault import Fault
from .repair import Repair, Site, resolve, source_of_layer


def numbers(text: str) -> tuple[int, ...]:
    """Return the whole numbers in a piece of a message, such as `[3, 2, 5]`."""
    return tuple(int(number) for number in re.findall(r"\d+", text))


def written(shape: tuple[int, ...]) -> str:
    """Write a shape as the learner would: `(4, 3, 2)`."""
    return "(" + ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "") + ")"


@dataclass(frozen=True, slots=True)
class Report:
    """An error's text, the learner's source, and where in it the call stands."""

    text: str
    source: str
    repair: Repair
    site: Site | None
    error: BaseException | str

    def layer(self, weight: tuple[int, ...] = ()) -> tuple[str, Any]:
        """Return the convolution that complained and its name; ("", None) if unknown."""
        if self.site is not None and is_conv1d(self.site.function):
            return self.site.function_text, self.site.function
        if weight:
            return next(self.repair.layers_weighted(weight), ("", None))
        return "", None

    def given(self) -> Tensor | None:
        """Return the tensor that was handed to the layer, where it has a name."""
        if self.site is None or self.site.argument is None:
            return None
        value = resolve(self.site.argument, self.repair.names)
        return value if is_tensor(value) else None

    def argument(self, shape: tuple[int, ...]) -> str:
        """Return what the learner calls the argument: as typed, else a tensor so shaped."""
        if self.site is not None and self.site.argument_text:
            return self.site.argument_text
        return next(self.repair.tensors_shaped(shape), "")

    def fixed(self, change: Callable[[str], str], shape: tuple[int, ...] = ()) -> tuple[str, str]:
        """Return the line with the argument changed, and what it gives; ("", "") if it fails."""
        argument = self.argument(shape)
        if not argument:
            return "", ""
        simple = re.fullmatch(r"[\w.]+(\(.*\)|\[.*\])?", argument) is not None
        text = change(argument if simple else f"({argument})")
        if self.site is not None and self.site.argument is not None:
            line, call = self.site.with_argument(text)
        else:
            line = call = ""
        if not line:
            layer = self.layer()[0]
            line = call = f"{layer}({text})" if layer else text
        gives = self.repair.shape_of(call)
        return (line, gives) if gives is not None else ("", "")

    def remade(self, layer: Any, owner: str, **changes: object) -> tuple[str, str]:
        """Return the line that makes the layer with other arguments; tried on the same input."""
        made = source_of_layer(layer, self.repair.layer_factory(), **changes)
        argument = self.argument(())
        gives = self.repair.shape_of(f"{made}({argument})") if argument else ""
        if gives is None:
            return "", ""
        name = owner if owner.isidentifier() else "conv1d"
        return f"{name} = {made}", ""

    def input_shape(self) -> tuple[int, ...]:
        """Return the shape of the named argument, () where it is not known."""
        given = self.given()
        if given is not None:
            return shape_of(given)
        argument = self.site.argument_text if self.site is not None else ""
        return numbers(self.repair.shape_of(argument) or "") if argument else ()


Decoder = Callable[[Report, re.Match[str]], Fault | None]
"""Return what an error means whose text a pattern was found in; None where it is another one."""


class FaultTable:
    """Patterns to look for in an error's text, each with the function that explains it."""

    def __init__(self) -> None:
        self._decoders: list[tuple[str, Decoder]] = []

    def fault(self, pattern: str) -> Callable[[Decoder], Decoder]:
        """Enter the function below as what explains the errors that a pattern is found in."""

        def enter(decoder: Decoder) -> Decoder:
            self._decoders.append((pattern, decoder))
            return decoder

        return enter

    def decode(self, report: Report) -> Fault | None:
        """Return what the first function says that knows the error; None where none does."""
        for pattern, decoder in self._decoders:
            found = re.search(pattern, report.text)
            fault = decoder(report, found) if found is not None else None
            if fault is not None:
                return fault
        return None
