"""Where PyTorch's results are contiguous or strided, ours are: for every operation offered."""

import copy
import re
import warnings
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import pytest

from conv1d_tutor import engine

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from .layouts import CASES, LEFT_OUT, Lying, layout_of, lying, names  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")

APART: dict[str, str] = {
    r"F\.interpolate.*|F\.upsample.*|nn\.Upsample.*": "of images it is not in the bundled engine",
    r".*index_fill_?\(d, .*": "an index into nothing is refused",
    r"F\.batch_norm\(x, None, None.*": "without channels it is refused",
    r"nn\.Conv1d\(.*groups=.*": "one sample of length 1, whose strides say nothing",
}
"""The lines that are known to differ, as patterns, and why."""


def plans_of(random: Random) -> tuple[dict[str, Lying], int]:
    """Return how the tensors of one round lie in memory, and one of their dims."""
    ndim = random.choice((1, 2, 2, 3, 3, 3, 4))
    small = random.random() < 0.5
    shape = tuple(random.choice((0, 1, 1, 2, 3, 3, 4) if small else (2, 3, 4)) for _ in range(ndim))
    if random.random() < 0.3:
        shape = shape[:1] * ndim
    plans = {name: lying(random, shape) for name in "xyz"}
    if plans["x"].windows:
        plans = {name: plan._replace(windows=True) for name, plan in plans.items()}
    wide = tuple(plans["x"].made(torch, "float32").shape)
    narrow = tuple(1 if random.random() < 0.4 else size for size in wide)
    plans["b"] = lying(random, narrow[random.choice((0, 0, 1)) :], plain=True)
    return plans, random.randrange(len(wide))


def scope_of(library: Any, plans: dict[str, Lying], dim: int) -> dict[str, Any]:
    """Return what the lines may name, made in one of the libraries."""
    tensors = {name: plan.made(library, "float32") for name, plan in plans.items()}
    by_tensor = {id(tensor): plans[name] for name, tensor in tensors.items()}

    def scratch(tensor: Any) -> Any:
        plan = by_tensor.get(id(tensor), plans["x"])
        whole = plan._replace(expanded=(False,) * len(plan.shape), windows=False)
        return whole.made(library, "float32")

    def grad_of(function: Callable[[Any], Any], tensor: Any) -> Any:
        leaf = tensor.detach().requires_grad_()
        function(leaf).backward()
        return leaf.grad

    def iadd(tensor: Any, other: Any) -> Any:
        changed = scratch(tensor)
        changed += other
        return changed

    return {
        **tensors,
        "i": plans["x"].made(library, "int64"),
        "m": plans["x"].made(library, "bool"),
        "torch": library,
        "nn": library.nn,
        "F": library.nn.functional,
        "copy": copy,
        "d": dim,
        "scratch": scratch,
        "grad_of": grad_of,
        "iadd": iadd,
    }


def _tensors(value: Any) -> list[Any]:
    several = isinstance(value, list | tuple)
    return [part for each in value for part in _tensors(each)] if several else [value]


def layouts(line: str, scope: dict[str, Any]) -> list[Any] | Exception:
    """Return how the results of a line lie in memory, or what it raises.

    Of gradients the strides of dims of length 1 are left out: those depend on which of PyTorch's
    kernels handed them on.
    """
    every = not line.startswith("grad_of")
    try:
        return [layout_of(each, every) for each in _tensors(eval(line, dict(scope)))]
    except Exception as error:
        return error


def compared(seed: int) -> Iterator[tuple[str, str, Any, Any, Any]]:
    """Yield each line that PyTorch takes: what it is of, the line, inputs, their result, ours."""
    plans, dim = plans_of(Random(seed))
    theirs, ours = scope_of(torch, plans, dim), scope_of(engine, plans, dim)
    given = [layout_of(theirs[name])[:2] for name in "xyzb"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, lines in CASES.items():
            for line in lines:
                expected = layouts(line, theirs)
                if not isinstance(expected, Exception):
                    yield name, line, (given, dim), expected, layouts(line, ours)


@pytest.mark.parametrize("seed", range(12))
def test_results_lie_in_memory_as_pytorchs(seed: int) -> None:
    """Shape, strides, offset, contiguity, and whether `.view(-1)` works agree for every line."""
    apart = [
        f"{line}\n  of {given}\n  {expected}\n  {found}"
        for _, line, given, expected, found in compared(seed)
        if expected != found and not any(re.fullmatch(pattern, line) for pattern in APART)
    ]
    assert not apart, "\n".join(apart[:10])


def test_every_operation_has_a_line() -> None:
    """What the engine offers is compared, or left out for a reason that is given."""
    text = names() + " " + " ".join(CASES)
    words = set(re.findall(r"\w+", text)) | set(re.findall(r"nn\.\w+", text))
    left_out = set(" ".join(LEFT_OUT.values()).split())
    functional = engine.nn.functional
    offered = {
        *engine.FUNCTIONS,
        *(name for name in dir(engine.Tensor) if not name.startswith("_")),
        *(name for name in dir(functional) if callable(getattr(functional, name))
          and not name.startswith("_")),
        *(f"nn.{name}" for name in dir(engine.nn) if not name.startswith("_")),
    }  # fmt: skip
    assert sorted(offered - words - left_out) == []


FILLS = [
    "torch.rand_like(x)", "torch.randn_like(x)", "torch.randint_like(x, 9)",
    "scratch(x).uniform_()", "scratch(x).normal_()", "scratch(x).random_(5)",
    "scratch(x).bernoulli_()", "scratch(x).bernoulli_(0.3)", "scratch(x).bernoulli_(x)",
    "scratch(x).exponential_()", "F.dropout(x, 0.4)", "F.dropout1d(x, 0.4)", "torch.bernoulli(x)",
    "torch.bernoulli(x, 0.3)", "x.bernoulli(0.5)", "torch.normal(x, y)", "torch.normal(x, 2.0)",
    "torch.normal(0.0, x)", "torch.rand(x.shape)", "torch.randn(x.shape)",
    "torch.randint(9, x.shape)", "torch.multinomial(x, 1)", "torch.randperm(x.numel())",
    "nn.init.uniform_(scratch(x))", "nn.init.normal_(scratch(x))",
    "nn.init.kaiming_uniform_(scratch(x))",
]  # fmt: skip


@pytest.mark.parametrize("line", FILLS)
def test_random_fills_draw_in_pytorchs_order(line: str) -> None:
    """Of the same seed, tensors that lie in memory in every way get the same numbers."""
    for seed in range(40):
        plans, dim = plans_of(Random(seed))
        scopes = [scope_of(library, plans, dim) for library in (torch, engine)]
        drawn = []
        for scope in scopes:
            scope["torch"].manual_seed(seed)
            try:
                drawn.append(eval(line, scope))
            except Exception as error:
                drawn.append(error)
                break
        if isinstance(drawn[0], Exception):
            continue
        expected, found = drawn
        assert not isinstance(found, Exception), found
        torch.testing.assert_close(
            torch.from_numpy(found.detach().numpy().copy()), expected, rtol=1e-5, atol=1e-5
        )
        assert found.stride() == expected.stride()
