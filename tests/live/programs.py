"""Random programs of the kind learners write: make, cut, turn, convolve, sum, print, go wrong."""

import random

__all__ = ["program"]


class _Writer:
    """Writes one program line by line; remembers which names hold tensors, roughly of what rank."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.ranks: dict[str, int] = {}
        self.layers: list[str] = []
        self.count = 0

    def lines(self, length: int) -> list[str]:
        """Return a program of about `length` lines."""
        written = [f"torch.manual_seed({self.random.randrange(10**6)})"]
        written += [self.create(), self.create(), self.layer(), self.create()]
        kinds = (
            (self.create, 2), (self.layer, 1), (self.call_layer, 4), (self.index, 5),
            (self.reshape, 5), (self.arithmetic, 4), (self.reduce, 4), (self.question, 3),
            (self.compare, 2), (self.join, 2), (self.products, 3), (self.gradient, 2),
            (self.change, 2), (self.function, 3), (self.by_hand, 1),
        )  # fmt: skip
        choices = [kind for kind, weight in kinds for _ in range(weight)]
        while len(written) < length:
            written.append(self.random.choice(choices)())
        return written

    # --- words

    def one_of(self, *words: str) -> str:
        return self.random.choice(words)

    def size(self) -> int:
        return self.random.choice((1, 2, 2, 3, 4, 5, 6, 6, 8, 12))

    def name(self) -> str:
        return self.random.choice(list(self.ranks)) if self.ranks else "torch.ones(3)"

    def dim(self, name: str) -> int:
        rank = self.ranks.get(name, 1)
        if self.random.random() < 0.07:
            return self.random.choice((rank, rank + 1, -rank - 1))
        return self.random.randrange(-max(rank, 1), max(rank, 1))

    def keep(self, expression: str, rank: int) -> str:
        """Write `name = expression` or, as often, the expression alone, which is echoed."""
        if self.random.random() < 0.5:
            return expression
        self.count += 1
        name = f"{self.random.choice('abcxyz')}{self.count}"
        self.ranks[name] = rank
        return f"{name} = {expression}"

    # --- lines

    def create(self) -> str:
        rank = self.random.choice((1, 1, 2, 2, 3, 3, 3))
        sizes = [self.size() for _ in range(rank)]
        shape = ", ".join(map(str, sizes))
        total = 1
        for size in sizes:
            total *= size
        self.count += 1
        name = f"{self.random.choice('abcxyz')}{self.count}"
        self.ranks[name] = rank
        made = self.one_of(
            f"torch.rand({shape})", f"torch.randn({shape})", f"torch.zeros({shape})",
            f"torch.ones({shape})", f"torch.arange({total}).reshape({shape})",
            f"torch.arange({total}.0).view({shape})", f"torch.randint(0, 9, ({shape},))",
            f"torch.full(({shape},), {self.one_of('1.5', '2', 'True')})",
            f"torch.rand({shape}, requires_grad=True)",
            f"torch.linspace(0, 1, {total}).reshape({shape})",
            f"torch.tensor({[self.random.randrange(-5, 9) / 2 for _ in range(rank * 2)]})",
            f"torch.ones({shape}, dtype=torch.float64)",
        )  # fmt: skip
        return f"{name} = {made}"

    def layer(self) -> str:
        self.count += 1
        name = f"conv{self.count}"
        self.layers.append(name)
        groups = self.random.choice((1, 1, 1, 1, 2))
        options = self.random.sample(
            (
                f"stride={self.random.randrange(1, 3)}", f"padding={self.random.randrange(0, 3)}",
                f"dilation={self.random.randrange(1, 3)}", f"groups={groups}", "bias=False",
                "padding='same'",
            ),
            self.random.choice((0, 0, 0, 1, 2)),
        )  # fmt: skip
        names = {option.partition("=")[0] for option in options}
        options = options if len(names) == len(options) else options[:1]
        first = [str(self.random.choice((1, 2, 2, 3, 4, 6))) for _ in range(2)]
        kernel = str(self.random.choice((1, 2, 3, 3, 5)))
        return f"{name} = nn.Conv1d({', '.join([*first, kernel, *options])})"

    def call_layer(self) -> str:
        layer = self.random.choice(self.layers)
        shape = f"{self.size()}, {layer}.in_channels, {self.random.randrange(2, 9)}"
        return self.keep(
            self.one_of(
                f"{layer}({self.name()})", f"{layer}(torch.rand({shape}))",
                f"{layer}(torch.rand({shape})).shape", f"{layer}(torch.ones({shape}))[0, 0]",
                f"{layer}(torch.rand({shape}).double())", f"{layer}.weight[0]", f"{layer}.bias",
                f"{layer}.weight.shape", f"{layer}", f"torch.relu({layer}(torch.rand({shape})))",
                f"{layer}(torch.rand({shape})).mean()", f"{layer}(torch.rand({shape})[0])",
                f"nn.functional.conv1d(torch.ones({shape}), {layer}.weight)",
                f"{layer}(torch.rand({shape}).permute(0, 2, 1))",
            ),
            3,
        )  # fmt: skip

    def index(self) -> str:
        name = self.name()
        rank = self.ranks.get(name, 1)
        length = self.random.randrange(1, max(rank, 1) + 1)
        if self.random.random() < 0.06:
            length += 1
        parts = []
        left = rank
        for _ in range(length):
            part = self.one_of(
                "0", "0", "1", "-1", ":", ":", "1:", ":2", "::2", "-2:", "0:1", "None", "...",
                "[0, 0]", "torch.tensor([0])", "7", f"{name} > 0.5" if length == 1 else ":",
            )  # fmt: skip
            parts.append("0" if part == "..." and "..." in parts else part)
            left -= part in ("0", "1", "-1", "7")
        return self.keep(f"{name}[{', '.join(parts)}]", max(left, 0))

    def reshape(self) -> str:
        name = self.name()
        rank = self.ranks.get(name, 1)
        one, two = self.dim(name), self.dim(name)
        order = list(range(rank))
        self.random.shuffle(order)
        sizes = ", ".join(str(self.random.choice((-1, 1, 2, 3, 6))) for _ in range(2))
        expression, after = self.random.choice(
            (
                (f"{name}.transpose({one}, {two})", rank),
                (f"{name}.permute({', '.join(map(str, order)) or 0})", rank),
                (f"{name}.T", rank), (f"{name}.t()", rank),
                (f"{name}.reshape(-1)", 1), (f"{name}.view(-1)", 1), (f"{name}.flatten()", 1),
                (f"{name}.reshape({sizes})", 2), (f"{name}.view({sizes})", 2),
                (f"{name}.unsqueeze({one})", rank + 1), (f"{name}.squeeze()", rank),
                (f"{name}.squeeze({one})", rank), (f"{name}.flip({one})", rank),
                (f"{name}.contiguous()", rank), (f"{name}.clone()", rank),
                (f"{name}.detach()", rank), (f"{name}.repeat({', '.join(['2'] * rank)})", rank),
                (f"{name}.expand({sizes})", 2), (f"{name}.unfold({one}, 2, 1)", rank + 1),
                (f"{name}.roll(1, {one})", rank), (f"{name}.narrow({one}, 0, 1)", rank),
                (f"{name}.select({one}, 0)", max(rank - 1, 0)), (f"{name}.diagonal()", 1),
                (f"{name}.flatten(1)", 2), (f"{name}.movedim({one}, {two})", rank),
                (f"{name}.repeat_interleave(2)", 1), (f"{name}.chunk(2, {one})[0]", rank),
                (f"{name}.unbind({one})[0]", max(rank - 1, 0)), (f"{name}.tile(2)", rank),
            )
        )  # fmt: skip
        return self.keep(expression, after)

    def arithmetic(self) -> str:
        name, other = self.name(), self.name()
        operator = self.one_of("+", "-", "*", "/", "+", "*", "**", "//", "%")
        number = self.one_of("1", "2", "0.5", "-1", "3.0", "True")
        rank = max(self.ranks.get(name, 0), self.ranks.get(other, 0))
        return self.keep(
            self.one_of(
                f"{name} {operator} {other}", f"{name} {operator} {number}",
                f"{number} {operator} {name}", f"-{name}", f"{name} * 2 + 1",
                f"{name} + {name}.mean()", f"({name} - {other}) ** 2",
                f"{name} + [1, 2]", f"{name} * '2'", f"{name} + np.float64(1.5)",
            ),
            rank,
        )  # fmt: skip

    def reduce(self) -> str:
        name = self.name()
        dim = self.dim(name)
        what = self.one_of("sum", "mean", "max", "min", "prod", "std", "var", "argmax", "amax",
                           "cumsum", "softmax", "sort", "norm", "median", "any", "all", "logsumexp",
                           "argmin", "log_softmax", "topk")  # fmt: skip
        if what == "topk":
            # Which of equal elements it names is nobody's promise.
            return f"{name}.topk(1, {dim})[0]"
        if what in ("cumsum", "softmax", "sort", "logsumexp", "log_softmax"):
            return f"{name}.{what}({dim})"
        if what == "norm":
            return f"{name}.norm()"
        keep = self.one_of("", "", ", keepdim=True")
        return self.keep(
            self.one_of(f"{name}.{what}()", f"{name}.{what}({dim}{keep})",
                        f"torch.{what}({name}, dim={dim}{keep})"), 1,
        )  # fmt: skip

    def question(self) -> str:
        name = self.name()
        return self.one_of(
            f"{name}", f"print({name})", f"{name}.shape", f"{name}.dtype", f"{name}.size(0)",
            f"{name}.numel()", f"{name}.is_contiguous()", f"{name}.stride()", f"{name}.dim()",
            f"len({name})", f"{name}.requires_grad", f"{name}.tolist()", f"{name}.grad",
            f"{name}.storage_offset()", f"{name}[0].item()", f"{name}.sum().item()",
            f"{name}.type()",
            f"float({name}.sum())", f"{name}.numpy().shape", f"{name}.detach().numpy().dtype",
            f"{name}.is_leaf", f"bool({name}.sum() > 0)", f"[v for v in {name}][0]", f"{name}.foo",
            f"list({name}.shape)", f"{name}.shape[5]", f"str({name})", f"f'{{{name}.sum():.3f}}'",
        )  # fmt: skip

    def compare(self) -> str:
        name, other = self.name(), self.name()
        return self.one_of(
            f"{name} == {other}", f"{name} > 0.5", f"torch.allclose({name}, {other})",
            f"torch.equal({name}, {other})", f"({name} > 0).sum()", f"{name} != {name}",
            f"torch.isclose({name}, {name})", f"({name} > 0) & ({name} < 2)",
            f"torch.where({name} > 0.5, {name}, 0)", f"{name}.clamp(0, 1)", f"({name} > 0).any()",
        )  # fmt: skip

    def join(self) -> str:
        name, other = self.name(), self.name()
        dim = self.dim(name)
        rank = self.ranks.get(name, 1)
        return self.keep(
            self.one_of(
                f"torch.cat([{name}, {other}], {dim})", f"torch.cat([{name}, {name}], {dim})",
                f"torch.cat([{name}, {name}])", f"torch.stack([{name}, {name}])",
                f"torch.stack([{name}, {other}], dim={dim})", f"torch.hstack([{name}, {name}])",
                f"torch.cat(({name}, torch.ones(1)))", f"torch.stack({name}.unbind())",
            ),
            rank,
        )  # fmt: skip

    def products(self) -> str:
        name, other = self.name(), self.name()
        return self.keep(
            self.one_of(
                f"{name} @ {other}", f"{name} @ {name}.T", f"torch.matmul({name}, {other})",
                f"{name}.dot({other})", f"torch.mm({name}, {other})", f"{name} @ {name}.mT",
                f"({name} * {name}).sum()", f"torch.outer({name}, {other})",
                f"torch.einsum('i,i->', {name}, {other})", f"torch.einsum('ij->ji', {name})",
                f"torch.einsum('ij,kj->ik', {name}, {name})",
                f"{name}.flatten() @ {name}.flatten()",
                f"torch.tensordot({name}, {name}, dims={self.ranks.get(name, 1)})",
            ),
            2,
        )  # fmt: skip

    def gradient(self) -> str:
        name = self.name()
        return self.one_of(
            f"{name}.sum().backward()", f"{name}.mean().backward()", f"{name}.backward()",
            f"({name} ** 2).sum().backward()", f"{name}.grad", f"{name}.grad_fn is None",
            f"{name}.requires_grad_()", f"{name}.grad_fn.name()", f"{name}.retain_grad()",
            f"{self.random.choice(self.layers)}.weight.grad",
            f"{self.random.choice(self.layers)}.zero_grad()",
        )  # fmt: skip

    def change(self) -> str:
        name = self.name()
        dim = self.dim(name)
        return self.one_of(
            f"{name}[0] = 0", f"{name}[..., -1] = 1.5", f"{name} += 1", f"{name} *= 2",
            f"{name}.add_(1)", f"{name}.zero_()", f"{name}[{name} > 0.5] = 0", f"{name} -= {name}",
            f"{name}[0] = torch.ones(3)", f"{name}.mul_(0.5)", f"{name}.select({dim}, 0).fill_(7)",
            f"{name}.view(-1)[0] = 9", f"{name}.copy_({self.name()})", f"{name}.clamp_(0, 1)",
            f"{name}[:, 0] = {self.name()}[:, 0]", f"{name} /= 2",
        )  # fmt: skip

    def function(self) -> str:
        name = self.name()
        what = self.one_of("exp", "log", "sqrt", "abs", "sin", "cos", "tanh", "sigmoid", "relu",
                           "round", "floor", "ceil", "sign", "neg", "reciprocal", "square",
                           "log1p", "isnan", "unique", "triu", "diff", "nonzero",
                           "erf")  # fmt: skip
        cast = self.one_of("float()", "double()", "long()", "int()", "bool()", "half()")
        return self.keep(
            self.one_of(f"torch.{what}({name})", f"{name}.{what}()", f"{name}.{cast}",
                        f"{name}.to(torch.float64)", f"torch.zeros_like({name})"),
            self.ranks.get(name, 1),
        )  # fmt: skip

    def by_hand(self) -> str:
        layer = self.random.choice(self.layers)
        window = f"[0, 0, 0:{layer}.kernel_size[0]]"
        return self.one_of(
            f"torch.rand(1, {layer}.in_channels, 8){window} @ {layer}.weight[0, 0]",
            f"(torch.ones(1, 2, 8){window} * {layer}.weight[0, 0]).sum()",
            f"sum(p.numel() for p in {layer}.parameters())",
            f"[(n, p.shape) for n, p in {layer}.named_parameters()]",
            f"{layer}.weight.sum((1, 2))",
        )


def program(seed: int, length: int = 25) -> list[str]:
    """Return the program of a seed, line by line."""
    return _Writer(seed).lines(length)
