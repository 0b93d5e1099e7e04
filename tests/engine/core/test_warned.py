"""Warnings that PyTorch's core gives: their texts, and that they name the learner's own line."""

import warnings

import pytest

import conv1d_tutor.engine as torch
from conv1d_tutor.engine.core import warned

nn, F = torch.nn, torch.nn.functional

EACH_TIME = {
    "(w * 2).grad": "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed.",
    "torch.tensor(x)": "To copy construct from a tensor, it is recommended to use "
    "sourceTensor.detach().clone() or sourceTensor.detach().clone().requires_grad_(True), rather "
    "than torch.tensor(sourceTensor).",
    "x.new_tensor(x)": "rather than tensor.new_tensor(sourceTensor).",
    "torch.range(0, 3)": "torch.range is deprecated and will be removed in a future release",
    "x[(x > 0).byte()]": "indexing with dtype torch.uint8 is now deprecated, please use a dtype "
    "torch.bool instead.",
    "nn.Hardtanh(min_value=-1)": "keyword argument `min_value` is deprecated and renamed to "
    "`min_val`",
}
ONCE = {
    "float(w.sum())": "Converting a tensor with requires_grad=True to a scalar may lead to "
    "unexpected behavior.\nConsider using tensor.detach() first.",
    "torch.ones(2, 3, 4).T": "The use of `x.T` on tensors of dimension other than 2",
    "x.sum().T": "Tensor.T is deprecated on 0-D tensors. This function is the identity in these "
    "cases.",
    "x.sum().H": "Tensor.H is deprecated on 0-D tensors. Consider using x.conj().",
    "torch.meshgrid(x, x)": "torch.meshgrid: in an upcoming release, it will be required to pass "
    "the indexing argument.",
    "torch.cross(x, x)": "Using torch.cross without specifying the dim arg is deprecated.",
    "torch.addcmul(x, 2, x, x)": "This overload of addcmul is deprecated:\n\taddcmul(Tensor input, "
    "Number value, Tensor tensor1, Tensor tensor2, *, Tensor out = None)\nConsider using one of "
    "the following signatures instead:\n\taddcmul(Tensor input, Tensor tensor1, Tensor tensor2, *, "
    "Number value = 1, Tensor out = None)",
    "x.add(2, x)": "This overload of add is deprecated:\n\tadd(Number alpha, Tensor other)\n"
    "Consider using one of the following signatures instead:\n\tadd(Tensor other, *, Number alpha "
    "= 1)",
    "torch.where((x > 0).byte(), 1, 2)": "where received a uint8 condition tensor.",
}
SILENT = (
    "w.grad",
    "x.grad",
    "torch.ones(2, 3).T",
    "torch.meshgrid(x, x, indexing='ij')",
    "torch.cartesian_prod(x, x)",
    "torch.cross(x, x, dim=0)",
    "w.sum().item()",
    "int(w.sum())",
    "bool(w.sum())",
    "float(x.sum())",
    "torch.as_tensor(x)",
    "torch.tensor([x[0], x[1]])",
    "x[x > 0]",
    "torch.where(x > 0, 1, 2)",
    "nn.Hardtanh(-1, 2)",
)


def given(line: str) -> list[warnings.WarningMessage]:
    """Return the warnings that a learner's line gives."""
    names = {"torch": torch, "nn": nn, "x": torch.ones(3), "w": torch.ones(3, requires_grad=True)}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        eval(compile(line, "<learner>", "eval"), names)
    return caught


@pytest.fixture(autouse=True)
def _nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warned, "_given", set())


@pytest.mark.parametrize("line", [*EACH_TIME, *ONCE])
def test_a_line_warns_as_pytorch_does_and_is_named(line: str) -> None:
    """The warning has PyTorch's text and kind, and points to the line that was typed."""
    (caught,) = given(line)
    assert (EACH_TIME | ONCE)[line] in str(caught.message)
    assert caught.category is (FutureWarning if "Hardtanh" in line else UserWarning)
    assert caught.filename == "<learner>"


@pytest.mark.parametrize("line", [*EACH_TIME, *ONCE])
def test_some_warn_each_time_and_others_once(line: str) -> None:
    """What PyTorch says once in a process is not said again."""
    given(line)
    assert len(given(line)) == (0 if line in ONCE else 1)


@pytest.mark.parametrize("line", SILENT)
def test_what_is_no_old_way_warns_of_nothing(line: str) -> None:
    """The ways beside, which PyTorch does not mind, give no warning."""
    assert given(line) == []


def test_nothing_is_said_without_recording() -> None:
    """Under `no_grad` a number may be taken out without a word, as in PyTorch."""
    with torch.no_grad():
        assert given("float(w.sum())") == []
