"""The same lines typed into PyTorch and into the bundled engine, and what each answers.

A transcript in answers/ has a line behind `>>> ` and below it what PyTorch answered. To add a
line, write it there and run `python -m tests.live.record`, which asks PyTorch for the answers.
"""

import re
import shutil
import sys
import warnings
from collections.abc import Callable
from io import IOBase
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

__all__ = ["TRANSCRIPTS", "Console", "read_transcript", "same_answer", "told", "write_transcript"]

ANSWERS = Path(__file__).with_name("answers")

SETUP = """import copy, math, operator, pickle
x = torch.ones(3)
n = np.arange(3.0)
i = torch.tensor([1, 2, 3])
b = torch.tensor([True, False, True])
f = torch.rand(4, 2, 6)
m = torch.arange(12.0).reshape(3, 4)
d = torch.arange(6, dtype=torch.float64)
s = torch.tensor(2.5)
p = nn.Parameter(torch.ones(2, 2))
z = torch.rand(3, requires_grad=True) * 2
e = torch.zeros(0, 3)
"""

SETUP_OF_LAYERS = """F = nn.functional
x = torch.rand(4, 2, 6)
a = torch.rand(4, 3)
y3 = torch.tensor([0, 1, 2, 0])
w = torch.rand(3, 2, 5)
b = torch.rand(3)
wt = torch.rand(2, 3, 5)
"""

SETUP_OF_DATA = """
from collections import namedtuple, OrderedDict
import pickle, copy, warnings
globals().update({n: getattr(torch.utils.data, n) for n in dir(torch.utils.data) if n[0] != '_'})
x = torch.arange(10.0).reshape(5, 2)
y = torch.arange(5)
pairs = TensorDataset(x, y)
class Squares(Dataset):
    def __init__(self, n): self.n = n
    def __len__(self): return self.n
    def __getitem__(self, i):
        if i >= self.n: raise IndexError(i)
        return i ** 2
class Stream(IterableDataset):
    def __init__(self, n): self.n = n
    def __iter__(self): return iter(range(self.n))
class Sized(Stream):
    def __len__(self): return self.n - 1
"""

SETUP_OF_SCHEDULES = """import copy, pickle, io
globals().update(
    {n: getattr(torch.optim.lr_scheduler, n) for n in dir(torch.optim.lr_scheduler) if 'LR' in n}
)
CosineAnnealingWarmRestarts = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
ChainedScheduler = torch.optim.lr_scheduler.ChainedScheduler
p2 = nn.Parameter(torch.tensor([1., -2.]))
p3 = nn.Parameter(torch.tensor([0.5]))
o = torch.optim.SGD([{'params': [p2]}, {'params': [p3], 'lr': 0.3}], lr=1.0, momentum=0.9)
a = torch.optim.Adam([p2, p3], lr=0.1)
def run(schedule, steps=12, *measured):
    found = [schedule.get_last_lr()]
    for n in range(steps):
        schedule.optimizer.step()
        schedule.step(*[each[n % len(each)] for each in measured])
        found.append(schedule.get_last_lr())
    return found
def train(optimizer, steps=3):
    for _ in range(steps):
        optimizer.zero_grad()
        ((p2 ** 2).sum() + (p3 - 1) ** 2).sum().backward()
        optimizer.step()
    return p2.tolist(), p3.tolist()
"""

SETUP_OF_FILES = """import codecs, io, os, pathlib, pickle, tempfile, zipfile
from collections import OrderedDict
x = torch.arange(6.0).reshape(2, 3)
folder = tempfile.mkdtemp()
path = folder + '/a.pt'
def saved(value, **options):
    file = io.BytesIO()
    torch.save(value, file, **options)
    return file.getvalue()
def read(content, **options):
    return torch.load(io.BytesIO(content), **options)
def records(content):
    zip = zipfile.ZipFile(io.BytesIO(content))
    return {n.partition('/')[2]: zip.read(n) for n in zip.namelist()}
def archive(records, folder='a/'):
    file = io.BytesIO()
    with zipfile.ZipFile(file, 'w') as zip:
        for n, content in records.items():
            zip.writestr(folder + n, content)
    return file.getvalue()
def pickled(value, protocol=2):
    return archive({'data.pkl': pickle.dumps(value, protocol), 'version': b'3'})
def changed(value, old=b'', new=b'', **others):
    own = records(saved(value))
    own['data.pkl'] = own['data.pkl'].replace(old, new)
    return archive({**own, **others})
class Runs:
    def __reduce__(self):
        return print, ('it ran',)
class Own:
    n = 3
"""

SETUP_OF_FAMILY = """import copy
F = nn.functional
x = torch.arange(48.0).reshape(2, 4, 6).sin().requires_grad_()
w = torch.linspace(0.5, 2, 4).requires_grad_()
image = torch.arange(336.0).reshape(2, 4, 6, 7).sin().requires_grad_()
kernel = torch.arange(72.0).reshape(3, 4, 2, 3).cos().requires_grad_()
b = torch.ones(3)
P, W, R = nn.utils.parametrize, nn.utils.parametrizations.weight_norm, nn.utils.remove_weight_norm
net = nn.Conv1d(4, 3, 5)

def told_of(layer, given):
    output = layer(given)
    (output * torch.arange(output.numel()).reshape(output.shape)).sum().backward()
    named = getattr(layer, 'named_parameters', list)()
    return output, given.grad, [(name, each.grad) for name, each in named]

class Symmetric(nn.Module):
    def forward(self, X): return X.triu() + X.triu(1).T
    def right_inverse(self, A): return A.triu()
class Twice(nn.Module):
    def forward(self, X): return 2 * X
class Longer(nn.Module):
    def forward(self, X): return torch.cat([X, X])
class Doubled(nn.Module):
    def forward(self, X): return X.double()
class Nothing(nn.Module):
    def forward(self, X): return 3
class Pair(nn.Module):
    def forward(self, a, b): return a + b
    def right_inverse(self, A): return A / 2, A / 2
square = nn.Linear(3, 3)
"""

_MOST_PRINTED = 8
"""The most decimals that a tensor is printed with in these lines."""
# PyTorch writes one sentence in bold, whatever shows it; the engine's words have no escape bytes.
_BOLD = re.compile(r"\033\[[01]m")
_ADDRESS = re.compile(r"0x[0-9a-f]+")
_ALTERNATIVES = re.compile(r", but expected (one of:)?.*", re.DOTALL)
# A set's order varies from run to run, and the place in PyTorch's source is not ours.
_SET = re.compile(r"\{'[^}]*\}")
_TRIGGERED = re.compile(r" \(Triggered internally.*", re.DOTALL)


def told(error: Exception) -> str:
    """Return an error's type and text, without the signatures that PyTorch adds to some."""
    text = _ALTERNATIVES.sub("", str(error)) if isinstance(error, TypeError) else str(error)
    return f"{type(error).__name__}: {text}"


class Console:
    """Echoes lines as Python's console does, an error as its type and text."""

    def __init__(self, torch: ModuleType, setup: str = "") -> None:
        self.names: dict[str, Any] = {"torch": torch, "np": np, "nn": torch.nn}
        torch.manual_seed(0)
        exec(setup, self.names)

    def type(self, line: str) -> str:
        """Return what the console answers to one line."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    code = compile(line, "<line>", "eval")
                except SyntaxError:
                    exec(compile(line, "<line>", "exec"), self.names)
                    return ""
                answer = repr(eval(code, self.names))
        except Exception as error:
            return told(error)
        return _ADDRESS.sub("0x…", answer)


def answer(torch: ModuleType, line: str, setup: str = SETUP) -> str:
    """Return what a fresh console answers to a line, or to the last of several behind ` ;; `."""
    console = Console(torch, setup)
    default = torch.get_default_dtype()
    try:
        return [console.type(part) for part in line.split(" ;; ")][-1]
    finally:
        torch.set_default_dtype(default)
        torch.set_grad_enabled(True)


def answer_with(setup: str) -> Callable[[ModuleType, str], str]:
    """Return what asks a fresh console that was set up so, a line or the last of several."""

    def ask(torch: ModuleType, line: str) -> str:
        console = Console(torch, setup)
        return [console.type(part) for part in line.split(" ;; ")][-1]

    return ask


def answer_about_files(torch: ModuleType, line: str) -> str:
    """Return what a fresh console answers to a line about files, or to the last of several."""
    console = Console(torch, "")
    main = sys.modules["__main__"]
    sys.modules["__main__"] = module = ModuleType("__main__")
    vars(module).update(console.names)
    console.names = vars(module)
    try:
        exec(SETUP_OF_FILES, console.names)
        answered = [console.type(part) for part in line.split(" ;; ")][-1]
        answered = _BOLD.sub("", answered.replace(console.names["folder"], "<folder>"))
        return _ADDRESS.sub("0x…", answered)
    finally:
        sys.modules["__main__"] = main
        for value in console.names.values():
            if isinstance(value, IOBase):
                value.close()
        shutil.rmtree(console.names["folder"])


def answer_about_layers(torch: ModuleType, line: str) -> str:
    """Return what a line comes to: shape and dtype, or repr, or error; then the warnings."""
    names: dict[str, Any] = {"torch": torch, "nn": torch.nn, "optim": torch.optim}
    torch.manual_seed(0)
    exec(SETUP_OF_LAYERS, names)
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        try:
            value = eval(line, names)
            if hasattr(value, "detach"):
                answered = f"tensor {tuple(value.shape)} {value.dtype}"
            else:
                answered = repr(value)
        except Exception as error:
            answered = f"{type(error).__name__}: {error}"
    texts = [_TRIGGERED.sub("", str(each.message)) for each in given]
    # PyTorch gives this one once in a process, whichever test comes first.
    texts = [f"warning: {text}" for text in texts if "may require a zero-padded copy" not in text]
    return "\n".join([_SET.sub("{…}", answered), *texts])


TRANSCRIPTS: dict[str, Callable[[ModuleType, str], str]] = {
    **dict.fromkeys(("core", "ops", "nn", "modules", "optim", "random"), answer),
    "values": answer,
    "errors": answer,
    "typed": answer,
    "family": answer_with(SETUP_OF_FAMILY),
    "data": answer_with(SETUP_OF_DATA),
    "schedules": answer_with(SETUP_OF_SCHEDULES),
    "saving": answer_about_files,
    "conv1d": answer_about_layers,
    "layers": answer_about_layers,
}
"""Each transcript, and what answers its lines."""


def read_transcript(name: str) -> dict[str, str]:
    """Return the lines of a transcript, each with PyTorch's answer."""
    text = (ANSWERS / f"{name}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^>>> ", text, flags=re.MULTILINE)[1:]
    return {line: told.removesuffix("\n") for line, _, told in (b.partition("\n") for b in blocks)}


def write_transcript(name: str, answers: dict[str, str]) -> None:
    """Write a transcript of lines and answers."""
    text = "".join(f">>> {line}\n{told}\n" for line, told in answers.items())
    (ANSWERS / f"{name}.txt").write_text(text, encoding="utf-8")


def same_answer(theirs: str, ours: str) -> bool:
    """Return whether two answers are the same but for the last digit of a printed number."""
    if theirs == ours:
        return True
    if "received an invalid combination of arguments" in theirs:
        return theirs.partition("()")[0] == ours.partition("()")[0]
    number = re.compile(r" *-?\d+\.\d+(?:e[+-]\d+)?")
    if number.sub("#", theirs) != number.sub("#", ours):
        return False
    one, two = number.findall(theirs), number.findall(ours)
    # What float32 sums may differ by, measured by the largest number beside.
    rounding = 1e-6 * max(abs(float(each)) for each in one)
    return all(_close(*pair, rounding) for pair in zip(one, two, strict=True))


def _close(one: str, two: str, rounding: float) -> bool:
    decimals = [len(each.partition("e")[0].partition(".")[2]) for each in (one, two)]
    # A tensor prints a set number of digits; Python writes a float with as many as it takes.
    by_python = min(decimals) > _MOST_PRINTED
    if (decimals[0] != decimals[1] and not by_python) or ("e" in one) != ("e" in two):
        return False
    last_digit = 10.0 ** -decimals[0]
    scale = float("1e" + one.partition("e")[2]) if "e" in one else 1.0
    return abs(float(one) - float(two)) <= max(1.01 * last_digit * scale, rounding)
