"""`torch.save`: an object as PyTorch's own file."""

import io
import os
import pickle
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from types import FunctionType, ModuleType
from typing import Any, ClassVar

import numpy as np

from ...i18n import _
from ..core.device import Device
from ..core.dtypes import DType
from ..core.pickling import Pickles, attributes_of, stored
from ..core.tensor import Array, Layout, Parameter, Tensor
from ..ops.sorting import ReturnType
from .archive import VERSION, archived
from .torch_names import (
    STORAGE_TYPES,
    Storage,
    StorageType,
    _get_layout,
    _rebuild_from_type_v2,
    _rebuild_parameter,
    _rebuild_parameter_with_state,
    _rebuild_tensor_v2,
)


def save(obj: object, f: Any, pickle_module: ModuleType, protocol: int, new_format: bool) -> None:
    """Write an object into a file, or into the file at a path.

    At a path, a file that is there stays as it is until the new one is complete.
    """
    is_path = isinstance(f, str | os.PathLike)
    if not is_path and not hasattr(f, "write"):
        raise AttributeError(
            "expected 'f' to be string, path, or a file-like object with a 'write' attribute"
        )
    if not new_format:
        raise NotImplementedError(
            _(
                "_use_new_zipfile_serialization=False writes PyTorch's format from before 1.6, "
                "which the bundled engine does not have. Leave it out: every PyTorch since then "
                "reads the new one. The real PyTorch has it: conv1d-tutor --engine torch"
            )
        )
    if pickle_module is not pickle:
        raise NotImplementedError(
            _(
                "The bundled engine saves with Python's own pickle. Leave out pickle_module; the "
                "real PyTorch takes others: conv1d-tutor --engine torch"
            )
        )
    if not is_path:
        f.write(_archived(obj, "archive", protocol))
        f.flush()
        return
    path = os.fspath(f)
    folder, name = os.path.split(path)
    if folder and not os.path.isdir(folder):
        raise RuntimeError(f"Parent directory {folder} does not exist.")
    if name in ("", ".", "..") or os.path.isdir(path):
        raise RuntimeError(f"invalid file name: {path}")
    _write(path, _archived(obj, os.path.splitext(name)[0], protocol))


def _write(path: str, content: memoryview) -> None:
    """Write a file; one that is there is replaced at once: half a file is worse than an old one."""
    if os.path.isfile(path) and not os.path.islink(path) and os.access(path, os.W_OK):
        try:
            handle, beside = tempfile.mkstemp(".pt", ".", os.path.dirname(path) or ".")
        except OSError:  # a folder in which nothing can be made may hold a file that can be written
            pass
        else:
            _replace(path, handle, beside, content)
            return
    with open(path, "wb") as file:
        file.write(content)


def _replace(path: str, handle: int, beside: str, content: memoryview) -> None:
    try:
        with open(handle, "wb") as file:
            file.write(content)
        os.chmod(beside, os.stat(path).st_mode & 0o7777)
        os.replace(beside, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise


def _archived(obj: object, folder: str, protocol: int) -> memoryview:
    """Return the archive of an object."""
    pickled = io.BytesIO()
    pickler = _Pickler(pickled, protocol)
    pickler.dump(obj)
    records: dict[str, bytes | memoryview] = {
        "data.pkl": pickled.getbuffer(),
        ".storage_alignment": b"64",
        "byteorder": sys.byteorder.encode(),
    }
    for key, memory in pickler.storages.items():
        records[f"data/{key}"] = memory.view(np.uint8).data
    records["version"] = VERSION
    return archived(folder, records)


class _Pickler(pickle._Pickler):
    """Pickles an object under PyTorch's names; the numbers of tensors are kept for later.

    This is the pickler that is written in Python: the other looks every name up in the module
    that it names, and there may be no PyTorch to look into.
    """

    dispatch: ClassVar[dict[type, Callable[..., None]]] = dict(pickle._Pickler.dispatch)

    def __init__(self, file: io.BytesIO, protocol: int) -> None:
        super().__init__(file, protocol)
        self.storages: dict[str, Array] = {}
        self._keys: dict[tuple[int, int], str] = {}
        self._dtypes: dict[tuple[int, int], DType] = {}

    def persistent_id(self, obj: object) -> tuple[object, ...] | None:
        """Return how the file refers to a storage; None for all else."""
        if not isinstance(obj, Storage):
            return None
        if self._dtypes.setdefault(obj.key, obj.dtype) is not obj.dtype:
            raise RuntimeError(
                "Cannot save multiple tensors or storages that view the same data as different "
                "types"
            )
        key = self._keys.setdefault(obj.key, str(len(self._keys)))
        self.storages[key] = obj.memory
        return "storage", STORAGE_TYPES[obj.dtype.name], key, "cpu", obj.memory.size

    def reducer_override(self, obj: Any) -> Any:
        """Return what makes an object anew in PyTorch's files."""
        if isinstance(obj, Tensor):
            return self._reduced(obj)
        if isinstance(obj, DType):
            return obj.name
        if isinstance(obj, StorageType):
            return obj.__qualname__
        if isinstance(obj, Device):
            return Device, (obj.type,) if obj.index is None else (obj.type, obj.index)
        if isinstance(obj, Layout):
            return _get_layout, ("torch.strided",)
        if isinstance(obj, tuple) and type(obj).__module__ == "torch":
            return type(obj), (tuple(obj),)
        if isinstance(obj, ReturnType):
            return type(obj), (tuple(obj), {})
        if isinstance(obj, Pickles) and type(obj).__reduce_ex__ is Pickles.__reduce_ex__:
            return object.__reduce_ex__(obj, 2)
        return NotImplemented

    def _reduced(self, tensor: Tensor) -> tuple[object, ...]:
        if type(tensor).__reduce_ex__ is not Tensor.__reduce_ex__:
            own: tuple[object, ...] = tensor.__reduce_ex__(2)
            return own
        hooks: OrderedDict[int, object] = OrderedDict()
        state = attributes_of(tensor)
        if isinstance(tensor, Parameter):
            values = tensor.data, tensor.requires_grad, hooks
            if state:
                return _rebuild_parameter_with_state, (*values, state)
            return _rebuild_parameter, values
        memory, offset, sizes, strides = home = stored(tensor)
        storage = Storage(memory, tensor.dtype, home.key)
        made = storage, offset, tuple(sizes), strides, tensor.requires_grad, hooks
        if state or type(tensor) is not Tensor:
            return _rebuild_from_type_v2, (_rebuild_tensor_v2, type(tensor), made, state)
        return _rebuild_tensor_v2, made

    def save_global(self, obj: Any, name: str | None = None) -> None:
        """Write the name of a class or function; PyTorch's are not looked up."""
        module = getattr(obj, "__module__", "")
        if not isinstance(module, str) or module.partition(".")[0] != "torch":
            self._save_by_import(obj, name)
            return
        written = name or getattr(obj, "__qualname__", obj.__name__)
        self.write(  # type: ignore[attr-defined]
            pickle.GLOBAL + f"{module}\n{written}\n".encode("ascii")
        )
        self.memoize(obj)  # type: ignore[attr-defined]

    def _save_by_import(self, obj: Any, name: str | None) -> None:
        """Write the name of what is no part of PyTorch, as the pickler written in C has it."""
        try:
            super().save_global(obj, name)  # type: ignore[misc]
        except pickle.PicklingError as error:
            written = str(name or obj.__qualname__)
            if "<locals>" in written:
                raise AttributeError(f"Can't pickle local object '{written}'") from None
            if "it's not found as" in str(error):
                raise pickle.PicklingError(
                    f"Can't pickle {obj!r}: attribute lookup {written} on {obj.__module__} failed"
                ) from None
            raise

    dispatch[FunctionType] = save_global
