"""Absurd sizes are refused at once, by name; long computations let Ctrl-C through."""

import copy
import os
import re
import signal
import threading
import time
import tracemalloc

import numpy as np
import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.engine.core.guard import LARGEST_TENSOR

ABSURD = (
    "torch.ones(10**10)", "torch.zeros(10**12)", "torch.empty(10**11)", "torch.rand(10**10)",
    "torch.randn(10**6, 10**6)", "torch.randint(5, (10**10,))", "torch.randperm(10**10)",
    "torch.arange(10**12)", "torch.linspace(0, 1, 10**11)", "torch.eye(10**6)",
    "torch.full((10**6, 10**6), 1)", "torch.ones(10**9, 10**9, 10**9)",
    "x[:, None] + x", "x[:, None] * x[None]", "x[:, None] == x", "x[:, None] @ x[None]",
    "torch.where(x[:, None] > x, 1, 0)", "x.maximum(x[:, None])", "torch.outer(x, x)",
    "torch.einsum('i,j->ij', x, x)", "torch.kron(x[None], x[None])", "torch.diag(x)",
    "x.expand(10**6, 10**5).contiguous()", "x.expand(10**6, 10**5).sum(0)", "x.repeat(10**6)",
    "x.tile(10**6)", "x.repeat_interleave(10**6)", "torch.meshgrid(x, x)[0].clone()",
    "torch.cat([x.expand(5000, 10**5)] * 2)", "torch.stack([x.expand(5000, 10**5)] * 2)",
    "x.unfold(0, 50000, 1) * 2", "torch.tril_indices(10**6, 10**6)", "x.new_zeros(10**11)",
    "torch.cartesian_prod(x, x)", "torch.tensordot(x, x, 0)", "n[:9].view(3, 3)[i[:, None], i]",
    "F.pad(c, (10**11, 0), mode='replicate')", "F.pad(c, (10**9, 0))",
    "torch.where(n[:, None] > 0, n, 0)", "torch.where(x[:, None] > 0, x[None], x[:, None])",
    "torch.addmm(n[:1], n[:, None], n[None])", "torch.lerp(n[:, None], n, 0.5)",
    "torch.lerp(n, n, n[:, None])", "torch.histc(x, 10**11)", "torch.histc(h)",
    "torch.repeat_interleave(i + 10**9)", "x.repeat_interleave(torch.tensor([10**9]))",
    "torch.multinomial(n, 10**11, True)", "torch.multinomial(n.expand(10**6, 60000), 2)",
    "h + 1", "1 - h", "h == h", "h & h.long()", "h.sum()", "h.exp()", "h.sort()", "h.double()",
    "h.clone()", "h.contiguous()", "h.tolist()", "list(h)", "h[h > 0]", "x[h.long()]",
    "h.masked_fill(h > 0, 0)", "h.flip(0)", "torch.bincount(i, minlength=10**12)",
    "F.one_hot(i, 10**8)", "torch.logspace(0, 1, 10**12)", "torch.eye(10**6)",
    "torch.full((10**11,), 1)", "torch.ones(2**62, 2**62)",
    "F.adaptive_avg_pool1d(c, 10**11)", "F.adaptive_max_pool1d(c, 10**11)",
    "F.conv1d(c, c, padding=10**11)",
    "F.conv1d(h.expand(10, 1, 10**12), c)", "F.conv_transpose1d(c, c, stride=10**11)",
    "nn.Linear(10**6, 10**6)", "nn.Embedding(10**10, 10)", "nn.Conv1d(10**6, 10**6, 3)",
    "nn.LayerNorm(10**11)", "nn.ZeroPad1d(10**11)(c)", "nn.init.normal_(h)", "h.zero_()",
    "h.uniform_()", "h.add_(1)", "x.resize_(10**12)", "torch.normal(n[:, None], n)",
    "torch.bernoulli(h)", "F.dropout(h)", "F.relu(h)", "F.gelu(h)", "F.softmax(h, 0)",
    "F.normalize(h[None])", "F.mse_loss(h, h)", "F.l1_loss(n[:, None], n)",
    "F.huber_loss(n[:, None], n)", "F.cosine_similarity(n[:, None, None], n[None, :, None], -1)",
    "torch.cumsum(h, 0)", "torch.topk(h, 3)", "torch.isclose(n[:, None], n)",
    "n.clamp(min=n[:, None])", "n[:, None].masked_fill(n > 0, 0)",
    "n[:, None].masked_select(n > 0)", "torch.dist(n[:, None], n)", "torch.unique(h)",
    "torch.quantile(h, 0.5)", "torch.tensor(h)", "h.item() if h.sum() else 0",
    "h.nonzero()", "h.roll(1)", "torch.tril(h.expand(5, 10**12))", "h.half()", "h.char()",
    "torch.bincount(torch.tensor([10**12]))", "torch.zeros(10**5, 10**5, dtype=torch.bool)",
)  # fmt: skip


def refusal(line: str) -> BaseException:
    """Return the error with which a line over a few tensors is refused."""
    names = {
        "torch": torch, "nn": torch.nn, "F": torch.nn.functional, "copy": copy,
        "x": torch.ones(10**5), "i": torch.zeros(10**5, dtype=torch.long),
        "n": torch.ones(60000), "c": torch.ones(1, 1, 10),
        "h": torch.ones(1).expand(10**12),
    }  # fmt: skip
    with pytest.raises(RuntimeError) as refused:
        eval(line, names)
    return refused.value


@pytest.mark.filterwarnings("ignore:torch.meshgrid")
@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("line", ABSURD)
def test_an_absurd_size_is_refused(line: str) -> None:
    """A RuntimeError names the limit before anything of that size is allocated."""
    tracemalloc.start()
    try:
        error = refusal(line)
        assert tracemalloc.get_traced_memory()[1] < 16 * 2**20
    finally:
        tracemalloc.stop()
    assert type(error).__name__ == "RuntimeError"
    assert re.match(r"\w+\(\): ", str(error))
    if "at a time" not in str(error):
        assert f"at most {LARGEST_TENSOR} bytes" in str(error)


MANY_TAPS = (
    "F.max_pool1d(c, 10**11, padding=10**11 // 2)", "F.avg_pool1d(c, 10**7, padding=10**7 // 2)",
    "F.max_pool1d(c, 10**7, 1, 10**7 // 2)",
    "F.max_pool1d(c, 10**7, padding=10**7 // 2, return_indices=True)[0]",
)  # fmt: skip


@pytest.mark.parametrize("line", MANY_TAPS)
def test_a_window_much_longer_than_the_input_is_looked_at_where_the_input_is(line: str) -> None:
    """What stands on padding is not visited, tap by tap."""
    start = time.perf_counter()
    pooled = eval(line, {"F": torch.nn.functional, "c": torch.ones(1, 1, 10)})
    assert time.perf_counter() - start < 1  # each took from 10 seconds to days
    assert pooled.flatten()[0] == (1 if "max" in line else float(np.float32(1e-6)))


def test_a_long_tensor_of_sizes_is_refused_at_once() -> None:
    """As PyTorch refuses the first of them; a list of a million tensors took 12 seconds."""
    with pytest.raises(TypeError, match=r"empty\(\): argument 'size' failed to unpack .* pos 3"):
        torch.nn.Conv1d(2, 3, torch.ones(10**6))


@pytest.mark.parametrize(("line", "name"), [
    ("1.0 in h", "__contains__"), ("wide(h)", "repr"), ("long(h)", "repr"),
])  # fmt: skip
def test_what_looks_at_every_number_is_refused_by_name(line: str, name: str) -> None:
    """Whether one is in it; all of them printed."""

    def wide(tensor: torch.Tensor) -> str:
        torch.set_printoptions(edgeitems=10**11)
        return repr(tensor)

    def long(tensor: torch.Tensor) -> str:
        torch.set_printoptions(profile="full")
        return repr(tensor)

    names = {"h": torch.ones(1).expand(10**12), "wide": wide, "long": long}
    try:
        with pytest.raises(RuntimeError, match=rf"^{name}\(\): can't allocate memory"):
            eval(line, names)
    finally:
        torch.set_printoptions(profile="default")


def test_differences_are_taken_no_oftener_than_there_are_numbers() -> None:
    """Of the empty rest there are none."""
    x, start = torch.ones(5), time.perf_counter()
    assert x.diff(10**12).shape == (0,)
    assert torch.diff(x, 10**12, prepend=x).shape == (0,)
    assert time.perf_counter() - start < 1


def test_what_an_operation_in_place_broadcasts_to_is_told_as_pytorch_tells_it() -> None:
    """The tensor's own shape is what is wrong, however much memory there is."""
    x = torch.ones(60000, 1)
    for line in ("x.mul_(x.T)", "x.add_(x.T)", "x.atan2_(x.T)", "x.lt_(x.T)"):
        with pytest.raises(RuntimeError, match=r"^output with shape \[60000, 1\] doesn't match "
                           r"the broadcast shape \[60000, 60000\]$"):  # fmt: skip
            eval(line, {"x": x})


def test_a_batch_of_more_samples_than_there_is_memory_for() -> None:
    """Is refused; as many samples as there are, and no more, are taken of a short dataset."""
    loader = torch.utils.data.DataLoader
    with pytest.raises(RuntimeError, match=r"^BatchSampler\(\): can't allocate memory"):
        next(iter(loader(range(10**12), batch_size=10**12)))
    assert next(iter(loader(range(3), batch_size=10**12))).tolist() == [0, 1, 2]


SEEN = (
    "copy.deepcopy(h).shape", "h.shape", "h.view(10**6, 10**6).T", "h[5:9]", "h.unsqueeze(0)",
    "h.requires_grad_()",
    "repr(h)", "str(h.view(100, 10**4, 10**6))", "h.permute(0).numel()", "h.expand(3, -1).stride()",
)  # fmt: skip


@pytest.mark.parametrize("line", SEEN)
def test_what_only_sees_memory_differently_may_be_of_any_size(line: str) -> None:
    """A tensor that is expanded costs nothing, until numbers are made of it."""
    assert eval(line, {"copy": copy, "h": torch.ones(1).expand(10**12)}) is not None


@pytest.mark.timed
@pytest.mark.filterwarnings("ignore:torch.meshgrid")
@pytest.mark.filterwarnings("ignore:Using a target size")
@pytest.mark.parametrize("line", ABSURD)
def test_an_absurd_size_is_refused_within_50_ms(line: str) -> None:
    """Nobody waits for what cannot be."""
    start = time.perf_counter()
    refusal(line)
    assert time.perf_counter() - start < 0.05


def test_a_refusal_names_what_was_asked_for() -> None:
    """The bytes and the size asked for are in the text."""
    with pytest.raises(RuntimeError, match=r"allocate 40000000000 bytes .* size \[10000000000\]"):
        torch.ones(10**10)


@pytest.mark.timed
@pytest.mark.parametrize(
    "line",
    ["torch.rand(3 * 10**8)", "torch.randn(10**8)", "torch.randperm(10**7)", "x.exp()", "x + x",
     "torch.rand(4000, 4000) @ torch.rand(4000, 4000)"],
)  # fmt: skip
def test_a_long_computation_is_interrupted_within_200_ms(line: str) -> None:
    """A signal in the middle of a computation ends it soon."""
    names = {"torch": torch, "x": torch.zeros(10**8)}
    sent = []

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    def send() -> None:
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.signal(signal.SIGINT, interrupt)
    timer = threading.Timer(0.03, send)
    try:
        timer.start()
        with pytest.raises(KeyboardInterrupt):
            # A string that Ctrl-C stops would make Python itself end as if by Ctrl-C later on.
            eval(compile(line, "<line>", "eval"), names)
        assert time.perf_counter() - sent[0] < 0.2
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGINT, before)
