"""`torch.load`: what PyTorch's own file holds, with the engine's tensors and modules."""

import io
import os
import pickle
import re
import sys
import warnings
from contextlib import AbstractContextManager, nullcontext
from types import ModuleType
from typing import IO, Any

import numpy as np

from ...i18n import _
from ..core import guard
from ..core.device import Device
from ..core.dtypes import Array, uint8
from .archive import Archive, is_archive
from .torch_names import UNTYPED, Storage, StorageType, find_named
from .weights_only import load_weights

_MAGIC_NUMBER = 0x1950A86A20F9469CFC6C
"""With this begins a file in PyTorch's format from before 1.6."""

_UNSAFE = (
    "In PyTorch 2.6, we changed the default value of the `weights_only` argument in `torch.load` "
    "from `False` to `True`. Re-running `torch.load` with `weights_only` set to `False` will "
    "likely succeed, but it can result in arbitrary code execution. Do it only if you got the file "
    "from a trusted source."
)
_READ_MORE = (
    "\n\nCheck the documentation of torch.load to learn more about types accepted by default with "
    "weights_only https://pytorch.org/docs/stable/generated/torch.load.html."
)


def load(
    f: Any,
    map_location: Any,
    pickle_module: ModuleType | None,
    weights_only: bool | None,
    mmap: bool | None,
    options: dict[str, Any],
) -> Any:
    """Return what a file, or the file at a path, holds."""
    if weights_only is None:
        weights_only = pickle_module is None
    if weights_only:
        _check_safe(pickle_module, options)
    if mmap and not isinstance(f, str | os.PathLike):
        raise ValueError("f must be a file path in order to use the mmap argument")
    with _opened(f) as file:
        if not is_archive(file):
            return _refuse(file, weights_only)
        archive = Archive(file)
        storages = _Storages(archive, map_location)
        content = io.BytesIO(archive.read("data.pkl"))
        if not weights_only:
            return _Unpickler(content, storages, options).load()
        try:
            return load_weights(content, storages.load)
        except pickle.UnpicklingError as error:
            raise pickle.UnpicklingError(_explained(str(error))) from None


def _check_safe(pickle_module: ModuleType | None, options: dict[str, Any]) -> None:
    """Raise where a restricted load is to be done in another way; warn of options for the other."""
    if pickle_module is not None:
        raise RuntimeError("Can not safely load weights when explicit pickle_module is specified")
    if options:
        warnings.warn("pickle_load_args only works if `weights_only=False`.", stacklevel=5)
    for name in options:
        if name != "encoding":
            raise TypeError(f"Unpickler.__init__() got an unexpected keyword argument '{name}'")


def _opened(f: Any) -> AbstractContextManager[IO[bytes]]:
    if isinstance(f, str | os.PathLike):
        return open(f, "rb")
    try:
        f.seek(f.tell())
    except (io.UnsupportedOperation, AttributeError) as error:
        if "seek" in str(error) or "tell" in str(error):
            raise type(error)(
                f"{error}. You can only torch.load from a file that is seekable. Please pre-load "
                "the data into a buffer like io.BytesIO and try to load from it instead."
            ) from None
        raise
    return nullcontext(f)


def _refuse(file: IO[bytes], weights_only: bool) -> Any:
    """Raise what PyTorch raises of a file that is no archive."""
    try:
        if weights_only:
            first = load_weights(file, _no_storage)
        else:
            first = _FirstUnpickler(file, encoding="utf-8").load()
    except pickle.UnpicklingError as error:
        if not weights_only:
            raise
        raise pickle.UnpicklingError(_explained(str(error))) from None
    if first == _MAGIC_NUMBER:
        raise NotImplementedError(
            _(
                "This file is in PyTorch's format from before 1.6, which the bundled engine does "
                "not read. Load it with the real PyTorch (conv1d-tutor --engine torch) and save it "
                "again."
            )
        )
    raise RuntimeError("Invalid magic number; corrupt file?")


def _no_storage(_which: object) -> Any:
    raise pickle.UnpicklingError("unsupported persistent id encountered")


def _explained(message: str) -> str:
    """Return the text that PyTorch puts around what a restricted load refuses."""
    if re.search(r"GLOBAL (\S+) was not an allowed global by default.", message):
        return (
            "Weights only load failed. This file can still be loaded, to do so you have two "
            "options, do those steps only if you trust the source of the checkpoint. "
            f"\n\t(1) {_UNSAFE}\n\t(2) Alternatively, to load with `weights_only=True` please "
            "check the recommended steps in the following error message.\n\tWeightsUnpickler "
            f"error: {message}{_READ_MORE}"
        )
    text = f"Weights only load failed. {_UNSAFE}\n"
    if not re.search(r"whose module (\S+) is blocked", message):
        text += (
            "Please file an issue with the following so that we can make `weights_only=True` "
            "compatible with your use case: WeightsUnpickler error: "
        )
    return f"{text}\n\n{message}{_READ_MORE}"


class _Storages:
    """The storages of an archive, each read when it is first asked for."""

    def __init__(self, archive: Archive, map_location: Any) -> None:
        self._archive = archive
        self._map_location = map_location
        self._read: dict[str, Storage] = {}
        order = archive.read("byteorder") if archive.has("byteorder") else b"little"
        if order not in (b"little", b"big"):
            raise ValueError(f"Unknown endianness type: {order.decode()}")
        self._swapped = order.decode() != sys.byteorder

    def load(self, which: Any) -> Storage:
        """Return the storage that a pickle refers to."""
        if not isinstance(which, tuple):
            raise AssertionError(f"saved_id must be a tuple, got {type(which).__name__}")
        if not which or which[0] != "storage":
            kind = which[0] if which else ""
            raise AssertionError(
                f"Unknown typename for persistent_load, expected 'storage' but got '{kind}'"
            )
        if len(which) != 5:
            raise pickle.UnpicklingError(f"{which} is no storage")
        _, kind, key, location, count = which
        if key not in self._read:
            dtype = kind.dtype if isinstance(kind, StorageType) else uint8
            if not isinstance(kind, StorageType) and kind is not UNTYPED:
                raise pickle.UnpicklingError(f"{kind} is no class of storages")
            storage = Storage(self._memory(key, count, dtype.numpy), dtype)
            self._read[key] = _placed(storage, location, self._map_location)
        return self._read[key]

    def _memory(self, key: str, count: int, dtype: np.dtype[Any]) -> Array:
        if type(count) is not int:
            raise TypeError(f"a storage has a whole number of elements, not {count!r}")
        name, size = f"data/{key}", count * dtype.itemsize
        there = self._archive.size(name)
        if there != size:
            raise RuntimeError(
                f"record size ({there} bytes) does not match expected size ({size} bytes = {size} "
                "elements * 1 bytes/element) for dtype Byte"
            )
        guard.check_shape((count,), dtype)
        memory = np.frombuffer(self._archive.read(name), dtype).copy()
        return memory.byteswap() if self._swapped else memory


def _placed(storage: Storage, location: str, map_location: Any) -> Storage:
    """Return a storage where it is to be: on the CPU; RuntimeError where that is elsewhere."""
    if callable(map_location):
        placed = map_location(storage, location)
        if placed is not None:
            if not isinstance(placed, Storage):
                raise TypeError(
                    "TypedStorage.__init__ received an invalid combination of arguments. Argument "
                    f"'wrap_storage' must be UntypedStorage, but got {type(placed)}"
                )
            return placed
    elif isinstance(map_location, dict):
        location = map_location.get(location, location)
    elif isinstance(map_location, Device):
        location = str(map_location)
    elif isinstance(map_location, str | bytes):
        location = map_location if isinstance(map_location, str) else map_location.decode()
    elif map_location is not None:
        raise TypeError(f"'{type(map_location).__name__}' object is not callable")
    kind = str(location).partition(":")[0]
    if kind == "cpu":
        return storage
    if kind == "cuda":
        raise RuntimeError(
            "Attempting to deserialize object on a CUDA device but torch.cuda.is_available() is "
            "False. If you are running on a CPU-only machine, please use torch.load with "
            "map_location=torch.device('cpu') to map your storages to the CPU."
        )
    raise RuntimeError(
        "don't know how to restore data location of torch.storage.UntypedStorage "
        f"(tagged with {location})"
    )


class _FirstUnpickler(pickle.Unpickler):
    """Reads a number, or another plain value, off the beginning of a file."""

    def find_class(self, module: str, name: str) -> Any:
        """Refuse: a number needs no class."""
        del module, name
        raise RuntimeError("Invalid magic number; corrupt file?")


class _Unpickler(pickle.Unpickler):
    """Makes anything, as every pickle can; what has PyTorch's names is the engine's."""

    def __init__(self, file: IO[bytes], storages: _Storages, options: dict[str, Any]) -> None:
        super().__init__(file, **{"encoding": "utf-8", **options})
        self._storages = storages

    def find_class(self, module: str, name: str) -> Any:
        """Return the class or function of a name."""
        if module.partition(".")[0] == "torch":
            return find_named(module, name)
        return super().find_class(module, name)

    def persistent_load(self, which: Any) -> Storage:
        """Return the storage that the pickle refers to."""
        return self._storages.load(which)
