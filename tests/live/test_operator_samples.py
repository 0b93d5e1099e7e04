"""PyTorch's own samples for its operators, given to both libraries: values, graphs, gradients.

Every form counts that the engine offers: the function, the method, `name_`, other names. Of the
wrong inputs that PyTorch has for them, nine in ten raise the same error with the same text.
"""

import re
import types
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

from conv1d_tutor import engine

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from .published import LEFT_OUT, MEMORY_OF_NOBODY, invocations  # noqa: E402

MOST = {torch.float32: 40, torch.int64: 40, torch.float64: 12, torch.bool: 12}
CLOSE = {torch.float32: 2e-5, torch.float64: 1e-9}


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """Let PyTorch compute on one thread: on small tensors several only wait for each other."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


class Form(NamedTuple):
    """One way to call an operator, in both libraries."""

    name: str
    theirs: Callable[..., Any]
    ours: Callable[..., Any]


def seeded(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """Call a function of ours as PyTorch's samples call theirs: from one seed."""
    engine.manual_seed(42)
    return function(*arguments, **options)


def rebuilt(call: Callable[..., Any]) -> Callable[..., Any] | None:
    """Return what PyTorch's tests wrap around an operator with our `torch` in it, if they do."""
    if isinstance(call, types.FunctionType) and call.__module__.startswith("torch.testing"):
        scope = {**call.__globals__, "torch": engine, "wrapper_set_seed": seeded}
        return types.FunctionType(
            call.__code__, scope, call.__name__, call.__defaults__, call.__closure__
        )
    return None


def named(path: str) -> Any:
    """Return what the engine offers under a name such as `nn.functional.relu`; None if nothing."""
    found: Any = engine
    for part in path.split("."):
        found = getattr(found, part, None)
    return found


def forms(op: Any) -> list[Form]:
    """Return the ways to call an operator that the engine has."""
    found = []
    short = "" if "." in op.name else op.name
    operators = op.name.startswith("__")
    if not operators and callable(own := named(op.name)):
        found.append(Form("function", op.op, rebuilt(op.op) or own))
    methods = {
        "method": short if op.method_variant is not None or operators or not found else "",
        "in place": f"{short}_" if op.inplace_variant is not None else "",
    }
    for form, name in methods.items():
        theirs, ours = getattr(torch.Tensor, name, None), getattr(engine.Tensor, name, None)
        if name and callable(theirs) and callable(ours):
            found.append(Form(form, theirs, ours))
    others = [Form(each.name, each.op, named(each.name)) for each in op.aliases]
    return found + [each for each in others if callable(each.ours)]


class NotOffered(Exception):  # noqa: N818 - never leaves this module
    """A sample has something that the engine has not, such as complex numbers."""


class Converter:
    """Makes values of the engine's of PyTorch's; tensors that share memory share it again."""

    def __init__(self) -> None:
        self.tensors: dict[int, Any] = {}
        self._homes: dict[tuple[int, Any], Any] = {}

    def __call__(self, value: Any) -> Any:
        """Return a value of the engine's; raise `NotOffered` where there is none."""
        if isinstance(value, torch.Tensor):
            if id(value) not in self.tensors:
                self.tensors[id(value)] = self._tensor(value)
            return self.tensors[id(value)]
        if isinstance(value, torch.dtype):
            if not hasattr(engine, str(value).removeprefix("torch.")):
                raise NotOffered
            return getattr(engine, str(value).removeprefix("torch."))
        if isinstance(value, torch.Size):
            return engine.Size(value)
        if isinstance(value, torch.memory_format):
            name = str(value).removeprefix("torch.")
            if name not in ("contiguous_format", "preserve_format"):
                raise NotOffered
            return getattr(engine, name)
        if isinstance(value, torch.layout):
            return engine.strided
        if isinstance(value, list | tuple):
            return type(value)(map(self, value))
        return {n: self(v) for n, v in value.items()} if type(value) is dict else value

    def _tensor(self, value: Any) -> Any:
        if value.is_complex() or value.layout != torch.strided or value.dim() > 64:
            raise NotOffered
        if value.dtype not in (*MOST, torch.float16, torch.uint8, torch.int32, torch.int8):
            raise NotOffered
        memory = value.untyped_storage()
        count = len(memory) // value.element_size()
        key = memory.data_ptr(), value.dtype
        if key not in self._homes:
            whole = torch.empty(0, dtype=value.dtype).set_(memory, 0, (count,), (1,))
            self._homes[key] = engine.from_numpy(whole.numpy(force=True).copy())
        try:
            made = self._homes[key].as_strided(value.shape, value.stride(), value.storage_offset())
        except RuntimeError:
            made = engine.zeros(value.shape, dtype=self(value.dtype))
        return made.detach().requires_grad_(True) if value.requires_grad else made


def flat(value: Any) -> list[Any]:
    """Return the values in lists and tuples, one after another."""
    several = isinstance(value, list | tuple) and not isinstance(value, torch.Size | engine.Size)
    return [part for each in value for part in flat(each)] if several else [value]


def hold(theirs: Any, ours: Any, numbers: bool = True) -> None:
    """Hold results against each other: dtypes, shapes, first nodes and, closely, numbers."""
    assert len(flat(theirs)) == len(flat(ours))
    for one, two in zip(flat(theirs), flat(ours), strict=True):
        if not isinstance(one, torch.Tensor):
            assert str(one) == str(two)
            continue
        assert str(one.dtype) == str(two.dtype)
        assert tuple(one.shape) == tuple(two.shape)
        assert one.requires_grad == two.requires_grad
        if one.numel():
            assert type(one.grad_fn).__name__ == type(two.grad_fn).__name__
        if numbers:
            close = CLOSE.get(one.dtype, 0)
            np.testing.assert_allclose(
                two.detach().numpy(), one.detach().numpy(force=True), rtol=close, atol=close
            )


def hold_gradients(theirs: Any, ours: Any, leaves: list[Any], own: list[Any]) -> None:
    """Hold what flows back from results to the leaves against each other."""
    outputs = [each for each in flat(theirs) if getattr(each, "requires_grad", False)]
    own_outputs = [each for each in flat(ours) if getattr(each, "requires_grad", False)]
    if not outputs or not leaves:
        return
    seeds = [torch.rand_like(each) + 0.1 for each in outputs]
    try:
        gradients = torch.autograd.grad(outputs, leaves, seeds, allow_unused=True)
    except RuntimeError as refused:
        with pytest.raises(RuntimeError, match=f"^{re.escape(str(refused))}$"):
            engine.autograd.grad(own_outputs, own, Converter()(seeds), allow_unused=True)
        return
    found = engine.autograd.grad(own_outputs, own, Converter()(seeds), allow_unused=True)
    for one, two in zip(gradients, found, strict=True):
        assert (one is None) == (two is None)
        if one is not None and not one.is_sparse:
            close = 10 * CLOSE.get(one.dtype, 0)
            np.testing.assert_allclose(two.numpy(), one.numpy(force=True), rtol=close, atol=close)


def hold_sample(op: Any, form: Form, sample: Any) -> None:
    """Give one sample to both libraries, in one form."""
    given, options = [sample.input, *sample.args], dict(sample.kwargs)
    convert = Converter()
    try:
        taken, own_options = convert(given), convert(options)
    except NotOffered:
        return
    leaves = [
        each
        for each in flat([given, list(options.values())])
        if getattr(each, "requires_grad", False)
    ]
    own = [convert(each) for each in leaves]
    if form.name == "in place":
        given[0], taken[0] = given[0].clone(), taken[0].clone()
    torch.manual_seed(3)
    engine.manual_seed(3)
    try:
        theirs = form.theirs(*given, **options)
    except Exception as refused:
        with pytest.raises(type(refused), match=f"^{re.escape(str(refused))}$"):
            form.ours(*taken, **own_options)
        return
    if any(getattr(each, "dtype", None) not in (*MOST, None) for each in flat(theirs)):
        return
    ours = form.ours(*taken, **own_options)
    hold(theirs, ours, numbers=op.name not in MEMORY_OF_NOBODY)
    hold_gradients(theirs, ours, leaves, own)


OPERATORS = [op for op in invocations.op_db if forms(op)]


@pytest.mark.parametrize(
    "op", OPERATORS, ids=lambda op: "-".join(filter(None, (op.name, op.variant_test_name)))
)
@pytest.mark.filterwarnings("ignore")
def test_samples_agree(op: Any) -> None:
    """Every sample has PyTorch's values, shapes, dtypes, first node, gradients, and refusals."""
    left_out = LEFT_OUT.get(op.name)
    for dtype, most in MOST.items():
        if dtype not in op.supported_dtypes("cpu"):
            continue
        learned = dtype.is_floating_point and op.supports_autograd
        for form in forms(op):
            samples = op.sample_inputs("cpu", dtype, requires_grad=learned)
            for sample, _ in zip(samples, range(most), strict=False):
                if form.name == "in place" and sample.broadcasts_input:
                    continue
                if left_out is None or not left_out.holds_for(sample):
                    hold_sample(op, form, sample)


@pytest.mark.filterwarnings("ignore")
def test_nine_wrong_inputs_in_ten_are_refused_alike() -> None:
    """The same type of error with the same text."""
    same, others = 0, []
    for op in OPERATORS:
        if op.error_inputs_func is None:
            continue
        form = forms(op)[0]
        for each in op.error_inputs("cpu"):
            sample = each.sample_input
            convert = Converter()
            given = [sample.input, *sample.args]
            try:
                taken, options = convert(given), convert(dict(sample.kwargs))
            except NotOffered:
                continue
            errors = []
            for call, arguments, named_ones in (
                (form.theirs, given, sample.kwargs),
                (form.ours, taken, options),
            ):
                try:
                    call(*arguments, **named_ones)
                    errors.append("nothing")
                except Exception as error:
                    errors.append(f"{type(error).__name__}: {error}")
            if errors[0] != "nothing":
                same += errors[0] == errors[1]
                others += [f"{op.name}: {errors}"] if errors[0] != errors[1] else []
    assert same + len(others) > 300
    assert same >= 0.9 * (same + len(others)), "\n".join(others)
