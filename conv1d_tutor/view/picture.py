"""The picture of anything that can be explained, or its words where the look asks for these."""

from collections.abc import Iterable, Iterator

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
    ShapeWalk,
    SilentMistake,
    WeightUse,
)
from . import narration
from .derivation import Zoom, derivation_picture
from .fault import fault_picture, fault_words
from .hand_sum import hand_sum_picture, hand_sum_words
from .length import length_picture
from .look import Look
from .overview import no_origin_picture, overview_picture
from .parameters import bias_picture, bias_words, weight_picture, weight_words
from .pen import Pen, Picture
from .reach import reach_picture, reach_words
from .shapes import shapes_picture, shapes_words
from .silent import as_fault, silent_picture

__all__ = ["picture"]


def picture(explanation: Explanation, look: Look, zoom: Zoom = "channels") -> Picture:
    """Draw an explanation, or say it in plain words where `look.plain`.

    `zoom` concerns derivations: `formula`, `channels`, `taps` or `everything`.
    """
    if look.plain:
        return Picture(lambda pen: _spoken(_words(explanation, zoom), pen), look)
    drawn: Picture
    match explanation:
        case Derivation():
            drawn = derivation_picture(explanation, look, zoom)
        case Overview():
            drawn = overview_picture(explanation, look)
        case HandSum():
            drawn = hand_sum_picture(explanation, look)
        case InputReach():
            drawn = reach_picture(explanation, look)
        case WeightUse():
            drawn = weight_picture(explanation, look)
        case BiasUse():
            drawn = bias_picture(explanation, look)
        case ShapeWalk():
            drawn = shapes_picture(explanation, look)
        case LengthDerivation():
            drawn = length_picture(explanation, look)
        case NoOrigin():
            drawn = no_origin_picture(explanation, look)
        case Fault():
            drawn = fault_picture(explanation, look)
        case SilentMistake():
            drawn = silent_picture(explanation, look)
    return drawn


def _words(explanation: Explanation, zoom: Zoom) -> Iterator[str]:
    said: Iterator[str]
    match explanation:
        case Derivation():
            said = narration.derivation_words(explanation, zoom)
        case Overview():
            said = narration.overview_words(explanation)
        case HandSum():
            said = hand_sum_words(explanation)
        case InputReach():
            said = reach_words(explanation)
        case WeightUse():
            said = weight_words(explanation)
        case BiasUse():
            said = bias_words(explanation)
        case ShapeWalk():
            said = shapes_words(explanation)
        case LengthDerivation():
            said = narration.length_words(explanation)
        case NoOrigin():
            said = narration.no_origin_words(explanation)
        case Fault():
            said = fault_words(explanation)
        case SilentMistake():
            said = fault_words(as_fault(explanation))
    return said


def _spoken(sentences: Iterable[str], pen: Pen) -> Iterator[Text]:
    for sentence in sentences:
        yield from pen.wrapped(sentence, indent=0)
