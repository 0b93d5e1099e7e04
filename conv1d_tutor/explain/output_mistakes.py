"""A whole output that is wrong: named when one mistake gives every number of it."""

from itertools import islice, product
from typing import Any

from ..i18n import _
from .convolution import Convolution
from .derivation import derive
from .mistakes import CATALOGUE, Mistake, fitting_mistakes, near
from .tensors import is_tensor, shape_of

__all__ = ["name_output_mistake"]

_LOOKED_AT = 24
_SENTENCES = {name: sentence for name, _reckon, sentence in CATALOGUE}


def name_output_mistake(wrong: Any, convolution: Convolution) -> Mistake | None:
    """Name what a wrong output was reckoned as, when exactly one mistake gives its numbers.

    `wrong` is a tensor of the output's shape, (N, C_out, L_out) or (C_out, L_out); None for
    any other, for the right output, and where no mistake or several would give it. Only
    mistakes that are the same at every element are looked for.
    """
    whole = convolution.output_shape
    shape = whole[1:] if convolution.unbatched else whole
    if not is_tensor(wrong) or shape_of(wrong) != shape:
        return None
    fitting: set[str] | None = None
    # One filter after the other, so that every filter's bias and weights have their say.
    spread = product(range(whole[2]), range(whole[0]), range(whole[1]))
    for place, sample, chosen in islice(spread, _LOOKED_AT):
        index = (chosen, place) if convolution.unbatched else (sample, chosen, place)
        number = float(wrong[index].tolist())
        element = derive(convolution, (sample, chosen, place))
        if near(number, element.total):
            continue
        names = fitting_mistakes(number, element)
        fitting = names if fitting is None else fitting & names
        if not fitting:
            return None
    general = [name for name in fitting or () if "{" not in _SENTENCES[name]]
    if len(general) != 1:
        return None
    return Mistake(general[0], _(_SENTENCES[general[0]]))
