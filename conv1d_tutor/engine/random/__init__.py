"""Random numbers, bit for bit PyTorch's: the generator, and the tensors filled from it."""

from . import shuffling  # noqa: F401 - puts `randperm` on the face
from .generator import default_generator
from .sampling import (
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
)

__all__ = [
    "default_generator",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "seed",
    "set_rng_state",
]
