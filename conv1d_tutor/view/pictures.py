"""The picture of anything that can be explained: one table, from explanation to picture."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from rich.text import Text

from ..explain import (
    BiasUse,
    Derivation,
    Explanation,
    Fault,
    HandSum,
    InputReach,
    LengthDerivation,
    NoOrigin,
    Overview,
    Series,
    ShapeWalk,
    SilentMistake,
    WeightUse,
)
from . import (
    bias,
    derivation,
    fault,
    hand_sum,
    length,
    no_origin,
    overview,
    plot,
    reach,
    shapes,
    weight,
)
from .derivation import Zoom
from .pen import Look, Pen, Picture


class _Drawer(Protocol):
    """What a picture's file offers: the picture, and the words that stand for it."""

    def draw(self, explanation: Any, pen: Pen, /) -> Iterator[Text]: ...

    def say(self, explanation: Any, /) -> Iterator[str]: ...


_PICTURES: dict[type, _Drawer] = {
    BiasUse: bias,
    Derivation: derivation,
    Fault: fault,
    HandSum: hand_sum,
    InputReach: reach,
    LengthDerivation: length,
    NoOrigin: no_origin,
    Overview: overview,
    ShapeWalk: shapes,
    SilentMistake: fault,
    WeightUse: weight,
}


def picture(explanation: Explanation, look: Look, zoom: Zoom = "channels") -> Picture:
    """Return an explanation drawn, or said in plain words where `look.plain`.

    `zoom` concerns derivations: `formula`, `channels`, `taps` or `everything`.
    """
    if isinstance(explanation, Derivation):
        return Picture(
            lambda pen: derivation.draw(explanation, pen, zoom),
            look,
            lambda: derivation.say(explanation, zoom),
        )
    drawer = _PICTURES[type(explanation)]
    return Picture(lambda pen: drawer.draw(explanation, pen), look, lambda: drawer.say(explanation))


def plot_picture(series: Sequence[Series], look: Look) -> Picture:
    """Return series drawn under each other; each is said where `look.plain`."""
    return Picture(lambda pen: plot.draw(series, pen), look, lambda: plot.say(series))
