"""PyTorch's stream of random numbers, bit for bit: a Mersenne Twister, and how it is drawn from.

PyTorch seeds MT19937 as numpy's `RandomState` does, so the raw 32-bit draws are numpy's. What is
made of them (how many draws a number takes, how many bits are kept) is PyTorch's.
"""

import numpy as np

from ..core.builtin import Builtin
from ..core.device import CPU, check_device, kind_of
from ..core.guard import filled_in_blocks
from ..core.missing import Answering
from ..core.parameters import integer
from ..core.pickling import Pickles
from ..core.tensor import Array, Tensor, wrap

_24_BITS = np.uint32(0xFFFFFF)

_STATE = np.dtype(
    {
        "names": ["seed", "left", "seeded", "next", "words", "normal", "has_normal"],
        "formats": ["<u8", "<i4", "<i4", "<u8", "(624,)<u8", "<f8", "<i4"],
        "offsets": [0, 8, 12, 16, 24, 5024, 5040],
        "itemsize": 5056,
    }
)
"""How PyTorch lays the state of a generator out in bytes."""


class Generator(Answering, Pickles, metaclass=Builtin):
    """A `torch.Generator`: a seed and a place in its stream.

    `next_normal` is the second half of the pair that a small `randn` draws; it waits for the
    next one.
    """

    __module__ = "torch._C"

    def __init__(self, device: object = "cpu") -> None:
        check_device(device, "Generator")
        self.device = CPU
        self._twister = np.random.RandomState(0)
        self.next_normal: float | None = None
        self.manual_seed(67280421310721)

    def manual_seed(self, seed: int) -> "Generator":
        """Start the stream of `seed` anew."""
        number = integer(seed)
        if number is None:
            raise RuntimeError(f"manual_seed expected a long, but got {kind_of(seed)}")
        if not -(2**63) <= number < 2**64:
            raise ValueError("Overflow when unpacking long long")
        self._seed = number % 2**64
        self._twister.seed(self._seed % 2**32)
        self.next_normal = None
        return self

    def seed(self) -> int:
        """Start the stream of a seed that nobody chose, and give it."""
        self.manual_seed(int.from_bytes(np.random.SeedSequence().generate_state(2).tobytes()))
        return self._seed

    def initial_seed(self) -> int:
        """Return the seed of the stream."""
        return self._seed

    def get_state(self) -> Tensor:
        """Return everything that decides what is drawn next, as PyTorch's 5056 bytes of it."""
        _, key, place, _, _ = self._twister.get_state(legacy=True)
        position = int(place)
        state = np.zeros((), _STATE)
        state["seed"], state["seeded"] = self._seed, 1
        state["left"] = len(key) + 1 - position
        fresh = position == len(key) and int(key[0]) == self._seed % 2**32  # nothing was drawn
        state["next"] = 0 if fresh else position
        state["words"] = key
        if self.next_normal is not None:
            state["normal"], state["has_normal"] = self.next_normal, 1
        return wrap(np.frombuffer(state.tobytes(), np.uint8).copy())

    def set_state(self, new_state: Tensor) -> "Generator":
        """Go on from where `get_state` was called, here or in PyTorch."""
        if not isinstance(new_state, Tensor):
            raise TypeError(f"expected a torch.ByteTensor, but got {kind_of(new_state)}")
        given = new_state._array
        if given.dtype != np.uint8:
            raise TypeError("RNG state must be a torch.ByteTensor")
        if given.size != _STATE.itemsize:
            raise RuntimeError(
                f"Expected a CPUGeneratorImplState of size {_STATE.itemsize} but found the input "
                f"RNG state size to be {given.size}"
            )
        state = np.frombuffer(given.tobytes(), _STATE)[0]
        words, left = state["words"], int(state["left"])
        if not state["seeded"] or not 1 <= left <= len(words) or state["next"] > len(words):
            raise RuntimeError("Invalid mt19937 state")
        self._seed = int(state["seed"])
        self._twister.set_state(("MT19937", words.astype(np.uint32), len(words) + 1 - left, 0, 0.0))
        self.next_normal = float(state["normal"]) if state["has_normal"] else None
        return self

    def __getstate__(self) -> tuple[int, None, Tensor]:
        return self._seed, None, self.get_state()

    def __setstate__(self, state: tuple[int, None, Tensor]) -> None:
        self.__init__()  # type: ignore[misc]
        self.set_state(state[2])

    # --- draws

    def words(self, count: int) -> Array:
        """Return the next `count` raw 32-bit words."""
        if count == 0:
            return np.empty(0, np.uint32)  # numpy would throw one word away
        return np.frombuffer(self._twister.bytes(4 * count), np.dtype("<u4")).astype(
            np.uint32, copy=False
        )

    def long_words(self, count: int) -> Array:
        """Return `count` 64-bit words, each of two draws, the high half first."""
        pairs = self.words(2 * count).astype(np.uint64)
        return (pairs[0::2] << np.uint64(32)) | pairs[1::2]

    def uniform32(self, count: int) -> Array:
        """Return `count` float32 on [0, 1): the low 24 bits of one word each."""
        return filled_in_blocks(self._uniform32, count)

    def _uniform32(self, count: int) -> Array:
        drawn = (self.words(count) & _24_BITS).astype(np.float32)
        drawn *= np.float32(2.0**-24)
        return drawn

    def uniform64(self, count: int) -> Array:
        """Return `count` float64 on [0, 1): 53 bits of two words each."""
        return filled_in_blocks(self._uniform64, count)

    def _uniform64(self, count: int) -> Array:
        bits = self.long_words(count) & np.uint64(2**53 - 1)
        return bits.astype(np.float64) * 2.0**-53


Generator.called("torch._C.Generator")


default_generator = Generator()
