"""Tensors that lie in memory in every way, and what is asked of them: one line an operation.

`CASES` has for every operation that the engine offers the lines in which its result's layout is
compared. In a line `x`, `y` and `z` have one shape and layouts of their own, `b` broadcasts to that
shape, `i` is `x` in int64, `m` in bool; `d` is one of its dims. PyTorch decides which lines can be
worked out for a shape: where it raises, nothing is compared.
"""

from random import Random
from typing import Any, NamedTuple

Shape = tuple[int, ...]

__all__ = ["CASES", "LEFT_OUT", "Lying", "layout_of", "lying", "names"]


class Lying(NamedTuple):
    """How a tensor of a shape is made: contiguous, then expanded, sliced and permuted."""

    shape: Shape
    order: Shape
    """Where each dim of the memory, from the slowest to the fastest, stands in the shape."""
    steps: Shape
    starts: Shape
    expanded: tuple[bool, ...]
    windows: bool
    """Whether its last two dims are windows that overlap."""

    def made(self, library: Any, dtype: str) -> Any:
        """Return the tensor in `library` (PyTorch or the engine)."""
        order = self.order
        lengths = [
            1 if self.expanded[dim] else self.shape[dim] * self.steps[dim] + self.starts[dim]
            for dim in order
        ]
        count = 1
        for length in lengths:
            count *= length
        numbers = library.arange(count) * 5 % 7 + 1
        if dtype == "float32":
            numbers = numbers / 8
        elif dtype == "bool":
            numbers = numbers % 3 == 0
        tensor = numbers.reshape(lengths)
        for place, dim in enumerate(order):
            if not self.expanded[dim] and (self.starts[dim] or self.steps[dim] > 1):
                stop = self.starts[dim] + self.shape[dim] * self.steps[dim]
                index = (slice(None),) * place + (slice(self.starts[dim], stop, self.steps[dim]),)
                tensor = tensor[index]
        if order != tuple(range(len(order))):
            tensor = tensor.permute([order.index(dim) for dim in range(len(order))])
        if any(self.expanded):
            tensor = tensor.expand(self.shape)
        if self.windows:
            tensor = tensor.unfold(0, 1 + self.shape[0] // 2, 1)
        return tensor


def lying(random: Random, shape: Shape, plain: bool = False) -> Lying:
    """Return a random way for a tensor of `shape` to lie in memory."""
    ndim = len(shape)
    order = list(range(ndim))
    if random.random() < 0.7:
        random.shuffle(order)
    odd = not plain and random.random() < 0.4
    return Lying(
        shape,
        tuple(order),
        tuple(random.choice((1, 1, 2)) if odd else 1 for _ in shape),
        tuple(random.choice((0, 0, 1)) if odd else 0 for _ in shape),
        tuple(not plain and odd and random.random() < 0.25 for _ in shape),
        not plain and 0 < ndim < 4 and shape[0] > 0 and random.random() < 0.08,
    )


def layout_of(tensor: Any, every: bool = True) -> tuple[Any, ...]:
    """Return what can be seen of how a tensor lies in memory.

    Unless `every` stride counts, those of dims of length 1 do not.
    """
    try:
        tensor.detach().view(-1)
        viewed = True
    except RuntimeError:
        viewed = False
    return (
        tuple(tensor.shape),
        tuple(
            step
            for size, step in zip(tensor.shape, tensor.stride(), strict=True)
            if every or size != 1
        ),
        tensor.is_contiguous(),
        tensor.storage_offset() if tensor.numel() else 0,
        viewed,
    )


_FLOAT = (
    "abs absolute acos arccos arcsin arctan asin atan ceil cos cosh deg2rad erf exp exp2 expm1 fix "
    "floor frac log log10 log1p log2 logit nan_to_num neg negative rad2deg reciprocal relu round "
    "rsqrt sgn sigmoid sign sin sinh sqrt square tan tanh trunc"
).split()
_TWO = (
    "add sub subtract mul multiply div divide true_divide floor_divide remainder fmod pow atan2 "
    "arctan2 hypot eq ne not_equal lt less le less_equal gt greater ge greater_equal logical_and "
    "logical_or logical_xor"
).split()
_TWO_ONLY = "maximum minimum fmax fmin rsub isclose".split()
_BITS = "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift".split()
_PROPERTIES = "isnan isinf isfinite isposinf isneginf signbit positive".split()
_REDUCTIONS = "sum mean prod amax amin any all std var logsumexp argmax argmin norm nansum".split()
_PAIRS = "max min median mode kthvalue cummax cummin sort topk std_mean var_mean".split()


def _cases() -> dict[str, list[str]]:
    cases: dict[str, list[str]] = {}
    for name in _FLOAT:
        cases[name] = [f"torch.{name}(x)", f"x.{name}()", f"torch.{name}(i)"]
        cases[name + "_"] = [f"x.clone().{name}_()", f"scratch(x).{name}_()"]
    cases["nan_to_num_"] = ["x.clone().nan_to_num_()"]
    for name in _TWO:
        cases[name] = [
            f"torch.{name}(x, {other})" for other in ("y", "b", "2", "i", "x", "b.transpose(0, -1)")
        ] + [f"torch.{name}(b, x)", f"torch.{name}(i, 2)", f"torch.{name}(b, y)"]
        cases[name + "_"] = [f"scratch(x).{name}_(y)", f"x.clone().{name}_(b)"]
    for name in _TWO_ONLY:
        cases[name] = [f"torch.{name}(x, {other})" for other in ("y", "b", "x")]
    for name in _BITS:
        cases[name] = [f"torch.{name}(i, y.long())", f"torch.{name}(i, 1)", f"torch.{name}(m, m)"]
        cases[name + "_"] = [f"i.clone().{name}_(y.long())"]
    for name in _PROPERTIES:
        cases[name] = [f"torch.{name}(x)", f"torch.{name}(i)"]
    for name in _REDUCTIONS:
        cases[name] = [
            f"torch.{name}(x)", f"torch.{name}(x, dim=d)", f"torch.{name}(x, dim=d, keepdim=True)",
        ]  # fmt: skip
        if name not in ("prod", "argmax", "argmin"):
            cases[name] += [f"torch.{name}(x, dim=(0, -1))", f"torch.{name}(x, (0, 1), True)"]
    cases["norm"] += ["torch.norm(x, 1, d)", "torch.linalg.norm(x)"]
    for name in _PAIRS:
        cases[name] = [f"torch.{name}(x, {'1, ' if name in ('topk', 'kthvalue') else ''}dim=d)"]
        if name not in ("sort", "topk", "cummax", "cummin"):
            few = "1, " if name == "kthvalue" else ""
            cases[name].append(f"torch.{name}(x, {few}dim=d, keepdim=True)")
    del cases["mode"]
    cases["max"] += ["torch.max(x, y)", "x.max()", "torch.max(x, b)"]
    cases["min"] += ["torch.min(x, y)", "torch.min(x, b)"]
    cases["sort"] += ["torch.sort(x)", "torch.sort(x, d, True)", "torch.sort(i, d, stable=True)"]
    cases["topk"] += ["torch.topk(x, 2, d)", "torch.topk(x, 1, d, False)", "torch.topk(i, 1, d)"]
    cases["std_mean"].append("torch.std_mean(x)")
    cases["positive"].append("+x")
    return cases | _OTHERS


_OTHERS: dict[str, list[str]] = {
    # made anew
    "empty_like": ["torch.empty_like(x)", "torch.empty_like(x, dtype=torch.int64)"],
    "zeros_like": ["torch.zeros_like(x)", "torch.zeros_like(m, dtype=torch.float32)"],
    "ones_like": ["torch.ones_like(x)", "torch.ones_like(x, memory_format=torch.preserve_format)"],
    "full_like": ["torch.full_like(x, 2)"],
    "rand_like": ["torch.rand_like(x)", "torch.rand_like(x) + x"],
    "randn_like": ["torch.randn_like(x)"],
    "randint_like": ["torch.randint_like(x, 9)", "torch.randint_like(i, 2, 9)"],
    "zeros": ["torch.zeros(3, 1, 2)", "torch.zeros(0, 2)", "torch.zeros(x.shape)"],
    "ones": ["torch.ones(1, 0, 3)", "torch.ones(x.shape)"],
    "empty": ["torch.empty(2, 1)", "torch.empty(x.shape)"],
    "full": ["torch.full(x.shape, 2)"],
    "rand": ["torch.rand(x.shape)"],
    "randn": ["torch.randn(x.shape)"],
    "randint": ["torch.randint(3, x.shape)"],
    "randperm": ["torch.randperm(5)"],
    "arange": ["torch.arange(4)"], "range": ["torch.range(0, 3)"],
    "linspace": ["torch.linspace(0, 1, 4)", "torch.linspace(0, 1, 1)"],
    "logspace": ["torch.logspace(0, 1, 4)"],
    "eye": ["torch.eye(3)", "torch.eye(1, 3)", "torch.eye(0, 3)"],
    "scalar_tensor": ["torch.scalar_tensor(2)"],
    "tensor": ["torch.tensor([[1, 2]])", "torch.tensor([[[1.0], [2.0]]])", "torch.tensor(x)"],
    "as_tensor": ["torch.as_tensor(x)", "torch.as_tensor(x, dtype=torch.float64)"],
    "asarray": ["torch.asarray(x)", "torch.asarray(x, dtype=torch.float64)",
                "torch.asarray(x, copy=True)"],
    "from_numpy": ["torch.from_numpy(x.numpy())"],
    "tril_indices": ["torch.tril_indices(3, 3)"], "triu_indices": ["torch.triu_indices(3, 2)"],
    "new_zeros": ["x.new_zeros(3, 1)", "x.new_zeros(x.shape)"], "new_ones": ["x.new_ones(3, 1)"],
    "new_empty": ["x.new_empty(3, 1)"], "new_full": ["x.new_full((3, 1), 2)"],
    "new_tensor": ["x.new_tensor([[1], [2]])", "x.new_tensor(x)"], "new": ["x.new(2, 3)"],
    # copies and conversions
    "clone": ["x.clone()", "torch.clone(x)", "x.clone(memory_format=torch.contiguous_format)",
              "i.clone()", "m.clone()"],
    "contiguous": ["x.contiguous()", "m.contiguous()"],
    "to": ["x.to(torch.float64)", "x.to(torch.float32, copy=True)", "x.to('cpu')", "x.to(i)"],
    "type": ["x.type(torch.int64)", "x.type('torch.DoubleTensor')"],
    "type_as": ["x.type_as(i)", "i.type_as(x)"],
    "float": ["i.float()", "x.float()"], "double": ["x.double()"], "half": ["x.half()"],
    "long": ["x.long()"], "int": ["x.int()"], "short": ["x.short()"], "char": ["x.char()"],
    "byte": ["x.byte()"], "bool": ["x.bool()"], "cpu": ["x.cpu()"],
    "detach": ["x.detach()"], "data": ["x.data"], "real": ["x.real", "torch.real(x)"],
    "conj": ["x.conj()"],
    "__copy__": ["copy.deepcopy(x)", "copy.copy(x)"],
    # of three
    "addcmul": ["torch.addcmul(x, y, z)", "torch.addcmul(b, x, y)", "torch.addcmul(x, b, b)"],
    "addcdiv": ["torch.addcdiv(x, y, z)", "torch.addcdiv(b, y, x)"],
    "addcmul_": ["scratch(x).addcmul_(y, z)"], "addcdiv_": ["scratch(x).addcdiv_(y, z)"],
    "lerp": ["torch.lerp(x, y, 0.5)", "torch.lerp(x, y, z)", "torch.lerp(x, b, 0.5)",
             "torch.lerp(b, x, 0.5)", "torch.lerp(b, x, y)"],
    "lerp_": ["scratch(x).lerp_(y, 0.5)"],
    "clamp": ["x.clamp(0.2, 0.5)", "x.clamp(min=0.2)", "x.clamp(max=0.3)", "x.clamp(b, y)",
              "x.clamp(y)", "i.clamp(2, 3)", "i.clamp(2.5)"],
    "clip": ["x.clip(0.2, 0.5)"], "clamp_": ["x.clone().clamp_(0.1)"],
    "clip_": ["x.clone().clip_(0.1)"],
    "clamp_min": ["x.clamp_min(0.2)", "x.clamp_min(y)", "x.clamp_min(b)"],
    "clamp_max": ["x.clamp_max(0.2)", "x.clamp_max(y)"],
    "clamp_min_": ["scratch(x).clamp_min_(0.2)"], "clamp_max_": ["scratch(x).clamp_max_(0.2)"],
    "where": ["torch.where(m, x, y)", "torch.where(x > 0.5, b, y)", "torch.where(m, x, 0.0)",
              "torch.where(m, 0.0, y)", "torch.where(m, 1, 2)", "torch.where(m)", "x.where(m, y)",
              "torch.where(b > 0.5, x, y)"],
    "masked_fill": ["x.masked_fill(m, 0.0)", "x.masked_fill(b > 0.5, 0.0)",
                    "b.masked_fill(m, 0.0)", "y.masked_fill(m, 0.0)"],
    "masked_fill_": ["scratch(x).masked_fill_(m, 0.0)"],
    "masked_scatter": ["x.masked_scatter(m, y)"],
    "masked_scatter_": ["scratch(x).masked_scatter_(m, y)"],
    "masked_select": ["x.masked_select(m)", "torch.masked_select(x, b > 0.5)"],
    "logical_not": ["torch.logical_not(x)", "m.logical_not()"],
    "logical_not_": ["m.clone().logical_not_()"],
    "bitwise_not": ["~i", "~m"], "bitwise_not_": ["i.clone().bitwise_not_()"],
    "isin": ["torch.isin(x, y)", "torch.isin(i, 3)"],
    # operators
    "__add__": ["x + y", "x + b", "1 + x", "x * y", "2 * x", "x - b", "1 - x", "x / y", "1 / x",
                "x ** 2", "2 ** x", "x ** y", "x // y", "2 // x", "x % y", "2 % x", "-x", "abs(x)",
                "x < y", "x == y", "m & m", "m | (y > 0.5)", "i ^ i", "x @ y", "x + i", "x * i + y",
                "(x + y) * b", "x.sum(0) + y", "y + x.sum(0)", "x + x.mean(d, keepdim=True)",
                "i << 1", "i >> 1", "x * 2 + 1", "x + 1.5 * y", "x > 0.5", "i > 2", "i / 2"],
    "__pos__": ["+x"],
    "__iadd__": ["iadd(x, y)", "iadd(x, 1)"],
    # reductions
    "argmax": ["x.argmax()", "x.argmax(d)", "x.argmax(d, keepdim=True)", "i.argmax(d)"],
    "argmin": ["x.argmin(d)", "x.argmin(d, True)"],
    "count_nonzero": ["torch.count_nonzero(x)", "torch.count_nonzero(x, d)",
                      "torch.count_nonzero(x, (0, 1))"],
    "nanmean": [], "quantile": ["torch.quantile(x, 0.5)", "torch.quantile(x, 0.5, d)",
                                "torch.quantile(x, torch.tensor([0.2, 0.5]), d)",
                                "torch.quantile(x, torch.tensor([0.2, 0.5]), d, keepdim=True)"],
    "nanquantile": ["torch.nanquantile(x, 0.5, d)", "torch.nanquantile(x, 0.5, d, True)"],
    "cumsum": ["x.cumsum(d)", "i.cumsum(d)", "m.cumsum(d)", "x.cumsum(d, dtype=torch.float64)"],
    "cumprod": ["x.cumprod(d)", "i.cumprod(d)"],
    "cumsum_": ["scratch(x).cumsum_(d)"], "cumprod_": ["scratch(x).cumprod_(d)"],
    "diff": ["torch.diff(x)", "torch.diff(x, dim=d)", "torch.diff(x, 2, d)",
             "torch.diff(x, dim=d, prepend=x)", "torch.diff(m, dim=d)"],
    "dist": ["torch.dist(x, y)"], "trace": ["torch.trace(x)"],
    "softmax": ["x.softmax(d)", "torch.softmax(x, -1)", "F.softmax(x, d)", "nn.Softmax(d)(x)",
                "x.softmax(d, dtype=torch.float64)"],
    "log_softmax": ["x.log_softmax(d)", "F.log_softmax(x, -1)", "nn.LogSoftmax(d)(x)"],
    "argsort": ["x.argsort(d)", "x.argsort()", "x.argsort(d, descending=True)"],
    "unique": ["torch.unique(x)", "torch.unique(x, return_inverse=True)",
               "torch.unique(x, return_counts=True)", "torch.unique(x, dim=d)",
               "torch.unique(x, False, True, True)"],
    "unique_consecutive": ["torch.unique_consecutive(x)", "torch.unique_consecutive(x, True, True)",
                           "torch.unique_consecutive(x, dim=d)"],
    "bincount": ["torch.bincount(i)"], "histc": ["torch.histc(x, 4)"],
    "bucketize": ["torch.bucketize(x, torch.tensor([0.2, 0.5]))"],
    "searchsorted": ["torch.searchsorted(torch.tensor([0.2, 0.5]), x)",
                     "torch.searchsorted(x.sort().values, y)"],
    "allclose": [], "equal": [],
    # shapes
    "view": ["x.view(x.shape)", "x.view(-1)", "x.view(x.shape + (1,))", "x.view((1,) + x.shape)",
             "x.view(-1, 1)", "x.view(torch.int32)"],
    "view_as": ["x.view_as(y)"],
    "reshape": ["x.reshape(-1)", "x.reshape(x.shape)", "x.reshape((1,) + x.shape + (1,))",
                "x.reshape(-1, 1)", "x.reshape(x.shape[::-1])", "x.reshape(1, -1)"],
    "reshape_as": ["x.reshape_as(y)"],
    "flatten": ["x.flatten()", "x.flatten(1)", "x.flatten(0, 1)", "nn.Flatten()(x)"],
    "unflatten": ["x.unflatten(d, (-1, 1))", "x.unflatten(d, (1, -1))",
                  "nn.Unflatten(0, (1, -1))(x)", "x.unflatten(d, (2, -1))"],
    "ravel": ["x.ravel()"],
    "squeeze": ["x.squeeze()", "x.squeeze(d)", "x.squeeze((0, -1))", "x[None].squeeze(0)"],
    "unsqueeze": ["x.unsqueeze(0)", "x.unsqueeze(-1)", "x.unsqueeze(d)"],
    "squeeze_": ["x.clone().squeeze_()"], "unsqueeze_": ["x.clone().unsqueeze_(d)"],
    "atleast_1d": ["torch.atleast_1d(x)"], "atleast_2d": ["torch.atleast_2d(x)"],
    "atleast_3d": ["torch.atleast_3d(x)"],
    "expand": ["x.expand(2, *x.shape)", "x.expand(x.shape)", "x[:1].expand(3, *x.shape[1:])",
               "x.unsqueeze(d).expand_as(x.unsqueeze(d))", "x.expand(0, *x.shape)",
               "x.expand(1, *x.shape)"],
    "expand_as": ["b.expand_as(x)"], "broadcast_to": ["torch.broadcast_to(b, x.shape)"],
    "broadcast_tensors": ["torch.broadcast_tensors(x, b)"],
    "permute": ["x.permute(tuple(range(x.ndim))[::-1])", "torch.permute(x, (1, 0, 2))"],
    "transpose": ["x.transpose(0, -1)", "x.transpose(d, 0)", "x.transpose(d, d)"],
    "transpose_": ["x.clone().transpose_(0, -1)"], "swapdims_": ["x.clone().swapdims_(0, -1)"],
    "swapaxes_": ["x.clone().swapaxes_(0, -1)"], "t_": ["x.clone().t_()"],
    "swapaxes": ["x.swapaxes(0, -1)"], "swapdims": ["x.swapdims(0, -1)"],
    "t": ["x.t()"], "T": ["x.T"], "mT": ["x.mT"], "mH": ["x.mH"], "H": ["x.H"],
    "movedim": ["x.movedim(0, -1)", "x.movedim((0, 1), (1, 0))"],
    "moveaxis": ["x.moveaxis(0, -1)"],
    "unfold": ["x.unfold(d, 2, 1)", "x.unfold(d, 1, 2)", "x.unfold(d, 0, 1)", "x.unfold(-1, 2, 2)"],
    "diagonal": ["x.diagonal()", "x.diagonal(1)", "x.diagonal(0, -2, -1)", "x.diagonal(-1, 0, -1)"],
    "diag": ["torch.diag(x)", "torch.diag(x, 1)"],
    "diag_embed": ["torch.diag_embed(x)", "torch.diag_embed(x, 1)",
                   "torch.diag_embed(x, 0, 0, 1)", "torch.diag_embed(x, 0, 0, -1)"],
    "as_strided": ["x.as_strided((1, 1), (1, 1))", "x.as_strided((2,), (0,))",
                   "x.contiguous().as_strided((1, 1), (3, 7))"],
    "select": ["x.select(d, 0)", "x.select(-1, -1)"], "narrow": ["x.narrow(d, 0, 1)",
                                                                 "x.narrow(0, 1, 1)",
                                                                 "x.narrow(d, 0, 0)"],
    "chunk": ["x.chunk(2, d)", "x.chunk(3)"], "split": ["x.split(1, d)", "x.split(2)"],
    "split_with_sizes": ["x.split_with_sizes((1, 1))"],
    "tensor_split": ["x.tensor_split(2, d)", "x.tensor_split((1,), d)"],
    "unbind": ["x.unbind(d)", "x.unbind()", "tuple(x)"],
    "resize_": ["x.clone().resize_(2, 1)", "torch.zeros(2, 3).resize_(x.shape)"],
    "resize_as_": ["torch.zeros(2, 3).resize_as_(x)"],
    # indexing
    "__getitem__": [
        "x[0]", "x[-1]", "x[:, 0]", "x[..., 0]", "x[1:]", "x[:, ::2]", "x[..., 1:]", "x[::2]",
        "x[None]", "x[:, None]", "x[..., None]", "x[0:0]", "x[5:9]", "x[:1]", "x[..., :1]",
        "x[[0]]", "x[[0, 0]]", "x[:, [0]]", "x[..., [0, 0]]", "x[[0], [0]]", "x[[0], :, [0]]",
        "x[:, [0], [0]]", "x[m]", "x[x > 0.5]", "x[torch.tensor([[0, 0]])]", "x[0, [0, 0]]",
        "x[:, torch.tensor([[0], [0]])]", "x[None, [0]]", "x[[0], ..., 0]",
        "x[:, :, [0, 0]]", "x[[0], :, :, [0]]", "x[::2, [0]]", "x[..., 0, [0, 0]]", "x[True]",
        "x[torch.tensor(0)]", "x[:, torch.tensor([], dtype=torch.int64)]", "x[[0, 0], 1:]",
        "x[1:, [0, 0]]", "x[:0, ::2]", "x[2:1:2]", "x[..., 1::2]", "x[:, [0, 0], :, [0, 0]]",
    ],
    "take": ["x.take(torch.tensor([0, 0]))", "x.take(i * 0)", "torch.take(x, i.mT * 0)"],
    "take_along_dim": ["torch.take_along_dim(x, i * 0, d)", "torch.take_along_dim(x, i.t() * 0)"],
    "gather": ["x.gather(d, i * 0)", "torch.gather(x, 0, torch.zeros_like(i))",
               "y.gather(d, (i * 0)[:1])"],
    "scatter": ["x.scatter(d, i * 0, y)", "x.scatter(d, i * 0, 1.0)"],
    "scatter_add": ["x.scatter_add(d, i * 0, y)"],
    "scatter_": ["scratch(x).scatter_(d, i * 0, y)"],
    "scatter_add_": ["scratch(x).scatter_add_(d, i * 0, y)"],
    "index_select": ["x.index_select(d, torch.tensor([0, 0]))",
                     "x.index_select(d, torch.tensor([0]))", "i.index_select(-1, torch.tensor(0))"],
    "index_add": ["x.index_add(0, torch.tensor([0]), y[:1])"],
    "index_copy": ["x.index_copy(0, torch.tensor([0]), y[:1])"],
    "index_fill": ["x.index_fill(d, torch.tensor([0]), 2.0)"],
    "index_add_": ["scratch(x).index_add_(0, torch.tensor([0]), y[:1])"],
    "index_copy_": ["scratch(x).index_copy_(0, torch.tensor([0]), y[:1])"],
    "index_fill_": ["scratch(x).index_fill_(d, torch.tensor([0]), 2.0)"],
    "nonzero": ["x.nonzero()", "m.nonzero()", "m.nonzero(as_tuple=True)"],
    "argwhere": ["torch.argwhere(m)"],
    # joining and repeating
    "cat": ["torch.cat([x, y])", "torch.cat([x, y], d)", "torch.cat([x, x], -1)",
            "torch.cat([x], d)", "torch.cat([x, i], d)", "torch.cat([b, b])",
            "torch.cat([x, torch.empty(0)], d)", "torch.cat([y, x, z], d)"],
    "concat": ["torch.concat([x, y])"], "concatenate": ["torch.concatenate([x, y])"],
    "stack": ["torch.stack([x, y])", "torch.stack([x, x], d)", "torch.stack([x, y], -1)",
              "torch.stack([x])"],
    "hstack": ["torch.hstack([x, y])"], "vstack": ["torch.vstack([x, y])"],
    "row_stack": ["torch.row_stack([x, y])"],
    "column_stack": ["torch.column_stack([x, y])"],
    "repeat": ["x.repeat(2, *(1,) * (x.ndim - 1))", "x.repeat((1,) * x.ndim)",
               "x.repeat(3, *(1,) * x.ndim)", "x.repeat((2,) * x.ndim)",
               "x.repeat(0, *(1,) * x.ndim)"],
    "tile": ["torch.tile(x, (2,))", "x.tile(1, 2)"],
    "repeat_interleave": ["x.repeat_interleave(2)", "x.repeat_interleave(2, d)",
                          "torch.repeat_interleave(i)"],
    "meshgrid": ["torch.meshgrid(x, x, indexing='ij')", "torch.meshgrid(x, x, indexing='xy')",
                 "torch.meshgrid(x, torch.ones(1), indexing='ij')"],
    "cartesian_prod": ["torch.cartesian_prod(x, x)", "torch.cartesian_prod(x)"],
    "tril": ["x.tril()", "torch.tril(x, 1)"], "triu": ["x.triu()", "torch.triu(x, -1)"],
    "tril_": ["scratch(x).tril_()"], "triu_": ["scratch(x).triu_()"],
    "flip": ["x.flip(0)", "x.flip(d)", "x.flip(0, -1)", "x.flip(())"],
    "roll": ["x.roll(1)", "x.roll(1, d)", "x.roll((1, 1), (0, -1))"],
    "fliplr": ["torch.fliplr(x)"], "flipud": ["torch.flipud(x)"],
    "rot90": ["torch.rot90(x)", "torch.rot90(x, 2)", "torch.rot90(x, 3, (0, -1))",
              "torch.rot90(x, 0)"],
    # linear algebra
    "matmul": ["x @ y.mT", "x.matmul(y)", "x @ y[0]", "x[0] @ y", "torch.matmul(x, y.transpose(-1, "
               "-2))", "x @ x.mT", "x.mT @ y", "x @ y.mT[0]", "x[0] @ y.mT",
               "torch.matmul(x, torch.ones(x.shape[-1]))", "x @ y.reshape(-1, x.shape[-1]).mT",
               "torch.ones(2, x.shape[0]) @ x", "torch.ones(2, x.shape[-2]) @ x"],
    "mm": ["torch.mm(x, y.mT)", "torch.mm(x.mT, y)", "torch.mm(i, i.mT)"],
    "bmm": ["torch.bmm(x, y.mT)", "torch.bmm(x.mT, y)", "torch.bmm(i, i.mT)"],
    "mv": ["torch.mv(x, y[0])"], "dot": ["torch.dot(x, y)"], "vdot": ["torch.vdot(x, y)"],
    "inner": ["torch.inner(x, y)", "torch.inner(x, torch.tensor(2.0))"],
    "outer": ["torch.outer(x, y)", "torch.outer(x, torch.ones(1))"], "ger": ["torch.ger(x, y)"],
    "addmm": ["torch.addmm(x @ y.mT, x, y.mT)", "torch.addmm(b, x, y.mT)",
              "torch.addmm(torch.ones(1), x, y.mT)"],
    "baddbmm": ["torch.baddbmm(x @ y.mT, x, y.mT)", "torch.baddbmm(torch.ones(1), x, y.mT)"],
    "addmm_": ["(x @ y.mT).addmm_(x, y.mT)"], "baddbmm_": ["(x @ y.mT).baddbmm_(x, y.mT)"],
    "chain_matmul": ["torch.chain_matmul(x, y.mT, x)"],
    "tensordot": ["torch.tensordot(x, y, x.ndim)", "torch.tensordot(x, y, ([0], [0]))",
                  "torch.tensordot(x, y, ([-1], [-1]))", "torch.tensordot(x, y, 0)"],
    "kron": ["torch.kron(x, y)", "torch.kron(x, b)"],
    "cross": ["torch.cross(x, y, d)", "torch.linalg.cross(x, y, dim=d)"],
    "einsum": ["torch.einsum('i->i', x)", "torch.einsum('ij->ji', x)", "torch.einsum('ij->i', x)",
               "torch.einsum('ij,kj->ik', x, y)", "torch.einsum('ij,kj->ki', x, y)",
               "torch.einsum('bij,bkj->bik', x, y)", "torch.einsum('bij,bkj->kbi', x, y)",
               "torch.einsum('ij,ij->ij', x, y)", "torch.einsum('i,j->ij', x, y)",
               "torch.einsum('ii->i', x)", "torch.einsum('ijk->kj', x)",
               "torch.einsum('...i,...i->...', x, y)", "torch.einsum('bcl,ock->bol', x, y)"],
    "linalg.norm": ["torch.linalg.norm(x, dim=d)", "torch.linalg.norm(x, 1, d, True)"],
    "linalg.vector_norm": ["torch.linalg.vector_norm(x, dim=d)"],
    "linalg.inv": ["torch.linalg.inv(x @ x.mT + torch.eye(x.shape[-2]))"],
    "linalg.det": ["torch.linalg.det(x @ x.mT)"],
    "linalg.solve": ["torch.linalg.solve(x @ x.mT + torch.eye(x.shape[-2]), y)"],
    "linalg.matmul": ["torch.linalg.matmul(x, y.mT)"],
    "linalg.matrix_rank": ["torch.linalg.matrix_rank(x @ x.mT)"],
    # random
    "bernoulli": ["torch.bernoulli(x)", "torch.bernoulli(x, 0.5)"],
    "bernoulli_": ["scratch(x).bernoulli_()", "x.clone().bernoulli_(y)"],
    "normal": ["torch.normal(x, y)", "torch.normal(x, 1.0)", "torch.normal(0.0, x)",
               "torch.normal(x, b)"],
    "normal_": ["x.clone().normal_()"], "uniform_": ["x.clone().uniform_()"],
    "random_": ["x.clone().random_(3)"], "exponential_": ["x.clone().exponential_()"],
    "multinomial": ["torch.multinomial(x, 1)", "torch.multinomial(x, 2, True)"],
    # in place
    "copy_": ["scratch(x).copy_(y)", "x.clone().copy_(b)"], "fill_": ["scratch(x).fill_(1)"],
    "zero_": ["scratch(x).zero_()"], "fill_diagonal_": ["scratch(x).fill_diagonal_(1)"],
    "apply_": ["scratch(x).apply_(lambda v: v)"],
    "map_": ["scratch(x).map_(y, lambda v, w: v)"],
    "out=": ["torch.add(x, y, out=torch.empty(0))", "torch.add(x, y, out=scratch(z))",
             "torch.sum(x, d, out=torch.empty(0))", "torch.cat([x, y], d, out=torch.empty(0))",
             "torch.exp(x, out=torch.empty(0))", "torch.matmul(x, y.mT, out=torch.empty(0))"],
    # torch.nn
    "F.linear": ["F.linear(x, torch.ones(2, x.shape[-1]))",
                 "F.linear(x, torch.ones(2, x.shape[-1]), torch.ones(2))",
                 "nn.Linear(x.shape[-1], 3)(x)", "F.linear(x, y)",
                 "F.linear(x, torch.ones(1, x.shape[-1]))",
                 "F.linear(x, torch.ones(x.shape[-1]))"],
    "conv1d": ["F.conv1d(x, torch.ones(3, x.shape[-2], 1))", "F.conv1d(x, y[:, :, :1])",
               "nn.Conv1d(x.shape[-2], 4, 2, padding=1)(x)", "nn.Conv1d(x.shape[-2], 1, 1)(x)",
               "nn.Conv1d(x.shape[-2], 2, 1, stride=2, bias=False)(x)",
               "nn.Conv1d(x.shape[-2], x.shape[-2], 1, groups=x.shape[-2])(x)",
               "nn.Conv1d(x.shape[-2], 2, 2, padding='same')(x)",
               "nn.Conv1d(x.shape[-2], 2, 3, padding=1, padding_mode='circular')(x)",
               "nn.Conv1d(x.shape[-2], 2, 1).double()(x.double())", "torch.conv1d(x, y)"],
    "conv_transpose1d": ["F.conv_transpose1d(x, torch.ones(x.shape[-2], 3, 2))",
                         "nn.ConvTranspose1d(x.shape[-2], 1, 2, stride=2)(x)"],
    "F.pad": ["F.pad(x, (1, 2))", "F.pad(x, (0, 0))", "F.pad(x, (1, 0, 2, 1))", "F.pad(x, (-1, 0))",
              "F.pad(x, (1, 1), mode='replicate')", "F.pad(x, (1, 1), mode='reflect')",
              "F.pad(x, (1, 1), mode='circular')", "F.pad(x, (0, 1), value=2.0)",
              "nn.ConstantPad1d(1, 0.0)(x)", "nn.ZeroPad1d(1)(x)", "nn.ReflectionPad1d(1)(x)",
              "nn.ReplicationPad1d(1)(x)", "nn.CircularPad1d(1)(x)", "F.pad(x, (-1, 1))"],
    "avg_pool1d": ["F.avg_pool1d(x, 2)", "F.avg_pool1d(x, 2, 1, 1)", "nn.AvgPool1d(1)(x)",
                   "F.avg_pool1d(i, 1)"],
    "max_pool1d": ["F.max_pool1d(x, 2)", "F.max_pool1d(x, 2, 1, 1)", "nn.MaxPool1d(1)(x)",
                   "F.max_pool1d(x, 2, return_indices=True)"],
    "max_pool1d_with_indices": ["torch.max_pool1d_with_indices(x, 2)"],
    "adaptive_avg_pool1d": ["F.adaptive_avg_pool1d(x, 2)", "nn.AdaptiveAvgPool1d(1)(x)"],
    "adaptive_max_pool1d": ["F.adaptive_max_pool1d(x, 2)", "nn.AdaptiveMaxPool1d(1)(x)",
                            "F.adaptive_max_pool1d(x, 2, return_indices=True)"],
    "F.batch_norm": ["nn.BatchNorm1d(x.shape[1])(x)", "nn.BatchNorm1d(x.shape[1]).eval()(x)",
                     "F.batch_norm(x, None, None, training=True)",
                     "nn.BatchNorm1d(x.shape[1], affine=False)(x)",
                     "nn.BatchNorm1d(x.shape[1], track_running_stats=False)(x)"],
    "F.layer_norm": ["nn.LayerNorm(x.shape[-1])(x)", "F.layer_norm(x, x.shape[-1:])",
                     "F.layer_norm(x, x.shape[-2:])"],
    "F.normalize": ["F.normalize(x, dim=d)", "F.normalize(x)"],
    "F.one_hot": ["F.one_hot(i)", "F.one_hot(i, 9)"],
    "F.embedding": ["F.embedding(i * 0, torch.ones(3, 2))", "nn.Embedding(9, 1)(i)",
                    "nn.Embedding(9, 4)(i)"],
    "F.dropout": ["F.dropout(x, 0.5)", "F.dropout(x, 0.0)", "F.dropout(x, 1.0)", "nn.Dropout()(x)",
                  "F.dropout(x, 0.5, False)"],
    "F.alpha_dropout": ["F.alpha_dropout(x, 0.5, True)", "nn.AlphaDropout()(x)"],
    "F.feature_alpha_dropout": ["F.feature_alpha_dropout(x, 0.5, True)",
                                "nn.FeatureAlphaDropout()(x)"],
    "F.dropout1d": ["F.dropout1d(x, 0.5)", "nn.Dropout1d()(x)"],
    "F.relu": ["F.relu(x)", "nn.ReLU()(x)", "F.relu(x.clone(), inplace=True)"],
    "F.relu6": ["F.relu6(x)", "nn.ReLU6()(x)"], "F.gelu": ["F.gelu(x)", "nn.GELU()(x)",
                                                            "F.gelu(x, approximate='tanh')"],
    "F.elu": ["F.elu(x)", "nn.ELU()(x)"], "F.silu": ["F.silu(x)", "nn.SiLU()(x)"],
    "F.hardtanh": ["F.hardtanh(x)", "nn.Hardtanh()(x)"],
    "F.leaky_relu": ["F.leaky_relu(x)", "nn.LeakyReLU(0.2)(x)"],
    "F.logsigmoid": ["F.logsigmoid(x)", "nn.LogSigmoid()(x)"],
    "F.softplus": ["F.softplus(x)", "nn.Softplus()(x)"],
    "F.softsign": ["F.softsign(x)", "nn.Softsign()(x)"],
    "F.tanh": ["F.tanh(x)", "nn.Tanh()(x)"], "F.sigmoid": ["F.sigmoid(x)", "nn.Sigmoid()(x)"],
    "F.celu": ["F.celu(x)", "nn.CELU()(x)", "torch.celu(x)"],
    "F.selu": ["F.selu(x)", "nn.SELU()(x)", "torch.selu(x)"],
    "F.mish": ["F.mish(x)", "nn.Mish()(x)"],
    "F.hardshrink": ["F.hardshrink(x)", "nn.Hardshrink()(x)"],
    "F.hardsigmoid": ["F.hardsigmoid(x)", "nn.Hardsigmoid()(x)"],
    "F.hardswish": ["F.hardswish(x)", "nn.Hardswish()(x)"],
    "F.softshrink": ["F.softshrink(x)", "nn.Softshrink()(x)"],
    "F.tanhshrink": ["F.tanhshrink(x)", "nn.Tanhshrink()(x)"],
    "F.threshold": ["F.threshold(x, 0.5, 0.0)", "nn.Threshold(0.5, 0.0)(x)"],
    "F.softmin": ["F.softmin(x, d)", "nn.Softmin(d)(x)"],
    "F.glu": ["F.glu(x, d)", "nn.GLU(0)(x)"],
    "F.prelu": ["nn.PReLU()(x)", "nn.PReLU(x.shape[1])(x)", "F.prelu(x, torch.ones(1))"],
    "nn.init": ["F.elu_(scratch(x))", "F.hardtanh_(scratch(x))", "F.leaky_relu_(scratch(x))",
                "F.threshold_(scratch(x), 0.5, 0.0)", "F.celu_(scratch(x))", "F.selu_(scratch(x))"],
    "F.group_norm": ["nn.GroupNorm(1, x.shape[1])(x)", "F.group_norm(x, x.shape[1])"],
    "F.instance_norm": ["nn.InstanceNorm1d(x.shape[1])(x)", "F.instance_norm(x)"],
    "F.interpolate": ["F.interpolate(x, scale_factor=2)", "nn.Upsample(scale_factor=2)(x)",
                      "F.interpolate(x, size=3, mode='linear')",
                      "F.interpolate(x, size=2, mode='area')", "F.upsample(x, size=4)"],
    "F.conv2d": ["F.conv2d(x, torch.ones(3, x.shape[-3], 1, 1))", "F.conv2d(x, y[..., :1, :1])",
                 "nn.Conv2d(x.shape[-3], 4, 2, padding=1)(x)"],
    "hann_window": ["torch.hann_window(4)", "torch.hamming_window(3)", "torch.bartlett_window(1)",
                    "torch.blackman_window(0)"],
    "norm_except_dim": ["torch.norm_except_dim(x, 2, 0)"],
    "nn.Identity": ["nn.Identity()(x)"], "nn.Sequential": ["nn.Sequential(nn.ReLU())(x)"],
    "F.mse_loss": ["F.mse_loss(x, y, reduction='none')", "nn.MSELoss()(x, y)"],
    "F.l1_loss": ["F.l1_loss(x, y, reduction='none')", "nn.L1Loss(reduction='none')(x, y)"],
    "F.smooth_l1_loss": ["F.smooth_l1_loss(x, y, reduction='none')",
                         "nn.SmoothL1Loss(reduction='none')(x, y)"],
    "F.huber_loss": ["F.huber_loss(x, y, reduction='none')",
                     "nn.HuberLoss(reduction='none')(x, y)"],
    "F.kl_div": ["F.kl_div(x, y, reduction='none')", "nn.KLDivLoss(reduction='none')(x, y)",
                 "F.kl_div(x, y, reduction='none', log_target=True)"],
    "F.binary_cross_entropy": ["F.binary_cross_entropy(x, y, reduction='none')",
                               "nn.BCELoss(reduction='none')(x, y)",
                               "F.binary_cross_entropy(x, y, z, reduction='none')"],
    "F.binary_cross_entropy_with_logits": [
        "F.binary_cross_entropy_with_logits(x, y, reduction='none')",
        "nn.BCEWithLogitsLoss(reduction='none')(x, y)",
        "F.binary_cross_entropy_with_logits(x, y, z, reduction='none')"],
    "F.cross_entropy": ["F.cross_entropy(x, y, reduction='none')",
                        "F.cross_entropy(x, i.select(1, 0) * 0, reduction='none')",
                        "nn.CrossEntropyLoss(reduction='none')(x, y)"],
    "F.nll_loss": ["F.nll_loss(x, i.select(1, 0) * 0, reduction='none')",
                   "nn.NLLLoss(reduction='none')(x, i.select(1, 0) * 0)"],
    "F.cosine_similarity": ["F.cosine_similarity(x, y, dim=d)"],
    # gradients
    "backward": [
        "grad_of(lambda t: t.sum(), x)", "grad_of(lambda t: (t * y).sum(), x)",
        "grad_of(lambda t: (t * t).sum(), x)", "grad_of(lambda t: t.exp().sum(), x)",
        "grad_of(lambda t: t.mean(d).sum(), x)", "grad_of(lambda t: (t @ y.mT).sum(), x)",
        "grad_of(lambda t: t.softmax(d).sum(), x)", "grad_of(lambda t: t[0].sum(), x)",
        "grad_of(lambda t: t.mT.exp().sum(), x)",
        "grad_of(lambda t: (t + y).pow(2).sum(), x)",
        "grad_of(lambda t: nn.Conv1d(x.shape[-2], 2, 1)(t).sum(), x)",
        "grad_of(lambda t: (t * t).sum(), scratch(x).data)",
        "grad_of(lambda t: (t * x).sum(), b)",
        "grad_of(lambda t: (t.clone() * x).sum() + t.sum(), y)",
    ],
}  # fmt: skip

CASES = _cases()

LEFT_OUT = {
    "they give numbers, truths, names or sizes, not tensors": (
        "allclose equal item tolist size dim ndimension numel nelement element_size nbytes ndim "
        "is_complex is_conj is_floating_point is_inference is_neg is_nonzero is_same_size "
        "is_signed is_tensor is_grad_enabled is_set_to is_contiguous stride storage_offset "
        "data_ptr dtype device layout shape itemsize is_cuda is_leaf is_quantized is_sparse "
        "output_nr can_cast "
        "broadcast_shapes promote_types result_type get_default_device get_default_dtype "
        "are_deterministic_algorithms_enabled "
        "get_device get_num_threads set_default_dtype set_num_threads set_printoptions "
        "initial_seed manual_seed use_deterministic_algorithms storage untyped_storage numpy seed"
    ),
    "they give no new tensor, or change only what is noted on one": (
        "requires_grad requires_grad_ retain_grad retains_grad register_hook grad grad_fn detach_ "
        "set_rng_state _made_of _describe_anew nn.init nn.utils nn.functional nn.parameter"
    ),
    "they refuse every tensor here": "imag cuda",
    "their results have one dim of a fixed length": "get_rng_state",
    "PyTorch itself ends the process for some layouts of a weight": "_weight_norm",
    "they are the old constructors": (
        "BoolTensor ByteTensor CharTensor DoubleTensor FloatTensor HalfTensor IntTensor LongTensor "
        "ShortTensor"
    ),
    "they only hold other layers, or parameters": (
        "nn.Module nn.ModuleDict nn.ModuleList nn.Buffer nn.Parameter nn.ParameterDict "
        "nn.ParameterList"
    ),
}
"""What the table above leaves out, by the reason."""


def names(table: dict[str, list[str]] = CASES) -> str:
    """Return all lines together, in which the name of every operation is to be found."""
    return "\n".join(line for lines in table.values() for line in lines)
