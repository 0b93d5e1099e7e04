"""The layers of the 1-D family, live against PyTorch, in many random configurations."""

import random

import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from .alike import assert_alike  # noqa: E402

# --- activations

ACTIVATIONS = (
    "prelu({x}, w)", "glu({x}, {dim})", "selu({x}{inplace})", "celu({x}, {scale}{inplace})",
    "mish({x}{inplace})", "hardswish({x}{inplace})", "hardsigmoid({x}{inplace})",
    "hardshrink({x}, {scale})", "softshrink({x}, {scale})", "tanhshrink({x})",
    "threshold({x}, {scale}, 20{inplace})", "softmin({x}, {dim})", "elu({x}, {scale}{inplace})",
    "hardtanh({x}, -0.5, {scale}{inplace})", "relu6({x}{inplace})", "silu({x}{inplace})",
    "softplus({x}, {scale})", "logsigmoid({x})", "softsign({x})",
    "leaky_relu({x}, {scale}{inplace})",
)  # fmt: skip


@pytest.mark.parametrize("form", ACTIVATIONS, ids=lambda each: each.partition("(")[0])
def test_activations(form: str) -> None:
    """Values, graph, saved fields and gradients of every activation, in place and not."""
    for seed in range(25):
        draw = random.Random(seed)
        shape = draw.choice(["2, 4, 6", "4, 6", "8", "2, 1, 0", "1, 4, 2, 2", "40", "()"])
        kind = draw.choice(["", "", ", dtype=torch.float64", ", dtype=torch.int64"])
        setup = f"x = torch.randn({shape}) * 3\n"
        if kind:
            wide = ".double()" if "float64" in kind else ""
            setup = f"x = torch.arange(-12, 12)[:24].reshape(2, 4, 3){wide}\n"
        learned = "int" not in kind and draw.random() < 0.8
        if learned:
            setup += "x.requires_grad_()\n"
        count = draw.choice([1, 1, 4, 4, 6, 3])
        setup += f"w = torch.rand({count}, requires_grad=True)\n"
        if draw.random() < 0.2:
            setup += "w = torch.tensor(0.3)\n"
        if "float64" in kind and draw.random() < 0.7:
            setup += "w = w.detach().double().requires_grad_()\n"
        inplace = draw.random() < 0.4
        expression = "F." + form.format(
            x="x * 1" if inplace else "x",
            inplace=", inplace=True" if inplace else "",
            dim=draw.choice([0, 1, -1, 2, -2]),
            scale=draw.choice([1, 0.5, 2, 1.25]),
        )
        assert_alike(setup, expression)


LAYERS_OF_ACTIVATION = (
    "PReLU()", "PReLU(4)", "PReLU(4, 0.1)", "PReLU(3, dtype=torch.float64)", "GLU()", "GLU(1)",
    "GLU(dim=0)", "SELU()", "SELU(True)", "CELU()", "CELU(2.0)", "CELU(0.5, True)", "Mish()",
    "Mish(inplace=True)", "Hardswish()", "Hardswish(True)", "Hardsigmoid()", "Hardsigmoid(True)",
    "Threshold(0.1, 20)", "Threshold(0.1, 20, True)", "Hardshrink()", "Hardshrink(1)",
    "Softshrink()", "Softshrink(-1)", "Tanhshrink()", "Softmin()", "Softmin(1)", "ELU()", "ReLU6()",
)  # fmt: skip


@pytest.mark.parametrize("made", LAYERS_OF_ACTIVATION)
def test_layers_of_activation(made: str) -> None:
    """Repr, state, values and gradients of every such layer."""
    for shape in ("2, 4, 6", "4, 6", "3"):
        setup = f"net = nn.{made}\nx = torch.randn({shape}, requires_grad=True)"
        assert_alike(setup, "net(x * 1)")
        assert_alike(setup, "[net, net.state_dict(), net.__dict__.keys() - {'a'}][:2]")


@pytest.mark.parametrize(
    "call",
    [
        "prelu([1.0], x)", "prelu(x)", "prelu(x, 0.25)", "prelu(x, x)", "prelu(x.double(), x[:1])",
        "prelu(x[0], x)", "glu([1])", "glu(x[0])", "glu(x, 3)", "glu(x[:3])", "glu(x, 1.5)",
        "glu(torch.arange(4))", "selu([1])", "selu(torch.arange(3))", "celu('a')", "celu(x, 0)",
        "mish(3)", "mish(torch.arange(3))", "mish(None)", "hardswish([1])", "hardshrink([1])",
        "softshrink(x, -1.5)", "softshrink([1])", "threshold(x, 1)", "threshold([1], 1, 2)",
        "selu(x.requires_grad_(), True)", "mish(x.requires_grad_(), inplace=True)",
        "celu(x.requires_grad_(), inplace=True)", "softmin(x)",
    ],
)  # fmt: skip
def test_what_activations_refuse(call: str) -> None:
    """The error of a wrong argument is PyTorch's, type and text."""
    assert_alike("x = torch.randn(4)", f"F.{call}")
