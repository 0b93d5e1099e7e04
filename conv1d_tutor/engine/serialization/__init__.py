"""What the learner imports as `torch.serialization`: `save` and `load`, in PyTorch's own format."""

import pickle
from types import ModuleType
from typing import Any

from ...late import loaded_late
from ..core.op import python_function as _python_function
from .safe_globals import (
    add_safe_globals,
    clear_safe_globals,
    get_safe_globals,
    safe_globals,
)

with loaded_late():
    from . import loading as _loading
    from . import saving as _saving

__all__ = [
    "add_safe_globals",
    "clear_safe_globals",
    "get_safe_globals",
    "load",
    "safe_globals",
    "save",
]

_HERE = "torch.serialization"


@_python_function(_HERE)
def save(
    obj: object,
    f: Any,
    pickle_module: ModuleType = pickle,
    pickle_protocol: int = 2,
    _use_new_zipfile_serialization: bool = True,
    _disable_byteorder_record: bool = False,
) -> None:
    """Write an object into a file: tensors, state_dicts, whole modules, and what holds them.

    `f` is a path or a file that can be written. PyTorch opens the file, and so does `torch.load`.
    A file that is there already is replaced when the new one is complete.
    """
    _saving.save(obj, f, pickle_module, pickle_protocol, _use_new_zipfile_serialization)


@_python_function(_HERE)
def load(
    f: Any,
    map_location: Any = None,
    pickle_module: ModuleType | None = None,
    *,
    weights_only: bool | None = None,
    mmap: bool | None = None,
    **pickle_load_args: Any,
) -> Any:
    """Return what `torch.save` wrote into a file, here or in PyTorch.

    With `weights_only`, as it is unless said otherwise, only tensors and plain Python values are
    made, and nothing in the file can run anything. With `weights_only=False` it can, as with every
    pickle: do that with files you trust.
    """
    return _loading.load(f, map_location, pickle_module, weights_only, mmap, pickle_load_args)
