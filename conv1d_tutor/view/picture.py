"""The picture of anything that can be explained, or its words where the look asks for these."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from ..explain import Derivation, Explanation, Fault, LengthDerivation, NoOrigin, Overview
from . import narration
from .derivation import Zoom, derivation_picture
from .fault import fault_picture, fault_words
from .length import length_picture
from .look import Look
from .overview import no_origin_picture, overview_picture
from .pen import Pen, Picture

__all__ = ["picture"]


def picture(explanation: Explanation, look: Look, zoom: Zoom = "channels") -> Picture:
    """Draw an explanation, or say it in plain words where `look.plain`.

    `zoom` concerns derivations: `formula`, `channels`, `taps` or `everything`.
    """
    if look.plain:
        return Picture(lambda pen: _spoken(words(explanation, zoom), pen), look)
    match explanation:
        case Derivation():
            return derivation_picture(explanation, look, zoom)
        case Overview():
            return overview_picture(explanation, look)
        case LengthDerivation():
            return length_picture(explanation, look)
        case NoOrigin():
            return no_origin_picture(explanation, look)
        case Fault():
            return fault_picture(explanation, look)


def words(explanation: Explanation, zoom: Zoom) -> Iterator[str]:
    """Give an explanation's statements."""
    match explanation:
        case Derivation():
            return narration.derivation_words(explanation, zoom)
        case Overview():
            return narration.overview_words(explanation)
        case LengthDerivation():
            return narration.length_words(explanation)
        case NoOrigin():
            return narration.no_origin_words(explanation)
        case Fault():
            return fault_words(explanation)


def _spoken(sentences: Iterable[str], pen: Pen) -> Iterator[Text]:
    for sentence in sentences:
        yield from pen.wrapped(sentence, indent=0)
