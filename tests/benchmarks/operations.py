"""What the benchmarks of operations time, each by its name, as a lesson or a model writes it.

A case is a function of a face (`torch` or the engine), an input x and one of the same shape, y. It
returns the call that is timed. Cases under "gradients" are timed with the way back.
"""

FEATURES, LESSON = (8, 64, 1000), (4, 2, 6)
"""A batch as models have it, and one as lessons have it."""


def _call(text):
    """Return the case that evaluates `text`."""
    code = compile(text, text, "eval")

    def case(torch, x, y):
        names = {
            "torch": torch,
            "F": torch.nn.functional,
            "x": x,
            "y": y,
            "row": x[0, 0],
            "flat": x.detach().flatten(),
            "mask": (x > 0),
            "matrix": x[0],
            "places": (x.detach().abs() * 1000).long() % x.shape[-1],
            "few": (x.detach()[0, 0].abs() * 1000).long() % x.shape[-1],
            "rows": (x.detach()[0, 0].abs() * 1000).long() % (x.shape[0] * x.shape[1]),
            "classes": (x.detach()[:, 0].abs() * 1000).long() % x.shape[1],
            "small": list(x.detach().flatten()[:400].split(4)),
            "unit": x.detach().sigmoid(),
            "weight": x.detach()[0, :, :5].reshape(-1, 5).unsqueeze(0).contiguous(),
            "table": x.detach().reshape(-1, x.shape[-1]),
        }
        return lambda: eval(code, names)

    return case


def _layer(text):
    """Return the case that calls the layer which `text` makes."""

    def case(torch, x, y):
        torch.manual_seed(0)
        layer = eval(text, {"nn": torch.nn, "C": x.shape[1], "L": x.shape[2]})
        return lambda: layer(x)

    return case


def _steps(text):
    """Return the case that takes one step of an optimizer."""

    def case(torch, x, y):
        torch.manual_seed(0)
        parameters = [torch.nn.Parameter(x.detach().clone()) for _ in range(2)]
        for each in parameters:
            each.grad = y.detach().clone()
        optimizer = eval(text, {"optim": torch.optim, "parameters": parameters})
        return optimizer.step

    return case


OPERATIONS = {
    text: _call(text)
    for text in """
x + y
x * 2
x / y
x ** 2
x ** 3
x ** 0.5
-x
x > 0
x == y
torch.maximum(x, y)
x.abs()
x.exp()
unit.log()
unit.sqrt()
unit.rsqrt()
x.sin()
x.cos()
x.tan()
x.tanh()
unit.atan()
x.sigmoid()
x.sign()
x.floor()
x.round()
x.erf()
unit.logit()
x.log1p()
x.clamp(-1, 1)
x.clamp(min=0)
x.relu()
x.reciprocal()
x % 2
x // 2
torch.lerp(x, y, 0.3)
torch.addcmul(x, x, y)
torch.where(mask, x, y)
x.masked_fill(mask, 0.0)
x[mask]
x.isnan()
torch.isclose(x, y)
torch.allclose(x, x)
x.double()
x.long()
x.bool()
x.clone()
x.contiguous()
x.transpose(1, 2).contiguous()
x.reshape(-1, 2)
x.view(-1)
x.permute(2, 0, 1) + 1
F.relu(x)
F.relu6(x)
F.gelu(x)
F.gelu(x, approximate='tanh')
F.silu(x)
F.elu(x)
F.leaky_relu(x)
F.softplus(x)
F.softsign(x)
F.logsigmoid(x)
F.hardtanh(x)
x.sum()
x.sum(0)
x.sum(1)
x.sum(-1)
x.sum((0, 2))
x.mean()
x.mean(1)
x.mean(-1)
x.std()
x.std(-1)
x.var(1)
x.var((0, 2))
x.max()
x.max(-1)
x.max(1)
x.min(-1)
x.amax(-1)
x.amax(1)
x.argmax(-1)
x.argmax(1)
x.argmax()
unit.prod(-1)
x.norm()
x.norm(dim=-1)
x.logsumexp(-1)
x.logsumexp(1)
mask.any()
mask.all(-1)
mask.sum()
x.count_nonzero()
torch.softmax(x, -1)
torch.softmax(x, 1)
torch.log_softmax(x, -1)
torch.log_softmax(x, 1)
x.cumsum(-1)
x.cumsum(1)
unit.cumprod(-1)
x.cummax(-1)
x.diff()
x.sort()
x.sort(1)
x.sort(descending=True)
x.argsort()
x.topk(5)
x.topk(5, 1) if x.shape[1] > 5 else x.topk(2, 1)
x.topk(3, largest=False)
x.kthvalue(3)
x.median()
x.median(-1)
x.quantile(0.5)
x.quantile(0.5, dim=-1)
places.unique()
flat.unique()
places.flatten().bincount()
x.histc(20)
torch.searchsorted(row.sort()[0], flat)
torch.bucketize(flat, row.sort()[0])
torch.isin(places, few)
x.gather(-1, places)
x.index_select(-1, few)
x[:, :, few]
x[..., ::2].contiguous()
x[0]
x[:, 1]
x.take_along_dim(places, -1)
torch.zeros_like(x).scatter(-1, places, x)
torch.zeros_like(x).scatter_add(-1, places, x)
torch.zeros_like(x).index_add(-1, few, x)
F.one_hot(classes)
F.embedding(rows, table)
torch.nonzero(mask)
torch.cat([x, y])
torch.cat([x, y], 1)
torch.cat([x, y], -1)
torch.stack([x, y])
torch.stack([x, y], -1)
torch.stack(small) if len(small[-1]) == 4 else torch.stack(small[:-1])
torch.cat(small)
x.split(1)
x.chunk(2, -1)
x.unbind(1)
x.repeat(2, 1, 1)
x.repeat_interleave(2, -1)
torch.tile(x, (1, 1, 2))
F.pad(x, (2, 2))
F.pad(x, (2, 2), mode='reflect')
F.pad(x, (2, 2), mode='replicate')
F.pad(x, (2, 2), mode='circular')
x.flip(-1)
x.flip(0, 1)
x.roll(3, -1)
x.roll(1, 0)
x.unfold(-1, 5, 1).contiguous()
matrix.tril()
matrix.triu()
matrix.diagonal()
torch.outer(row, row)
torch.meshgrid(row, row, indexing='ij')
x @ x.transpose(1, 2)
torch.bmm(x, x.transpose(1, 2))
x @ y[0].T
matrix @ matrix.T
matrix @ row
row @ row
torch.einsum('ncl,ndl->ncd', x, y)
torch.einsum('ncl,cd->ndl', x, matrix[:, :3].contiguous())
torch.tensordot(x, y, dims=([0, 2], [0, 2]))
torch.addmm(matrix @ matrix.T, matrix, matrix.T)
torch.kron(matrix[:4, :4], matrix[:4, :4])
F.linear(x, table[:3])
F.max_pool1d(x, 2)
F.max_pool1d(x, 3, 2, 1)
F.max_pool1d(x, 3, 1, 1)
F.max_pool1d(x, 5)
F.max_pool1d(x, 2, return_indices=True)
F.avg_pool1d(x, 2)
F.avg_pool1d(x, 3, 1, 1)
F.adaptive_avg_pool1d(x, 1)
F.adaptive_avg_pool1d(x, 5)
F.adaptive_max_pool1d(x, 1)
F.adaptive_max_pool1d(x, 5)
F.layer_norm(x, x.shape[-1:])
F.batch_norm(x, None, None, training=True)
F.normalize(x, dim=-1)
F.normalize(x, dim=1)
F.cosine_similarity(x, y)
F.conv1d(x, weight)
F.dropout(x, 0.5)
F.dropout1d(x, 0.5)
torch.rand(x.shape)
torch.randn(x.shape)
torch.randint(10, x.shape)
torch.randperm(x.numel())
torch.randperm(x.shape[-1])
torch.bernoulli(unit)
torch.multinomial(unit[0, 0], 5)
torch.multinomial(unit[0], 3, replacement=True)
torch.arange(x.numel())
torch.linspace(0, 1, x.numel())
torch.zeros(x.shape)
torch.ones(x.shape)
torch.full(x.shape, 3.0)
torch.eye(x.shape[-1])
x.tolist()
x[0].tolist()
repr(x)
x.sum().item()
x.clone().add_(1)
x.clone().copy_(y)
x.clone().fill_(2)
x.clone().mul_(y)
torch.tensor(x[0, 0].tolist())
F.mse_loss(x, y)
F.l1_loss(x, y)
F.smooth_l1_loss(x, y)
F.huber_loss(x, y)
F.cross_entropy(x, classes)
F.nll_loss(x, classes)
F.binary_cross_entropy(unit, mask.float())
F.binary_cross_entropy_with_logits(x, unit)
F.kl_div(x, unit, reduction='batchmean')
""".strip().splitlines()
}

LAYERS = {
    text: _layer(text)
    for text in """
nn.Conv1d(C, C, 3)
nn.Conv1d(C, C, 3, padding='same')
nn.Conv1d(C, C, 3, stride=2)
nn.Conv1d(C, C, 3, groups=C)
nn.Conv1d(C, C, 3, padding=1, padding_mode='reflect')
nn.Conv1d(C, C, 3, padding=1, padding_mode='circular')
nn.ConvTranspose1d(C, C, 4, 2, 1)
nn.Linear(L, 32)
nn.BatchNorm1d(C)
nn.BatchNorm1d(C).eval()
nn.LayerNorm(L)
nn.LayerNorm([C, L])
nn.Dropout(0.2)
nn.MaxPool1d(2)
nn.AvgPool1d(2)
nn.AdaptiveAvgPool1d(1)
nn.ReLU()
nn.GELU()
nn.SiLU()
nn.ELU()
nn.LeakyReLU()
nn.Tanh()
nn.Sigmoid()
nn.Softmax(1)
nn.LogSoftmax(1)
nn.Softplus()
nn.LogSigmoid()
nn.Flatten()
nn.ReflectionPad1d(2)
nn.ZeroPad1d(2)
nn.Sequential(nn.Conv1d(C, 16, 5), nn.ReLU(), nn.MaxPool1d(2))
""".strip().splitlines()
}

STEPS = {
    text: _steps(text)
    for text in """
optim.SGD(parameters, lr=0.01)
optim.SGD(parameters, lr=0.01, momentum=0.9)
optim.Adam(parameters)
optim.AdamW(parameters)
""".strip().splitlines()
}

FLOWS = {
    text: OPERATIONS.get(text) or LAYERS.get(text) or _call(text)
    for text in """
x + y
x / y
x ** 2
x.exp()
x.tanh()
x.sigmoid()
x.abs()
x.erf()
x.clamp(-1, 1)
torch.maximum(x, y)
torch.where(mask, x, y)
x.sum(1)
x.mean(-1)
x.std(-1)
x.var(1)
x.max(-1)
x.amax(-1)
x.max()
x.norm()
x.norm(dim=-1)
x.logsumexp(-1)
torch.softmax(x, -1)
torch.softmax(x, 1)
torch.log_softmax(x, -1)
torch.log_softmax(x, 1)
x.cumsum(-1)
x.sort()
x.topk(5)
x.median(-1)
x.gather(-1, places)
x[:, :, few]
x[0]
x[:, :, ::2]
x[mask]
x.index_select(-1, few)
torch.cat([x, y], 1)
torch.stack([x, y])
torch.stack(x.unbind(1), 1)
x.transpose(1, 2).reshape(-1)
x.repeat(2, 1, 1)
x.flip(-1)
x.roll(3, -1)
F.pad(x, (2, 2))
F.pad(x, (2, 2), mode='reflect')
F.pad(x, (2, 2), mode='circular')
x.unfold(-1, 5, 1)
x @ y.transpose(1, 2)
torch.einsum('ncl,ndl->ncd', x, y)
F.linear(x, table[:3])
F.max_pool1d(x, 2)
F.max_pool1d(x, 3, 2, 1)
F.avg_pool1d(x, 2)
F.avg_pool1d(x, 3, 1, 1)
F.adaptive_avg_pool1d(x, 5)
F.adaptive_max_pool1d(x, 5)
F.normalize(x, dim=-1)
F.cosine_similarity(x, y)
F.dropout(x, 0.5)
F.embedding(rows, x.reshape(-1, x.shape[-1]))
F.relu(x)
F.gelu(x)
F.gelu(x, approximate='tanh')
F.silu(x)
F.elu(x)
F.leaky_relu(x)
F.softplus(x)
F.softsign(x)
F.logsigmoid(x)
F.hardtanh(x)
F.mse_loss(x, y)
F.l1_loss(x, y)
F.smooth_l1_loss(x, y)
F.huber_loss(x, y)
F.cross_entropy(x, classes)
F.nll_loss(x, classes)
F.binary_cross_entropy(x.sigmoid(), unit)
F.binary_cross_entropy_with_logits(x, unit)
F.kl_div(x, unit, reduction='batchmean')
nn.Conv1d(C, C, 3)
nn.Conv1d(C, C, 3, stride=2)
nn.Conv1d(C, C, 3, groups=C)
nn.ConvTranspose1d(C, C, 4, 2, 1)
nn.Linear(L, 32)
nn.BatchNorm1d(C)
nn.LayerNorm(L)
nn.LayerNorm([C, L])
nn.Sequential(nn.Conv1d(C, 16, 5), nn.ReLU(), nn.MaxPool1d(2))
""".strip().splitlines()
}


def there_and_back(case):
    """Return the case that also works out the gradient of the input."""

    def with_gradient(torch, x, y):
        x = x.detach().clone().requires_grad_()
        forward = case(torch, x, y)

        def call():
            x.grad = None
            result = forward()
            result = result[0] if isinstance(result, tuple) else result
            result.sum().backward()

        return call

    return with_gradient


CASES = (
    OPERATIONS
    | LAYERS
    | STEPS
    | {f"{text}, gradients": there_and_back(case) for text, case in FLOWS.items()}
)
