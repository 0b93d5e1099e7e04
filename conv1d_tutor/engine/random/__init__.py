"""Random numbers, bit for bit PyTorch's: the generator, and the tensors filled from it."""

from .generator import Generator, default_generator
from .sampling import (
    bernoulli_mask,
    get_rng_state,
    initial_seed,
    manual_seed,
    seed,
    set_rng_state,
    uniform,
)

__all__ = [
    "Generator",
    "bernoulli_mask",
    "default_generator",
    "get_rng_state",
    "initial_seed",
    "manual_seed",
    "seed",
    "set_rng_state",
    "uniform",
]
