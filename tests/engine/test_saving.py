"""`torch.save` and `torch.load`: nothing runs, nothing is lost, nothing is too large."""

import errno
import io
import os
import pickle
import sys
import types
import zipfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from conv1d_tutor import engine as torch
from conv1d_tutor.course.format.allowlist import find_fault
from conv1d_tutor.engine import nn
from conv1d_tutor.engine.core import guard


def saved(value: Any) -> bytes:
    """Return the file of a value."""
    file = io.BytesIO()
    torch.save(value, file)
    return file.getvalue()


def read(content: bytes, **options: Any) -> Any:
    """Return what a file holds."""
    return torch.load(io.BytesIO(content), **options)


def archive(**records: bytes) -> bytes:
    """Return an archive with these records; `data_pkl` is data.pkl, `data_0` is data/0."""
    file = io.BytesIO()
    names = {"data_pkl": "data.pkl", "data_0": "data/0"}
    with zipfile.ZipFile(file, "w") as zipped:
        for name, content in {"version": b"3", **records}.items():
            zipped.writestr(f"a/{names.get(name, name)}", content)
    return file.getvalue()


def pickle_of(value: Any) -> bytes:
    """Return the pickle in the file of a value."""
    with zipfile.ZipFile(io.BytesIO(saved(value))) as zipped:
        return zipped.read("archive/data.pkl")


RAN: list[str] = []


def note(text: str) -> None:
    """Note that something ran."""
    RAN.append(text)


class Runs:
    """Says that it ran, wherever an ordinary pickle of it is read."""

    def __reduce__(self) -> tuple[Any, ...]:
        return note, ("ran",)


CALLS = {
    "a reduce": pickle.dumps(Runs(), 2),
    "eval": b"\x80\x02cbuiltins\neval\nX\x01\x00\x00\x001\x85R.",
    "old names": b"\x80\x02c__builtin__\neval\nX\x01\x00\x00\x001\x85R.",
    "os.system": b"\x80\x02cposix\nsystem\nX\x04\x00\x00\x00true\x85R.",
    "getattr": b"\x80\x02c__builtin__\ngetattr\n(ctorch\nTensor\nX\x05\x00\x00\x00numpytR.",
    "inst": b"(S'ran'\niconv1d_tutor.engine\nones\n.",
    "obj": b"(cbuiltins\nlist\no.",
    "stack global": b"\x80\x02\x8c\x02os\x8c\x06getcwd\x93.",
    "extension": b"\x80\x02\x82\x01.",
    "a function of the engine's": b"\x80\x02ctorch\nload\nX\x01\x00\x00\x00a\x85R.",
    "a module of Python's": b"\x80\x02cthis\nd\n.",
    "our own rooms": b"\x80\x02cconv1d_tutor.engine.core.pickling\n_new\nX\x01\x00\x00\x00a\x85R.",
    "a memo of nothing": b"\x80\x02h\x05.",
    "nothing to pop": b"\x80\x02R.",
    "no mark": b"\x80\x02t.",
    "a mark for a value": b"\x80\x02(\x85.",
    "a dict that is none": b"\x80\x02K\x01K\x02K\x03s.",
}


@pytest.mark.parametrize("content", CALLS.values(), ids=CALLS)
def test_weights_only_calls_nothing(content: bytes) -> None:
    """Whatever a file asks to be called is refused, and nothing is imported for it."""
    RAN.clear()
    with pytest.raises(pickle.UnpicklingError, match="Weights only load failed"):
        read(archive(data_pkl=content), weights_only=True)
    assert RAN == []
    assert "this" not in sys.modules


def test_an_ordinary_load_runs_what_the_file_says() -> None:
    """`weights_only=False` is Python's pickle: so the other is what protects."""
    RAN.clear()
    read(archive(data_pkl=pickle.dumps(Runs(), 2)), weights_only=False)
    assert RAN == ["ran"]


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"\x80\x02K", EOFError), (b"", EOFError), (b"\x80\x02X\xff\xff\xff\xffa", EOFError)],
)
def test_a_pickle_that_ends_too_soon(content: bytes, error: type[Exception]) -> None:
    """It ends with the error of the end of a file."""
    for weights_only in (True, False):
        with pytest.raises((error, pickle.UnpicklingError)):
            read(archive(data_pkl=content), weights_only=weights_only)


def test_every_truncation_and_every_changed_byte_is_an_error_or_a_value() -> None:
    """A damaged file never ends in anything but an error of these kinds."""
    whole = saved({"a": torch.arange(3.0), "b": [1, "x"]})
    kinds = (
        RuntimeError, pickle.UnpicklingError, EOFError, ValueError, TypeError, KeyError,
        AttributeError, AssertionError, OverflowError, IndexError,
    )  # fmt: skip
    for place in range(len(whole)):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        for content in (whole[:place], bytes(damaged)):
            with suppress(*kinds):
                read(content)


HUGE = b"\x8a\x06" + (10**12).to_bytes(6, "little")


def test_what_claims_to_be_huge_is_refused_before_it_is_made() -> None:
    """Numbers in a file are believed only as far as there is something behind them."""
    original = pickle_of(torch.ones(3))
    count = original.replace(b"K\x03tq", HUGE + b"tq")
    assert count != original
    with pytest.raises(RuntimeError, match="does not match expected size"):
        read(archive(data_pkl=count, data_0=b"\0" * 12))
    size = original.replace(b"K\x00K\x03\x85", b"K\x00" + HUGE + b"\x85")
    assert size != original
    with pytest.raises(RuntimeError, match="can't allocate memory"):
        read(archive(data_pkl=size, data_0=b"\0" * 12))
    beyond = original.replace(b"K\x00K\x03\x85", b"K\x00K\x04\x85")
    with pytest.raises(RuntimeError, match="are out of bounds for storage of size 12"):
        read(archive(data_pkl=beyond, data_0=b"\0" * 12))


@pytest.mark.parametrize(
    "made", [b"cbuiltins\nbytearray\n", b"ctorch\nTensor\n"], ids=["bytearray", "Tensor"]
)
def test_nothing_huge_is_made_on_the_way(made: bytes) -> None:
    """What a restricted load may call makes nothing larger than a tensor may be."""
    with pytest.raises(RuntimeError, match="can't allocate memory"):
        read(archive(data_pkl=b"\x80\x02" + made + HUGE + b"\x85R."))


def test_a_record_larger_than_a_tensor_may_be_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit on tensors is the limit on what is read of a file."""
    content = saved(torch.ones(1000))
    monkeypatch.setattr(guard, "LARGEST_TENSOR", 2000)
    with pytest.raises(RuntimeError, match="can't allocate memory"):
        read(content)


def test_damaged_numbers_are_noticed() -> None:
    """The archive knows a checksum of them."""
    content = saved(torch.full((3,), 7.5))
    number = np.float32(7.5).tobytes() * 3
    with pytest.raises(RuntimeError, match="failed reading file data/0"):
        read(content.replace(number, number[1:] + b"\x01"))


def test_a_file_is_replaced_only_by_a_complete_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither what cannot be pickled nor a full disk costs the file that was there."""
    path = tmp_path / "model.pt"
    torch.save(torch.ones(2), path)
    path.chmod(0o640)
    with pytest.raises(AttributeError, match="Can't pickle local object"):
        torch.save([torch.ones(3), lambda: 3], path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        with pytest.raises(OSError, match="No space left on device"):
            torch.save(torch.ones(3), path)
    assert torch.load(path).tolist() == [1, 1]
    assert os.listdir(tmp_path) == ["model.pt"]
    torch.save(torch.ones(3), path)
    assert torch.load(path).tolist() == [1, 1, 1]
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_file_that_alone_may_be_written_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the folder takes no new file, the old one is written over, as in PyTorch."""
    path = tmp_path / "model.pt"
    torch.save(torch.ones(2), path)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    torch.save(torch.ones(3), path)
    assert torch.load(path).tolist() == [1, 1, 1]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")
def test_a_full_device_says_so() -> None:
    """The error is the system's own."""
    with pytest.raises(OSError, match="No space left on device"):
        torch.save(torch.ones(3), "/dev/full")


def test_what_is_not_a_file_is_named(tmp_path: Path) -> None:
    """A folder is not written over."""
    for name in (tmp_path, f"{tmp_path}/", ""):
        with pytest.raises(RuntimeError, match="invalid file name: "):
            torch.save(torch.ones(1), name)


def test_a_dtype_that_the_engine_lacks_is_named() -> None:
    """The file is good, the dtype is PyTorch's, and that has it."""
    content = pickle_of(torch.ones(3)).replace(b"FloatStorage", b"BFloat16Storage")
    for weights_only in (True, False):
        with pytest.raises(AttributeError, match="has no attribute 'bfloat16' here: it is PyTorch"):
            read(archive(data_pkl=content, data_0=b"\0" * 6), weights_only=weights_only)


def test_a_layer_that_the_engine_lacks_is_named() -> None:
    """Of a whole module that PyTorch has and the engine has not."""
    content = pickle_of(nn.ReLU()).replace(b"activation\nReLU", b"activation\nMultiheadAttention")
    with pytest.raises(AttributeError, match=r"'MultiheadAttention' here: it is PyTorch's"):
        read(archive(data_pkl=content), weights_only=False)


def test_the_format_from_before_is_refused_by_name() -> None:
    """Neither written nor read; the message says what to do."""
    with pytest.raises(NotImplementedError, match="every PyTorch since then reads the new one"):
        torch.save(torch.ones(1), io.BytesIO(), _use_new_zipfile_serialization=False)
    old = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
    for weights_only in (True, False):
        with pytest.raises(NotImplementedError, match=r"format from before 1\.6"):
            read(old, weights_only=weights_only)


def test_another_pickler_is_refused_by_name() -> None:
    """What it would write, the engine could not answer for."""
    with pytest.raises(NotImplementedError, match="Leave out pickle_module"):
        torch.save(torch.ones(1), io.BytesIO(), pickle_module=types.ModuleType("dill"))


def test_numbers_begin_at_multiples_of_64() -> None:
    """As in PyTorch's own files, so that they can be mapped into memory."""
    content = saved([torch.ones(3), torch.ones(5, dtype=torch.float64)])
    for number in (np.ones(3, np.float32), np.ones(5)):
        assert content.index(number.tobytes()) % 64 == 0


def test_compressed_archives_are_read() -> None:
    """An archive that another program has packed tighter."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(torch.arange(100)))) as plain,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed,
    ):
        for name in plain.namelist():
            packed.writestr(name, plain.read(name))
    assert read(file.getvalue()).sum().item() == 4950


@pytest.mark.parametrize(
    "code",
    [
        "torch.save(x, 'a.pt')",
        "torch.load('a.pt')",
        "from torch import save",
        "from torch import load",
        "import torch.serialization",
        "torch.serialization.load('a.pt')",
        "from torch.serialization import load",
        "torch.utils.data.DataLoader([1])",
    ],
)
def test_a_lesson_may_neither_save_nor_load(code: str) -> None:
    """Lessons may come from strangers; what they carry touches no file."""
    assert find_fault(code) is not None
