"""PyTorch's own samples for its operators, given to both libraries: values, graphs, gradients."""

from typing import Any

import numpy as np
import pytest

from conv1d_tutor import engine

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from .published import OPERATORS_LEFT_OUT, RANDOM, invocations  # noqa: E402


def _offered(name: str) -> Any:
    if name.startswith("linalg."):
        return getattr(engine.linalg, name.removeprefix("linalg."), None)
    return None if name.startswith("__") else engine.FUNCTIONS.get(name)


OPERATORS = [
    op for op in invocations.op_db
    if _offered(op.name) and op.name not in RANDOM | set(OPERATORS_LEFT_OUT)
]  # fmt: skip


def _ours(value: Any) -> Any:
    if isinstance(value, torch.Tensor):
        made = engine.from_numpy(value.detach().numpy(force=True).copy())
        return made.requires_grad_(True) if value.requires_grad else made
    if isinstance(value, torch.dtype):
        return getattr(engine, str(value).removeprefix("torch."))
    if isinstance(value, torch.Size):
        return engine.Size(value)
    if isinstance(value, list | tuple):
        return type(value)(map(_ours, value))
    return {name: _ours(each) for name, each in value.items()} if type(value) is dict else value


def _flat(value: Any) -> list[Any]:
    several = isinstance(value, list | tuple) and not isinstance(value, torch.Size | engine.Size)
    return [part for each in value for part in _flat(each)] if several else [value]


def _leaves(values: Any) -> list[Any]:
    return [each for each in _flat(list(values)) if getattr(each, "requires_grad", False)]


def _assert_same(theirs: Any, ours: Any) -> None:
    assert len(_flat(theirs)) == len(_flat(ours))
    for one, two in zip(_flat(theirs), _flat(ours), strict=True):
        if not isinstance(one, torch.Tensor):
            assert str(one) == str(two)
            continue
        assert str(one.dtype) == str(two.dtype)
        assert tuple(one.shape) == tuple(two.shape)
        assert type(one.grad_fn).__name__ == type(two.grad_fn).__name__
        np.testing.assert_allclose(
            two.detach().numpy(), one.detach().numpy(force=True), rtol=2e-5, atol=2e-5
        )


@pytest.mark.parametrize(
    "op", OPERATORS, ids=lambda op: "-".join(filter(None, (op.name, op.variant_test_name)))
)
@pytest.mark.filterwarnings("ignore")
def test_samples_agree(op: Any) -> None:
    """Every sample has PyTorch's values, shapes, dtypes, first node and gradients."""
    floating = torch.float32 in op.supported_dtypes("cpu")
    dtype = torch.float32 if floating else torch.int64
    for sample in list(op.sample_inputs("cpu", dtype, requires_grad=floating))[:60]:
        given = (sample.input, *sample.args)
        taken, options = _ours(given), _ours(sample.kwargs)
        theirs = op.op(*given, **sample.kwargs)
        ours = _offered(op.name)(*taken, **options)
        if not isinstance(theirs, torch.Tensor | tuple | list):
            assert theirs == ours
            continue
        _assert_same(theirs, ours)
        outputs = [each for each in _flat(theirs) if each.requires_grad]
        our_outputs = [each for each in _flat(ours) if each.requires_grad]
        assert len(outputs) == len(our_outputs)
        if not outputs:
            continue
        seeds = [torch.rand_like(each) for each in outputs]
        try:
            gradients = torch.autograd.grad(
                outputs, _leaves([*given, *sample.kwargs.values()]), seeds, allow_unused=True
            )
        except RuntimeError:
            continue  # PyTorch has no derivative of it
        our_gradients = engine.autograd.grad(
            our_outputs, _leaves([*taken, *options.values()]), _ours(seeds), allow_unused=True
        )
        for one, two in zip(gradients, our_gradients, strict=True):
            assert (one is None) == (two is None)
            if one is not None:
                _assert_same(one.detach(), two)
