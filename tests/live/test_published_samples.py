"""PyTorch's own sample inputs, shipped inside its wheel, given to both libraries."""

import functools

import numpy as np
import pytest

from conv1d_tutor import engine

from .closeness import array_of

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from .published import invocations, modules  # noqa: E402

TOLERANCE = {"torch.float32": 2e-5, "torch.float64": 1e-10}

FUNCTIONS = sorted({
    name
    for op in invocations.op_db
    if op.name.startswith("nn.functional.")
    and (name := op.name.removeprefix("nn.functional.")) in engine.nn.functional.__all__
    # These draw their own random numbers, or take only integers; they have tests of their own.
    and name not in ("dropout", "alpha_dropout", "feature_alpha_dropout", "one_hot", "embedding")
})  # fmt: skip

MODULES = sorted({
    info.module_cls.__name__
    for info in modules.module_db
    if info.module_cls.__name__ in engine.nn.__all__ and info.module_cls.__name__ != "Embedding"
})  # fmt: skip


def ours(value):
    """Return PyTorch's argument as the engine's."""
    if isinstance(value, torch.Tensor):
        if value.is_complex():
            pytest.skip("the engine has no complex tensors")
        tensor = engine.from_numpy(value.detach().numpy().copy())
        return tensor.requires_grad_(True) if value.requires_grad else tensor
    if isinstance(value, torch.dtype):
        return getattr(engine, str(value).removeprefix("torch."))
    if isinstance(value, list | tuple):
        return type(value)(map(ours, value))
    if isinstance(value, dict):
        return {name: ours(each) for name, each in value.items()}
    return value


def hold(got, want):
    """Hold results against each other: shapes, dtypes, numbers and the node that made them."""
    pairs = zip(*((each if isinstance(each, tuple) else (each,)) for each in (got, want)), strict=1)
    for one, two in pairs:
        assert tuple(one.shape) == tuple(two.shape)
        assert str(one.dtype) == str(two.dtype)
        close = TOLERANCE.get(str(two.dtype), 0)
        np.testing.assert_allclose(array_of(one), array_of(two), rtol=close, atol=close)
        if not two.numel():
            continue
        names = [None if each.grad_fn is None else each.grad_fn.name() for each in (one, two)]
        assert names[0] == names[1]


def gradients_of(output, inputs):
    """Return the gradients that the sum of squares of an output sends to tensors."""
    first = output[0] if isinstance(output, tuple) else output
    wanted = [each for each in inputs if getattr(each, "requires_grad", False)]
    if first.requires_grad and wanted:
        (first * first).sum().backward()
    return [None if each.grad is None else array_of(each.grad) for each in wanted]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_samples_of_functions(name, dtype):
    """Every published sample of a function of `nn.functional` gives the same, and its gradients."""
    count = 0
    for op in invocations.op_db:
        if op.name != f"nn.functional.{name}" or getattr(torch, dtype) not in op.dtypes:
            continue
        for place, sample in enumerate(op.sample_inputs("cpu", getattr(torch, dtype), True)):
            if name == "batch_norm" and sample.input.dim() < 2:
                continue  # PyTorch takes an empty vector there, whose channels it cannot count
            if name == "interpolate" and sample.input.dim() != 3:
                continue  # of images and volumes, which PyTorch has
            arguments = (sample.input, *sample.args)
            their_output = op(*arguments, **sample.kwargs)
            mine, options = ours(arguments), ours(sample.kwargs)
            our_output = getattr(engine.nn.functional, name)(*mine, **options)
            hold(our_output, their_output)
            count += 1
            if place % 10 == 0:
                theirs = gradients_of(their_output, arguments)
                for one, two in zip(gradients_of(our_output, mine), theirs, strict=True):
                    assert (one is None) == (two is None)
                    if two is not None:
                        close = 50 * TOLERANCE[f"torch.{dtype}"]
                        np.testing.assert_allclose(one, two, rtol=close, atol=close)
    assert count > 0


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("name", MODULES)
def test_samples_of_modules(name, training):
    """Every published sample of a layer gives the same, with the same parameters in it."""
    info = next(each for each in modules.module_db if each.module_cls.__name__ == name)
    if name == "Dropout" and training:
        pytest.skip("the published sample seeds nothing; the masks have a test of their own")
    samples = info.module_inputs_func(
        info, device="cpu", dtype=torch.float32, requires_grad=True, training=training
    )
    assert samples
    for sample in samples:
        made = sample.constructor_input
        torch.manual_seed(0)
        their_layer = info.module_cls(*made.args, **made.kwargs).train(training)
        engine.manual_seed(0)
        our_layer = getattr(engine.nn, name)(*ours(made.args), **ours(made.kwargs)).train(training)
        assert repr(our_layer) == repr(their_layer)
        for one, two in zip(our_layer.parameters(), their_layer.parameters(), strict=True):
            np.testing.assert_array_equal(array_of(one), array_of(two))
        given = sample.forward_input
        want = their_layer(*given.args, **given.kwargs)
        hold(our_layer(*ours(given.args), **ours(given.kwargs)), want)


CONV1D = next(op for op in invocations.op_db if op.name == "nn.functional.conv1d")


@pytest.mark.parametrize("place", range(len(list(CONV1D.error_inputs("cpu")))))
def test_published_errors_of_conv1d(place):
    """Every published wrong input raises the same error with the same text."""
    sample = list(CONV1D.error_inputs("cpu"))[place].sample_input
    arguments = (sample.input, *sample.args)
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - whatever PyTorch raises
        torch.nn.functional.conv1d(*arguments, **sample.kwargs)
    call = functools.partial(engine.nn.functional.conv1d, *ours(arguments), **ours(sample.kwargs))
    with pytest.raises(type(theirs.value)) as mine:
        call()
    assert str(mine.value) == str(theirs.value)
