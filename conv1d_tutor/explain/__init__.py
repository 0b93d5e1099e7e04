"""Where a number came from, and what a mistake means: plain frozen data, no colour.

This is the package's interface: what is outside of it imports from here.
"""

from .convolution import Convolution, Element
from .derivation import Cell, ChannelPart, Derivation, by_hand, derive, total_of
from .explanation import (
    Explanation,
    NoOrigin,
    Overview,
    convolution_behind,
    explain,
    explain_automatically,
)
from .explorer import Explorer, HyperParameter
from .faults import decode_error, unknown_error
from .faults.fault import AxisNote, Fault
from .hand.hand_sum import ChannelCheck, HandSum, check_hand_sum
from .mistakes.catalogue import Mistake
from .mistakes.elements import ELEMENT_MISTAKES, name_mistake, name_output_mistake, separates
from .mistakes.shapes import LENGTH_MISTAKES, name_length_mistake, name_shape_mistake
from .shapes import LayerShape, LengthDerivation, ShapeWalk, explain_length, explain_shapes
from .signals import Series, series_of
from .silent import SilentMistake, silent_mistake
from .tensors import is_tensor
from .uses import BiasUse, InputReach, WeightUse

__all__ = [
    "ELEMENT_MISTAKES",
    "LENGTH_MISTAKES",
    "AxisNote",
    "BiasUse",
    "Cell",
    "ChannelCheck",
    "ChannelPart",
    "Convolution",
    "Derivation",
    "Element",
    "Explanation",
    "Explorer",
    "Fault",
    "HandSum",
    "HyperParameter",
    "InputReach",
    "LayerShape",
    "LengthDerivation",
    "Mistake",
    "NoOrigin",
    "Overview",
    "Series",
    "ShapeWalk",
    "SilentMistake",
    "WeightUse",
    "by_hand",
    "check_hand_sum",
    "convolution_behind",
    "decode_error",
    "derive",
    "explain",
    "explain_automatically",
    "explain_length",
    "explain_shapes",
    "is_tensor",
    "name_length_mistake",
    "name_mistake",
    "name_output_mistake",
    "name_shape_mistake",
    "separates",
    "series_of",
    "silent_mistake",
    "total_of",
    "unknown_error",
]
