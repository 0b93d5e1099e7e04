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
        turned = "x" if shape in ("8", "40", "()") or draw.random() < 0.6 else "x.mT"
        expression = "F." + form.format(
            x="x * 1" if inplace else turned,
            inplace=", inplace=True" if inplace else "",
            dim=draw.choice([0, 1, -1, 2, -2]),
            scale=draw.choice([1, 0.5, 2, 1.25]),
        )
        assert_alike(setup, expression)


@pytest.mark.parametrize(
    "call",
    [
        f"F.{name}({given})"
        for name in ("relu_", "selu_", "celu_", "elu_", "leaky_relu_", "hardtanh_", "threshold_")
        for given in ("x * 1", "x", "x.detach()", "[1]", "x * 1, 0.5", "x * 1, 0.5, 2",
                      "x * 1, 'a'", "torch.arange(-2, 3)")
    ] + ["torch.relu_(x * 1)", "torch.selu_(x * 1)", "torch.celu_(x * 1, 2)",
         "torch.threshold_(x * 1, 0.1, 2)"],
)  # fmt: skip
def test_activations_that_write_over_their_input(call: str) -> None:
    """The functions whose names end with a `_`."""
    assert_alike("x = torch.randn(5, requires_grad=True)", call)


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


# --- weight_norm

OLD, NEW = "nn.utils.weight_norm", "nn.utils.parametrizations.weight_norm"
NORMED = (
    "nn.Conv1d(2, 3, 5)", "nn.Conv1d(4, 4, 3, groups=2, bias=False)", "nn.Linear(6, 4)",
    "nn.ConvTranspose1d(2, 3, 4, stride=2)", "nn.Conv1d(2, 3, 5, dtype=torch.float64)",
)  # fmt: skip


@pytest.mark.parametrize("way", [OLD, NEW])
@pytest.mark.parametrize("layer", NORMED)
@pytest.mark.parametrize("options", ["", ", dim=None", ", dim=1", ", dim=-1", ", dim=2", ", dim=7",
                                     ", name='bias'", ", name='w'"])  # fmt: skip
def test_weight_norm(way: str, layer: str, options: str) -> None:
    """Repr, state, output, graph and gradients of a layer with weight_norm, old and new."""
    setup = f"""
net = {layer}
shape = dict(Conv1d=(2, net.weight.shape[1] * getattr(net, 'groups', 1), 9), Linear=(3, 6),
             ConvTranspose1d=(2, 2, 5))[type(net).__name__]
x = torch.rand(shape, dtype=net.weight.dtype)
net = {way}(net{options})
"""
    assert_alike(setup, "net(x)")
    assert_alike(setup, "net.weight")
    assert_alike(setup, "[n for n, _ in net.named_parameters()] + list(net.state_dict())")
    assert_alike(setup, "[type(net), net.weight.shape, isinstance(net.weight, nn.Parameter)]")


@pytest.mark.parametrize(
    ("lines", "expression"),
    [
        ("nn.utils.weight_norm(net)", "nn.utils.weight_norm(net)"),
        ("nn.utils.weight_norm(net); nn.utils.remove_weight_norm(net)", "net.weight"),
        ("nn.utils.weight_norm(net); nn.utils.remove_weight_norm(net)", "net(x)"),
        ("", "nn.utils.remove_weight_norm(net)"),
        ("nn.utils.weight_norm(net)", "nn.utils.remove_weight_norm(net, 'bias')"),
        ("nn.utils.weight_norm(net); net.weight_g.data *= 2", "net.weight"),
        ("nn.utils.weight_norm(net); net.weight_g.data *= 2; net(x)", "net.weight"),
        ("nn.utils.weight_norm(net)", "copy.deepcopy(net)"),
        ("nn.utils.weight_norm(net); import pickle; net = pickle.loads(pickle.dumps(net)); "
         "net.weight_g.data *= 2", "net(x)"),
        ("nn.utils.weight_norm(net); net(x); s = net.state_dict(); net = R(net)",
         "net.load_state_dict(s)"),
        ("s = nn.utils.weight_norm(nn.Conv1d(2, 3, 5)).state_dict(); W(net)",
         "[net.load_state_dict(s), net.weight]"),
        ("s = nn.Sequential(nn.utils.weight_norm(nn.Conv1d(2, 3, 5))).state_dict(); W(net)",
         "[nn.Sequential(net).load_state_dict(s), net.weight, list(s)]"),
        ("W(net)", "copy.deepcopy(net)"),
        ("W(net)", "copy.deepcopy(net)(x)"),
        ("W(net); net.weight = torch.ones(3, 2, 5)", "net.weight"),
        ("W(net)", "W(net)"),
        ("W(net)", "[P.is_parametrized(net), P.is_parametrized(net, 'weight'), "
         "P.is_parametrized(net, 'bias'), P.type_before_parametrizations(net)]"),
        ("W(net)", "P.remove_parametrizations(net, 'weight')"),
        ("W(net); P.remove_parametrizations(net, 'weight')", "net.weight"),
        ("W(net); P.remove_parametrizations(net, 'weight')", "net(x)"),
        ("W(net)", "P.remove_parametrizations(net, 'weight', leave_parametrized=False)"),
        ("", "P.remove_parametrizations(net, 'weight')"),
        ("W(net); W(net, 'bias')", "net"),
        ("W(net); W(net, 'bias'); P.remove_parametrizations(net, 'weight')", "net"),
        ("W(net); W(net, 'bias')", "net(x)"),
        ("W(net)\nwith P.cached(): same = net.weight is net.weight", "same"),
        ("W(net); same = net.weight is net.weight", "same"),
        ("W(net); net.weight = nn.Parameter(torch.ones(3, 2, 5))", "net"),
        ("W(net); net.eval(); net.double()", "net.weight"),
        ("W(net)", "__import__('pickle').dumps(net)"),
        ("W(net); net.zero_grad(); net.requires_grad_(False)", "net.weight"),
        ("del net.weight; net.weight = torch.ones(3, 2, 5)", "net(x)"),
        ("w = net.weight; del net.weight; net.weight = w * 2", "net(x)"),
        ("net.bias = None", "net(x)"),
        ("net.weight = nn.Parameter(torch.ones(1, 2, 1)); net.bias = None", "net(x)"),
        ("del net.weight", "net(x)"),
        ("del net.bias; net.bias = torch.arange(3.0)", "net(x)"),
        ("net = nn.Linear(5, 4); del net.weight; net.weight = torch.ones(4, 5)", "net(x)"),
        ("net = nn.Embedding(5, 4); del net.weight; net.weight = torch.ones(5, 4)",
         "net(torch.tensor([1]))"),
        ("net = nn.BatchNorm1d(2); del net.weight; net.weight = torch.arange(2.0)", "net(x)"),
        ("net = nn.LayerNorm(9); del net.bias; net.bias = torch.arange(9.0)", "net(x)"),
        ("net = nn.ConvTranspose1d(2, 3, 5); del net.weight; net.weight = torch.ones(2, 1, 2)",
         "net(x)"),
    ],
)  # fmt: skip
def test_on_and_off(lines: str, expression: str) -> None:
    """A weight that is normed, replaced, computed anew, copied, loaded and made plain again."""
    setup = f"""
P, W = nn.utils.parametrize, nn.utils.parametrizations.weight_norm
R = nn.utils.remove_weight_norm
net = nn.Conv1d(2, 3, 5)
x = torch.rand(2, 2, 9)
{lines}
"""
    assert_alike(setup, expression)


SYMMETRIC = """
P = nn.utils.parametrize
class Symmetric(nn.Module):
    def forward(self, X):
        return X.triu() + X.triu(1).T
    def right_inverse(self, A):
        return A.triu()
class Twice(nn.Module):
    def forward(self, X):
        return 2 * X
class Longer(nn.Module):
    def forward(self, X):
        return torch.cat([X, X])
class Doubled(nn.Module):
    def forward(self, X):
        return X.double()
class Nothing(nn.Module):
    def forward(self, X):
        return 3
class Back(Twice):
    def right_inverse(self, A):
        return 5
class Pair(nn.Module):
    def forward(self, a, b):
        return a + b
    def right_inverse(self, A):
        return A / 2, A / 2
net = nn.Linear(4, 4)
"""


@pytest.mark.parametrize(
    "lines",
    [
        "P.register_parametrization(net, 'weight', {0}())",
        "P.register_parametrization(net, 'weight', {0}(), unsafe=True)",
        "P.register_parametrization(net, 'weight', Symmetric());"
        "P.register_parametrization(net, 'weight', {0}())",
        "P.register_parametrization(net, 'weight', {0}()); net.weight = torch.ones(4, 4)",
        "P.register_parametrization(net, 'bias', {0}())",
        "P.register_parametrization(net, 'weight', {0}()); "
        "P.remove_parametrizations(net, 'weight', False)",
        "P.register_parametrization(net, 'weight', {0}()); "
        "P.remove_parametrizations(net, 'weight')",
        "net = nn.BatchNorm1d(3); P.register_parametrization(net, 'running_mean', {0}())",
    ],
)
def test_parametrizations_of_ones_own(lines: str) -> None:
    """Registered, stacked, assigned to, wrong: repr, state, weight and errors are PyTorch's."""
    for name in ("Symmetric", "Twice", "Longer", "Doubled", "Nothing", "Back", "Pair"):
        setup = SYMMETRIC + lines.format(name)
        assert_alike(setup, "net")
        assert_alike(setup, "net.weight")
        assert_alike(setup, "net(torch.rand(2, net.weight.shape[-1]))")


# --- normalisation of parts


def test_group_norm() -> None:
    """Values, graph and gradients of GroupNorm in random configurations, wrong ones too."""
    for seed in range(150):
        draw = random.Random(seed)
        groups, channels = draw.choice([1, 2, 3, 4]), draw.choice([4, 6, 4, 12])
        options = draw.choice(["", ", affine=False", ", bias=False", ", eps=0.1"])
        wide = ", dtype=torch.float64" if draw.random() < 0.2 else ""
        given = draw.choice([channels, channels, channels, 4])
        shape = draw.choice(["2, {}, 6", "3, {}", "2, {}, 3, 4", "1, {}, 1", "0, {}, 3", "2, {}, 0",
                             "{}"])  # fmt: skip
        kind = wide if draw.random() < 0.9 else ", dtype=torch.float16"
        setup = f"""
net = nn.GroupNorm({groups}, {channels}{options}{wide})
for p in net.parameters(): torch.nn.init.uniform_(p, -1, 1)
x = torch.randn({shape.format(given)}{kind}, requires_grad=True)
"""
        called = "net(x)" if "," not in shape.format(given)[3:] else "net(x.mT.contiguous().mT)"
        assert_alike(setup, called, digits=2e-3 if "16" in kind else 1e-4)


@pytest.mark.parametrize("name", ["InstanceNorm1d", "BatchNorm1d"])
def test_instance_norm(name: str) -> None:
    """The same of InstanceNorm1d and BatchNorm1d, in training and evaluation, with statistics."""
    for seed in range(150):
        draw = random.Random(seed)
        options = [each for each in ("affine=True", "affine=False", "track_running_stats=True",
                                     "track_running_stats=False", "momentum=None", "momentum=0.3",
                                     "bias=False", "eps=0.1") if draw.random() < 0.3]  # fmt: skip
        options = list({each.partition("=")[0]: each for each in options}.values())
        given = draw.choice([4, 4, 4, 3])
        shape = draw.choice([f"2, {given}, 6", f"3, {given}, 5", f"{given}, 6", f"2, {given}, 1",
                             f"0, {given}, 3", "4", "1, 4, 2, 2"])  # fmt: skip
        setup = f"""
net = nn.{name}({", ".join(["4", *options])})
for p in net.parameters(): torch.nn.init.uniform_(p, -1, 1)
if net.training: net(torch.randn(3, 4, 5) + 2)
net.{draw.choice(["train", "eval"])}()
x = torch.randn({shape}, requires_grad=True)
"""
        turned = shape.count(",") and draw.random() < 0.4
        assert_alike(setup, "net(x.mT.contiguous().mT)" if turned else "net(x)")


@pytest.mark.parametrize(
    "call",
    [
        "F.group_norm(x, 2)", "F.group_norm(x, 2, w, w)", "F.group_norm(x, 2, bias=w)",
        "F.group_norm(x, 3)", "F.group_norm(x, 0)", "F.group_norm(x, -1)", "F.group_norm(x[0], 2)",
        "F.group_norm(x[0, 0], 2)", "F.group_norm(x, 2, w[:3])", "F.group_norm(x, 2, w, w[:3])",
        "F.group_norm(x, 2, None, w[:3])", "F.group_norm(x, 2, w.double())",
        "F.group_norm(x.double(), 2, w)", "F.group_norm(torch.arange(8).reshape(2, 4), 2)",
        "F.group_norm(torch.rand(1, 4, 1), 4)", "F.group_norm([1], 2)", "F.group_norm(x, 2.5)",
        "F.group_norm(x, 'a')", "torch.group_norm(x, 2)", "torch.group_norm(x, 2, w, w, 1.0)",
        "F.instance_norm(x)", "F.instance_norm(x, weight=w, bias=w)", "F.instance_norm(x[0])",
        "F.instance_norm(x, torch.zeros(4), torch.ones(4))", "F.instance_norm(x[..., :1])",
        "F.instance_norm(x, torch.zeros(4), torch.ones(4), use_input_stats=False)",
        "F.instance_norm(x, use_input_stats=False)", "F.instance_norm(x[0, 0])",
        "F.instance_norm(x, torch.zeros(3), torch.ones(3))", "F.instance_norm(x, weight=w[:3])",
        "F.instance_norm(x, weight=w.double())", "F.instance_norm([1])",
        "F.instance_norm(torch.arange(24).reshape(2, 4, 3))", "F.instance_norm(x.permute(2, 1, 0))",
        "F.instance_norm(torch.rand(2, 4, 3, 3, requires_grad=True))",
        "nn.GroupNorm(3, 4)", "nn.GroupNorm(0, 4)", "nn.GroupNorm(2)", "nn.GroupNorm(2, 'a')",
        "nn.InstanceNorm1d()", "nn.InstanceNorm1d('a')",
        "nn.BatchNorm1d()", "torch.batch_norm(x, w, w, None, None, True, 0.1, 1e-5, True)",
        "nn.InstanceNorm1d", "nn.GroupNorm", "F.group_norm(x.permute(0, 2, 1), 3)",
    ],
)  # fmt: skip
def test_what_norms_answer(call: str) -> None:
    """One call after the other, right and wrong."""
    assert_alike("x = torch.randn(2, 4, 6, requires_grad=True); w = torch.rand(4)", call)


# --- interpolation


@pytest.mark.parametrize("mode", ["nearest", "nearest-exact", "linear", "area", "bilinear"])
def test_interpolate(mode: str) -> None:
    """Values, graph and gradients of every mode, to sizes and by factors, up and down."""
    for seed in range(200):
        draw = random.Random(seed)
        length = draw.choice([1, 2, 3, 5, 6, 7, 8, 16, 31])
        shape = draw.choice(["2, 3, {}", "1, 1, {}", "0, 2, {}", "2, 3, {}", "3, {}"])
        kind = draw.choice(["", "", ", dtype=torch.float64"])
        size = draw.choice([1, 2, 3, 5, 6, 8, 12, 13, 16, 40])
        factor = draw.choice([2, 2.0, 0.5, 3, 1.5, 1.7, 0.3, 1, 2.3, 0.1, (2,), [1.25], (2, 2)])
        options = [draw.choice([f"size={size}", f"size=({size},)", f"scale_factor={factor}",
                                f"scale_factor={factor}"])]  # fmt: skip
        if draw.random() < 0.3:
            options.append(f"align_corners={draw.choice([True, False, None])}")
        if draw.random() < 0.3:
            options.append(f"recompute_scale_factor={draw.choice([True, False])}")
        setup = f"x = torch.randn({shape.format(length)}{kind}, requires_grad=True)"
        x = "x" if mode == "area" else draw.choice(["x", "x.mT.contiguous().mT"])
        assert_alike(setup, f"F.interpolate({x}, {', '.join(options)}, mode='{mode}')")
        assert_alike(
            f"{setup}\nnet = nn.Upsample({', '.join(options)}, mode='{mode}')", "[net, net(x)]"
        )


@pytest.mark.parametrize(
    "call",
    [
        "F.interpolate(x, 0)", "F.interpolate(x, -1)", "F.interpolate(x, scale_factor=0)",
        "F.interpolate(x, scale_factor=-1)", "F.interpolate(x, 'a')", "F.interpolate(x, 2.5)",
        "F.interpolate(x, (2.5,))", "F.interpolate(x, (2, 3))", "F.interpolate(x)",
        "F.interpolate(x, scale_factor=(2, 3))", "F.interpolate(x, 2, 2)",
        "F.interpolate(x, 2, mode='foo')", "F.interpolate(x, 2, mode='bilinear')",
        "F.interpolate(x, 2, mode='bicubic')", "F.interpolate(x, 2, mode='trilinear')",
        "F.interpolate(x, 2, mode='nearest', align_corners=False)",
        "F.interpolate(x, 2, recompute_scale_factor=True)", "F.interpolate(x[0], 2)",
        "F.interpolate(x[0], 2, mode='linear')", "F.interpolate(x[0, 0], 2)",
        "F.interpolate(x[None], 2, mode='linear')", "F.interpolate(x[None], 2, mode='foo')",
        "F.interpolate(torch.arange(6).reshape(1, 1, 6), 9)",
        "F.interpolate(torch.arange(6).reshape(1, 1, 6), 9, mode='linear')",
        "F.interpolate(torch.arange(6, dtype=torch.uint8).reshape(1, 1, 6), 9)",
        "F.interpolate(torch.rand(2, 0, 6), 9)", "F.interpolate(torch.rand(2, 4, 0), 9)",
        "F.interpolate([1], 2)", "F.interpolate(x, 2, antialias=True)",
        "F.interpolate(x, scale_factor='a')", "F.interpolate(x, size=True)",
        "F.interpolate(x, size=torch.tensor(9))", "F.interpolate(x, size=torch.Size([9]))",
        "F.interpolate(x, 6)", "F.interpolate(x, 6, mode='linear')", "F.upsample(x, 12)",
        "F.interpolate(x.permute(0, 2, 1), 7)", "F.interpolate(x.half(), 9)", "nn.Upsample",
        "F.upsample(x, scale_factor=2, mode='linear')", "nn.Upsample()", "nn.Upsample()(x)",
        "nn.Upsample(12)", "nn.Upsample(scale_factor=2)", "nn.Upsample(scale_factor=(2,))",
        "nn.Upsample(scale_factor=2, mode='linear', align_corners=True)", "nn.Upsample('a')",
        "nn.Upsample(scale_factor='a')", "nn.Upsample((3, 4))(x)", "nn.Upsample(3, 4)(x)",
    ],
)  # fmt: skip
def test_what_interpolate_answers(call: str) -> None:
    """One call after the other, right and wrong."""
    assert_alike("x = torch.randn(2, 4, 6, requires_grad=True)", call)


@pytest.mark.parametrize("name", ["hann", "hamming", "blackman", "bartlett"])
def test_windows(name: str) -> None:
    """Every length, periodic and not: to the last bit but for the vector library's cosine."""
    for length in (0, 1, 2, 3, 4, 5, 8, 16, 25, 64, 400, 512):
        for more in ("", ", False", ", periodic=True", ", dtype=torch.float64",
                     ", dtype=torch.float16", ", requires_grad=True"):  # fmt: skip
            assert_alike("", f"torch.{name}_window({length}{more})", digits=1.2e-7)


@pytest.mark.parametrize("name", ["hann", "hamming", "blackman", "bartlett"])
@pytest.mark.parametrize(
    "arguments", ["", "-1", "2.5", "'a'", "8, dtype=torch.int64", "8, 1", "torch.tensor(4)", "True"]
)
def test_what_windows_refuse(name: str, arguments: str) -> None:
    """The error of a wrong argument is PyTorch's, type and text."""
    assert_alike("", f"torch.{name}_window({arguments})")
    assert_alike(
        "", "[torch.hamming_window(6, True, 0.5), torch.hamming_window(6, True, 0.5, 0.4)]"
    )


# --- two axes


def test_conv2d() -> None:
    """Values, graph, saved fields and gradients of Conv2d in random configurations."""
    for seed in range(400):
        draw = random.Random(seed)

        def one(choices: tuple[int, ...], draw: random.Random = draw) -> str:
            first, second = draw.choice(choices), draw.choice(choices)
            return str(draw.choice([first, (first, second)]))

        options = [each for each in (
            f"stride={one((1, 2, 3))}", f"padding={one((0, 1, 2))}", f"dilation={one((1, 2))}",
            f"groups={draw.choice([1, 2, 4, 3])}", f"bias={draw.choice([True, False])}",
            f"padding_mode='{draw.choice(['zeros', 'reflect', 'replicate', 'circular'])}'",
            "padding='same'", "padding='valid'", "dtype=torch.float64",
        ) if draw.random() < 0.3]  # fmt: skip
        options = list({each.partition("=")[0]: each for each in options}.values())
        made = ", ".join(["4", str(draw.choice([2, 4, 6])), one((1, 2, 3, 4, 5)), *options])
        shape = draw.choice(["2, 4, 6, 7", "1, 4, 6, 7", "4, 6, 7", "3, 4, 9, 5", "0, 4, 6, 7",
                             "2, 3, 6, 7", "6, 7", "2, 4, 2, 6"])  # fmt: skip
        kind = ", dtype=torch.float64" if "dtype" in made and draw.random() < 0.8 else ""
        setup = f"net = nn.Conv2d({made})\nx = torch.randn({shape}{kind}, requires_grad=True)"
        turned = draw.random() < 0.2
        assert_alike(setup, "net(x.mT.contiguous().mT)" if turned else "net(x)", digits=5e-6)


@pytest.mark.parametrize(
    "call",
    [
        "F.conv2d(x, w)", "F.conv2d(x[0], w)", "F.conv2d(x, w, b)", "F.conv2d(x, w, b, 2)",
        "F.conv2d(x, w, b, (2, 1), (1, 2), (2, 1))", "F.conv2d(x, w, padding='same')",
        "F.conv2d(x, w, padding='same', dilation=2)", "F.conv2d(x, w, padding='valid')",
        "F.conv2d(x, w, padding='foo')", "F.conv2d(x, w, stride=2, padding='same')",
        "F.conv2d(x, w, groups=2)", "F.conv2d(x, w[:2, :2], groups=2)", "F.conv2d(x, w[:, :2])",
        "F.conv2d(x[:, :3], w)", "F.conv2d(x[..., :2], w)", "F.conv2d(x[:, :, :1], w)",
        "F.conv2d(x[:, :, :1], w, dilation=3, padding=1)", "F.conv2d(x[0, 0], w)",
        "F.conv2d(x[None], w)", "F.conv2d(x, w[0])", "F.conv2d(x, w[0, 0])",
        "F.conv2d(x, w[None])", "F.conv2d(x, w[None], padding='same')",
        "F.conv2d(x, w[0], padding='same')", "F.conv2d(x.double(), w)",
        "F.conv2d(x.double(), w, b)", "F.conv2d(x, w.double())", "F.conv2d(x, w, b.double())",
        "F.conv2d(x, w, b.double(), padding='same')", "F.conv2d(x1, w.double())",
        "F.conv2d(x, w, b[:2])", "F.conv2d(x, w, b[None])", "F.conv2d(x, w, stride=0)",
        "F.conv2d(x, w, stride=-1)", "F.conv2d(x, w, padding=-1)", "F.conv2d(x, w, dilation=0)",
        "F.conv2d(x, w, dilation=-1)", "F.conv2d(x1, w, stride=0)", "F.conv2d(x1, w, dilation=0)",
        "F.conv2d(x1, w, dilation=-1)", "F.conv2d(x, w, groups=0)",
        "F.conv2d(x, w, stride=(1, 2, 3))", "F.conv2d(x, w, stride=(1,))",
        "F.conv2d(x, w, padding=(1, 2, 3))", "F.conv2d(x, w, padding=(1,))",
        "F.conv2d(x, w, dilation=(1, 2, 3))", "F.conv2d(x, w, stride=())", "F.conv2d(x, w, 1.5)",
        "F.conv2d([1], w)", "F.conv2d(x)", "F.conv2d(x.long(), w.long())",
        "F.conv2d(x > 0, w > 0)", "F.conv2d(x, w[:, :, :0])", "F.conv2d(x1, w[:, :, :0])",
        "F.conv2d(x[:0], w)", "F.conv2d(x[:, :0], w[:, :0])", "F.conv2d(x[:, :, :0], w)",
        "F.conv2d(x[:, :, :0], w, padding=1)", "F.conv2d(x, w[:0])", "torch.conv2d(x, w, b)",
        "F.conv2d(x.permute(1, 0, 2, 3)[:, :1], w[:, :1])", "F.conv2d(x, w.permute(0, 1, 3, 2))",
        "nn.Conv2d(4, 3, 3)", "nn.Conv2d(4, 3, (2, 3), stride=(2, 1), padding=(1, 2), "
        "dilation=2, bias=False, padding_mode='reflect')", "nn.Conv2d(4, 3, 3, padding='same')",
        "nn.Conv2d(4, 3, 3, padding='same', stride=2)", "nn.Conv2d(4, 3, 3, groups=3)",
        "nn.Conv2d(4, 3, 3, groups=2)", "nn.Conv2d(4, 3, 0)", "nn.Conv2d(4, 3, (3,))",
        "nn.Conv2d(4, 3, (3, 3, 3))", "nn.Conv2d(4, 3, -1)", "nn.Conv2d(4, 3)",
        "nn.Conv2d(0, 3, 3)", "nn.Conv2d(4, 0, 3)", "nn.Conv2d(4, 3, 3, groups=0)",
        "nn.Conv2d(4, 3, 3, padding=(1,))", "nn.Conv2d(4, 3, (3,))(x)",
        "nn.Conv2d(4, 3, (3, 3, 3))(x)", "nn.Conv2d(4, 3, 3)(x[0, 0])",
        "nn.Conv2d(4, 3, 3, padding=9, padding_mode='reflect')(x)",
        "nn.Conv2d(4, 3, 3, padding=9, padding_mode='circular')(x)",
        "nn.Conv2d(4, 3, 3)._reversed_padding_repeated_twice", "nn.Conv2d(4, 3, 9)(x)",
        "nn.Conv2d(4, 3, (3, 4), padding='same')._reversed_padding_repeated_twice",
        "nn.Conv1d(4, 3, 3)._reversed_padding_repeated_twice", "nn.Conv2d", "nn.Conv2d(4, 3, 3)(3)",
        "nn.Conv2d(4, 3, 3, padding=(1, 2)).padding", "nn.Conv2d(4, 3, 3, True)",
    ],
)  # fmt: skip
def test_what_conv2d_answers(call: str) -> None:
    """One call after the other, right and wrong."""
    setup = """
x = torch.randn(2, 4, 6, 7, requires_grad=True); w = torch.randn(3, 4, 2, 3, requires_grad=True)
b = torch.rand(3); x1 = x[:1].detach()
"""
    assert_alike(setup, call, digits=5e-6)


def test_padding_of_two_axes() -> None:
    """F.pad of the last two axes, in every mode, uneven and negative amounts included."""
    for seed in range(200):
        draw = random.Random(seed)
        amounts = tuple(draw.choice([0, 1, 2, 3, -1, 5]) for _ in range(4))
        mode = draw.choice(["constant", "reflect", "replicate", "circular"])
        shape = draw.choice(["2, 3, 4, 5", "3, 4, 5", "1, 1, 2, 6", "0, 2, 3, 4"])
        setup = f"x = torch.randn({shape}, requires_grad=True)"
        x = draw.choice(["x", "x.mT.contiguous().mT"])
        assert_alike(setup, f"F.pad({x}, {amounts}, mode='{mode}')")


@pytest.mark.parametrize("name", ["AlphaDropout", "FeatureAlphaDropout", "Dropout", "Dropout1d"])
def test_dropouts(name: str) -> None:
    """The same numbers are left out, and the same flows back; in evaluation nothing happens."""
    for p in (0, 0.1, 0.5, 0.9, 1, 2):
        for shape in ("2, 3, 4", "20, 5", "6", "0, 3", "2, 3, 2, 2"):
            for mode in ("train", "eval"):
                setup = (
                    f"net = nn.{name}({p}).{mode}()\nx = torch.randn({shape}, requires_grad=True)"
                )
                assert_alike(setup, "net(x)")
    function = {"AlphaDropout": "alpha_dropout", "FeatureAlphaDropout": "feature_alpha_dropout",
                "Dropout": "dropout", "Dropout1d": "dropout1d"}[name]  # fmt: skip
    x = "x = torch.randn(4, 3, 5, requires_grad=True)"
    for call in ("x", "x, 0.3, True", "x * 1, 0.3, True, True", "x.double(), 0.3, True", "x, 2.0",
                 "x.mT, 0.4, True", "torch.arange(12).reshape(3, 4), 0.5, True"):  # fmt: skip
        assert_alike(x, f"F.{function}({call})")
