"""What `torch.` offers besides operations: questions, defaults, threads, devices."""

from ..core import dtypes
from ..core.device import CPU, Device, kind_of
from ..core.op import viewing
from ..core.parameters import integer
from ..core.promotion import joined_dtype
from ..core.size import Size
from ..core.tensor import Tensor


@viewing("is_tensor", method=False, python=True)
def is_tensor(obj: object) -> bool:
    """Return whether something is a tensor."""
    return isinstance(obj, Tensor)


@viewing("get_default_dtype()", method=False)
def get_default_dtype() -> dtypes.DType:
    """Return the dtype of a float that was given none."""
    return dtypes.default_dtype()


@viewing("set_default_dtype", method=False, python=True)
def set_default_dtype(d: dtypes.DType) -> None:
    """Make `d` the dtype of a float that is given none."""
    if not isinstance(d, dtypes.DType) or not d.is_floating_point:
        what = "" if isinstance(d, dtypes.DType) else "invalid dtype object: "
        raise TypeError(f"{what}only floating-point types are supported as the default type")
    dtypes.set_default(d)


@viewing(
    "result_type(Tensor tensor, Tensor other)",
    "result_type(Scalar scalar, Tensor tensor)",
    "result_type(Tensor tensor, Scalar other)",
    "result_type(Scalar scalar1, Scalar scalar2)",
    method=False,
)
def result_type(**operands: object) -> dtypes.DType:
    """Return the dtype that comes of mixing two tensors or numbers."""
    return joined_dtype(*operands.values())


@viewing("promote_types(ScalarType type1, ScalarType type2)", method=False)
def promote_types(type1: dtypes.DType, type2: dtypes.DType) -> dtypes.DType:
    """Return the smallest dtype that holds both."""
    return dtypes.promoted((type1, 2), (type2, 2))


@viewing("can_cast(ScalarType from_, ScalarType to)", method=False)
def can_cast(from_: dtypes.DType, to: dtypes.DType) -> bool:
    """Return whether a dtype may become another in place."""
    return from_.kind <= to.kind


@viewing("broadcast_shapes", method=False, python=True)
def broadcast_shapes(*shapes: int | tuple[int, ...]) -> Size:
    """Return the shape that several shapes broadcast to."""
    for each in shapes:
        if not isinstance(each, int | tuple | list):
            raise RuntimeError(
                "Input shapes should be of type ints, a tuple of ints, or a list of ints, got "
                f"{each}"
            )
    several = [(each,) if isinstance(each, int) else tuple(Size(each)) for each in shapes]
    if any(length < 0 for shape in several for length in shape):
        raise ValueError("Attempting to broadcast a dimension with negative length!")
    common = [1] * max(map(len, several), default=0)
    for place, shape in enumerate(several):
        for axis in range(-1, -len(shape) - 1, -1):
            if shape[axis] in (1, common[axis]):
                continue
            if common[axis] != 1:
                raise RuntimeError(
                    f"Attempting to broadcast a dimension of length {shape[axis]} at {axis}! "
                    f"Mismatching argument at index {place} had {shape}; but expected shape should "
                    f"be broadcastable to {common}"
                )
            common[axis] = shape[axis]
    return Size(common)


@viewing("get_num_threads()", method=False)
def get_num_threads() -> int:
    """Return how many threads compute."""
    return 1


@viewing("set_num_threads", method=False, python=True)
def set_num_threads(num: int) -> None:
    """Take note of nothing: numpy decides how many threads compute."""
    if integer(num) is None:
        raise RuntimeError(f"set_num_threads expects an int, but got {kind_of(num)}")


class _Asked:
    """What was asked for, and makes no difference."""

    deterministic = False


@viewing("use_deterministic_algorithms", method=False, python=True)
def use_deterministic_algorithms(mode: bool, *, warn_only: bool = False) -> None:
    """Take note of it, no more: every algorithm of the engine is deterministic."""
    _Asked.deterministic = bool(mode)


@viewing("are_deterministic_algorithms_enabled", method=False, python=True)
def are_deterministic_algorithms_enabled() -> bool:
    """Return whether `use_deterministic_algorithms` was asked for."""
    return _Asked.deterministic


@viewing("get_device(Tensor input)")
def get_device(input: Tensor) -> int:
    """Return the number of the graphics card, -1 for the CPU."""
    return -1


@viewing("get_default_device", method=False, python=True)
def get_default_device() -> Device:
    """Return where tensors are made: the CPU."""
    return CPU
