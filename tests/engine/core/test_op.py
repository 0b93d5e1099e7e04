"""One declaration makes an operation: node, saved fields, gradients, `out=` and `name_`."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core import methods
from conv1d_tutor.engine.core.op import FUNCTIONS, NO_DERIVATIVE, declared, kernel, node_name, op


@pytest.fixture(autouse=True)
def taken_back() -> Iterator[None]:
    """Take back what a test puts on the face."""
    functions, hung = dict(FUNCTIONS), set(vars(methods.Methods))
    yield
    FUNCTIONS.clear()
    FUNCTIONS.update(functions)
    for name in set(vars(methods.Methods)) - hung:
        delattr(methods.Methods, name)


def offer_blend() -> Any:
    """Offer `blend`, which is a * x + 2 * y."""
    return op(
        "blend(Tensor input, Tensor other, *, Scalar alpha=1, Tensor out=None)",
        saves="self:other other result alpha", numbers=True, in_place=True, aliases="mingle",
        gradient=(lambda grad, x, y, alpha, result: grad * alpha,
                  lambda grad, x, y, alpha, result: grad * 2),
        doc="Return alpha * input + 2 * other.",
    )(lambda x, y, alpha: alpha * x + 2 * y)  # fmt: skip


def test_an_operation_is_a_function_and_a_method() -> None:
    """It is offered under all its names, with a docstring that says how it is called."""
    offer_blend()
    x, y = torch.tensor([1.0, 2.0]), torch.tensor([10.0, 20.0])
    for result in (
        FUNCTIONS["blend"](x, y, alpha=3), x.blend(y, alpha=3), x.mingle(other=y, alpha=3),
    ):  # fmt: skip
        assert result.tolist() == [3 * 1 + 2 * 10, 3 * 2 + 2 * 20]
    assert FUNCTIONS["blend"].__doc__ == (
        "blend(input, other, *, alpha=1, out=None)\n\nReturn alpha * input + 2 * other."
    )


def test_the_node_has_its_name_and_what_it_saved() -> None:
    """`self:other` is kept only for an `other` that requires a gradient; a number as a tensor."""
    offer_blend()
    x, y = torch.ones(2, requires_grad=True), torch.ones(2)
    node = x.blend(y).grad_fn
    assert node.name() == "BlendBackward0"
    assert node._saved_self is None
    assert node._saved_other is y
    assert node._saved_result.tolist() == [3, 3]
    assert node._saved_alpha == 1
    assert y.blend(x).grad_fn._saved_self is y
    assert x.blend(2.0).grad_fn._saved_other.tolist() == 2
    assert node_name("log1p") == "Log1PBackward0"


def test_a_number_has_an_edge_to_which_nothing_flows() -> None:
    """Where a number stands for a tensor, the graph has its place, as in PyTorch."""
    offer_blend()
    x = torch.ones(2, requires_grad=True)
    result = x.blend(2.0)
    assert result.grad_fn.next_functions[1] == (None, 0)
    result.sum().backward()
    assert x.grad.tolist() == [1, 1]


def test_gradients_are_summed_over_what_was_repeated() -> None:
    """A formula gives the gradient of the broadcast operand; it arrives in the operand's shape."""
    offer_blend()
    x, y = torch.ones(2, 3, requires_grad=True), torch.ones(3, requires_grad=True)
    x.blend(y, alpha=5).sum().backward()
    assert x.grad.tolist() == [[5, 5, 5]] * 2
    assert y.grad.tolist() == [2 + 2] * 3


def test_a_formula_is_worked_out_only_where_it_is_needed() -> None:
    """Nothing is computed for an operand that requires no gradient."""

    def never(*_values: Any) -> Any:
        raise AssertionError("not needed")

    apart = kernel("apart(Tensor input, Tensor other)", gradient=(lambda grad, *_: grad, never))(
        np.subtract
    )
    x = torch.ones(2, requires_grad=True)
    apart(x, torch.ones(2)).sum().backward()
    assert x.grad.tolist() == [1, 1]


def test_in_place_writes_and_is_counted() -> None:
    """`name_` writes over the tensor, under PyTorch's rules for leaves."""
    offer_blend()
    x = torch.tensor([1.0, 2.0])
    assert x.blend_(torch.ones(2)) is x
    assert x.tolist() == [1 + 2, 2 + 2]
    assert x._version == 1
    with pytest.raises(RuntimeError, match="a leaf Variable that requires grad"):
        torch.ones(2, requires_grad=True).blend_(1)


def test_out_is_written_and_counted() -> None:
    """`out=` of the function is written into; a method has none."""
    offer_blend()
    target = torch.zeros(2)
    assert FUNCTIONS["blend"](torch.ones(2), 1, out=target) is target
    assert target.tolist() == [3, 3]
    assert target._version == 1
    with pytest.raises(TypeError, match="unexpected keyword argument 'out'"):
        torch.ones(2).blend(1, out=target)


def test_operands_come_in_their_common_dtype() -> None:
    """Integers beside floats are floats; `floats` makes floats of integers alone."""
    seen: list[Any] = []

    def remember(x: Any, y: Any) -> Any:
        seen.append((x.dtype.name, y.dtype.name))
        return x

    kernel("one(Tensor input, Tensor other)")(remember)(torch.ones(1), torch.tensor([1]))
    kernel("two(Tensor input, Tensor other)", floats=True)(remember)(
        torch.tensor([1]), torch.tensor([1])
    )
    kernel("three(Tensor input, Tensor other)", promotes=False)(remember)(
        torch.ones(1), torch.tensor([1])
    )
    assert seen == [("float32", "float32"), ("float32", "float32"), ("float32", "int64")]


def test_shapes_that_do_not_broadcast_are_refused() -> None:
    """The error names the sizes and the dimension; a result that is too large is refused too."""
    offer_blend()
    with pytest.raises(RuntimeError, match=r"tensor a \(2\) must match .* tensor b \(3\)"):
        torch.ones(2).blend(torch.ones(3))
    with pytest.raises(RuntimeError, match="can't allocate memory"):
        torch.empty(2**16, 1).blend(torch.empty(1, 2**16))


def test_what_pytorch_cannot_differentiate_says_so() -> None:
    """The node is NotImplemented; walking back over it raises."""
    cut = kernel("cut(Tensor input)", gradient=NO_DERIVATIVE)(np.floor)
    result = cut(torch.ones(2, requires_grad=True))
    assert result.grad_fn.name() == "NotImplemented"
    with pytest.raises(RuntimeError, match="derivative for aten::cut is not implemented"):
        result.sum().backward()


def test_arguments_of_known_types_are_not_read_again() -> None:
    """What was learnt of one call is true of the next with the same types, and of no other."""

    @declared("pick(Tensor input, int place, int[1] dim=0)")
    def pick(input: Any, place: int, dim: Any) -> Any:
        return place, dim

    assert FUNCTIONS["pick"](torch.ones(2), 1) == (1, 0)
    assert FUNCTIONS["pick"](torch.ones(2), 2) == (2, 0)
    assert FUNCTIONS["pick"](torch.ones(2), 2, (1,)) == (2, (1,))
    with pytest.raises(TypeError, match="failed to unpack the object at pos 2"):
        FUNCTIONS["pick"](torch.ones(2), 2, (1, "a"))
    with pytest.raises(TypeError, match="argument 'place'"):
        FUNCTIONS["pick"](torch.ones(2), 2.0)


def test_the_engine_divides_by_zero_without_a_word() -> None:
    """PyTorch warns of nothing; the learner's own numpy keeps its warnings."""
    assert torch.log(torch.zeros(1)).tolist() == [-np.inf]
    assert (torch.ones(1) / 0).tolist() == [np.inf]
    assert (torch.ones(1) < 1e300).tolist() == [True]
    assert torch.lt(torch.ones(1), -1e300).tolist() == [False]
    assert torch.HalfTensor([1e38]).tolist() == [np.inf]
    root = torch.zeros(1, requires_grad=True)
    (slope,) = torch.autograd.grad(root.sqrt().sum(), root)
    assert slope.tolist() == [np.inf]
    x = torch.zeros(1, requires_grad=True)
    torch.nn.functional.logsigmoid(x / 0).sum().backward()
    assert np.isnan(x.grad.tolist()).all()
    assert np.geterr()["divide"] == "warn"
