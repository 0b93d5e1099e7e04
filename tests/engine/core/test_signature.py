"""Arguments are read and refused as PyTorch does; the texts are PyTorch 2.13.0's."""

from typing import Any

import numpy as np
import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core.signature import Signatures, default_values, displayed

X = torch.ones(3)
ADD = (
    "add(Tensor input, Tensor other, *, Scalar alpha=1, Tensor out=None)",
    "add(Tensor input, Scalar alpha, Tensor other, *, Tensor out=None)|deprecated",
)
CAT = ("cat(Tensor[] tensors, int dim=0)",)
HYPOT = ("hypot(Tensor input, Tensor other, *, Tensor out=None)",)
MAX = (
    "max(Tensor input, *, Tensor out=None)",
    "max(Tensor input, Tensor other, *, Tensor out=None)",
    "max(Tensor input, int dim, bool keepdim=False, *, Tensor[] out=None)",
)
NUMEL = ("numel(Tensor input)",)
PERMUTE = ("permute(Tensor input, int[] dims)",)
SUM = (
    "sum(Tensor input, *, ScalarType? dtype=None)",
    "sum(Tensor input, int[1]? dim, bool keepdim=False, *, ScalarType? dtype=None)",
)
VIEW = ("view(Tensor self, ScalarType dtype)", "view(Tensor self, int[] size)")
ZEROS = ("zeros(int[] size, *, TensorOptions options)",)


def read(
    texts: tuple[str, ...], *arguments: Any, method: bool = False, numbers: bool = False,
    **options: Any,
) -> dict[str, Any]:  # fmt: skip
    """Read arguments; a method's first one is the tensor itself."""
    return Signatures(texts, method, numbers).read(arguments, options)


def test_values_come_by_name_with_their_defaults() -> None:
    """Positions, names and defaults end in one table, in the order of the signature."""
    assert read(HYPOT, X, other=X) == {"input": X, "other": X, "out": None}
    assert list(read(SUM, X, dim=1)) == ["input", "dim", "keepdim", "dtype"]
    assert read(ADD, X, X, alpha=3)["alpha"] == 3
    assert default_values(ADD[0]) == {"alpha": 1, "out": None}


def test_numpys_names_are_taken() -> None:
    """`axis`, `keepdims`, `x1` and `x2` mean what they mean in numpy."""
    assert read(SUM, X, axis=0, keepdims=True)["keepdim"] is True
    assert read(HYPOT, x1=X, x2=X)["other"] is X


def test_the_first_signature_that_fits_is_taken() -> None:
    """A tensor makes `max` the larger of two; an int, the largest along a dim."""
    assert list(read(MAX, X)) == ["input", "out"]
    assert list(read(MAX, X, X)) == ["input", "other", "out"]
    assert list(read(MAX, X, 0)) == ["input", "dim", "keepdim", "out"]


@pytest.mark.filterwarnings("ignore:This overload of add")
def test_a_deprecated_spelling_is_taken() -> None:
    """`torch.add(x, 2, y)` is x + 2 * y still."""
    assert read(ADD, X, 2, X) == {"input": X, "alpha": 2, "other": X, "out": None}


@pytest.mark.parametrize("given", [((1, 0),), ([1, 0],), (1, 0), (torch.tensor(1), np.int64(0))])
def test_a_list_that_is_the_only_argument_may_come_one_by_one(given: tuple[Any, ...]) -> None:
    """`x.permute(1, 0)` is `x.permute((1, 0))`; 0-d tensors and numpy's ints are ints."""
    assert read(PERMUTE, X, *given, method=True)["dims"] == (1, 0)


def test_one_int_may_stand_for_a_list_of_one() -> None:
    """`int[1]` takes an int, `int[]` does not; None only where the type says so."""
    assert read(SUM, X, 1)["dim"] == 1
    assert read(SUM, X, None)["dim"] is None
    with pytest.raises(TypeError, match="must be tuple of ints, not int"):
        read(PERMUTE, X, 1)


def test_options_of_new_tensors_are_read() -> None:
    """`TensorOptions` stands for dtype, layout, device, pin_memory and requires_grad."""
    values = read(ZEROS, 2, 3, dtype=float, device="cpu")
    assert values["size"] == (2, 3)
    assert values["dtype"] is torch.float64
    assert values["requires_grad"] is False


def test_a_number_stands_for_a_tensor_only_where_allowed() -> None:
    """`torch.add(x, 2)` is allowed, `torch.hypot(x, 2)` is not."""
    assert read(ADD, 1, 2.5, numbers=True)["other"] == 2.5
    with pytest.raises(TypeError, match=r"argument 'other' \(position 2\) must be Tensor"):
        read(HYPOT, X, 1)


def test_truth_is_no_int_but_passes_behind_one() -> None:
    """PyTorch refuses `dim=True` and `(True, 0)`, and takes `(0, True)`."""
    with pytest.raises(TypeError, match="must be int, not bool"):
        read(CAT, [X], True)
    assert read(PERMUTE, X, (0, True))["dims"] == (0, 1)
    with pytest.raises(TypeError, match="but found element of type bool at pos 0"):
        read(PERMUTE, X, (True, 0))


def test_a_tensor_that_is_tracked_is_no_number() -> None:
    """A 0-d tensor is a number only as long as nothing flows back through it."""
    two = torch.tensor(2.0)
    assert read(ADD, X, X, alpha=two)["alpha"] == 2
    with pytest.raises(TypeError, match="argument 'alpha' must be Number, not Tensor"):
        read(("addcmul(Tensor input, *, Scalar alpha=1)",), X, alpha=two.requires_grad_())


REFUSED: tuple[tuple[tuple[str, ...], bool, tuple[Any, ...], dict[str, Any], str], ...] = (
    (HYPOT, False, (), {},
     'hypot() missing 2 required positional argument: "input", "other"'),
    (HYPOT, False, (X,), {}, 'hypot() missing 1 required positional arguments: "other"'),
    (HYPOT, True, (X,), {}, 'hypot() missing 1 required positional arguments: "other"'),
    (HYPOT, True, (X, 1), {}, "hypot(): argument 'other' (position 1) must be Tensor, not int"),
    (HYPOT, False, (X, X, X), {}, "hypot() takes 2 positional arguments but 3 were given"),
    (HYPOT, True, (X, X, X), {}, "hypot() takes 1 positional argument but 2 were given"),
    (HYPOT, False, (X, X), {"foo": 1}, "hypot() got an unexpected keyword argument 'foo'"),
    (HYPOT, False, (X, X), {"input": X}, "hypot() got multiple values for argument 'input'"),
    (HYPOT, False, (X,), {"other": 1}, "hypot(): argument 'other' must be Tensor, not int"),
    (HYPOT, True, (X, X), {"out": X}, "hypot() got an unexpected keyword argument 'out'"),
    (CAT, False, ([X], 1, 2), {}, "cat() takes from 1 to 2 positional arguments but 3 were given"),
    (CAT, False, (X,), {},
     "cat(): argument 'tensors' (position 1) must be tuple of Tensors, not Tensor"),
    (NUMEL, True, (X, 1), {}, "TensorBase.numel() takes no arguments (1 given)"),
    (NUMEL, True, (X,), {"a": 1}, "TensorBase.numel() takes no keyword arguments"),
    (PERMUTE, True, (X, "a"), {},
     "permute(): argument 'dims' (position 1) must be tuple of ints, not str"),
    (PERMUTE, True, (X, 0, "a"), {},
     "permute(): argument 'dims' failed to unpack the object at pos 2 with error \"type must be "
     'tuple of ints,but got str"'),
    (PERMUTE, True, (X, 1.0, 0), {}, "permute() takes 1 positional argument but 2 were given"),
    (PERMUTE, False, (X, 1, 0), {}, "permute() takes 2 positional arguments but 3 were given"),
    (ZEROS, False, (3,), {"dtype": 3}, "zeros(): argument 'dtype' must be torch.dtype, not int"),
    (SUM, False, (X, 0, 1), {}, "sum(): argument 'keepdim' (position 3) must be bool, not int"),
    (SUM, True, (X,), {"axis": None, "dtype": None, "out": None},
     "sum() got an unexpected keyword argument 'axis'"),
    (SUM, True, (X,), {"out": None},
     "sum() received an invalid combination of arguments - got (out=NoneType, ), but expected one "
     "of:\n * (*, torch.dtype dtype = None)\n * (tuple of ints dim, bool keepdim = False, *, "
     "torch.dtype dtype = None)\n"),
    (ADD, True, (X,), {},
     "add() received an invalid combination of arguments - got (), but expected (Tensor other, *, "
     "Number alpha = 1)"),
    (MAX, False, ("a",), {}, "max(): argument 'input' (position 1) must be Tensor, not str"),
    (MAX, False, (X, 0, 1), {},
     "max() received an invalid combination of arguments - got (Tensor, int, int), but expected "
     "one of:\n * (Tensor input, *, Tensor out = None)\n      didn't match because some of the "
     "arguments have invalid types: (Tensor, !int!, !int!)\n * (Tensor input, Tensor other, *, "
     "Tensor out = None)\n * (Tensor input, int dim, bool keepdim = False, *, tuple of Tensors "
     "out = None)\n"),
    (VIEW, True, (X, "a"), {},
     "view() received an invalid combination of arguments - got (str), but expected one of:\n"
     " * (torch.dtype dtype)\n      didn't match because some of the arguments have invalid "
     "types: (!str!)\n * (tuple of ints size)\n      didn't match because some of the arguments "
     "have invalid types: (!str!)\n"),
)  # fmt: skip


@pytest.mark.parametrize(("texts", "method", "arguments", "options", "text"), REFUSED)
def test_what_does_not_fit_is_refused_in_pytorchs_words(
    texts: tuple[str, ...], method: bool, arguments: tuple[Any, ...], options: dict[str, Any],
    text: str,
) -> None:  # fmt: skip
    """The number, the names and the types of arguments are refused as PyTorch refuses them."""
    with pytest.raises(TypeError) as refused:
        Signatures(texts, method, numbers=False).read(arguments, options)
    assert str(refused.value) == text


def test_a_signature_is_shown_without_its_types() -> None:
    """An operation's docstring begins with how it is called, as a function and as a method."""
    assert displayed(ADD, method=False) == "add(input, other, *, alpha=1, out=None)"
    assert displayed(ADD, method=True) == "add(other, *, alpha=1)"
    assert displayed(NUMEL, method=True) == "numel()"
    assert displayed(MAX, method=True) == "max()\nmax(other)\nmax(dim, keepdim=False)"
    assert displayed(SUM[1:], method=False) == "sum(input, dim, keepdim=False, *, dtype=None)"
