"""`torch.device`: where numbers are kept. Here that is always the CPU."""

import re

from .builtin import Builtin
from .missing import Answering

_KINDS = (
    "cpu, cuda, ipu, xpu, mkldnn, opengl, opencl, ideep, hip, ve, fpga, maia, xla, lazy, vulkan, "
    "mps, meta, hpu, mtia, privateuseone"
)


def kind_of(value: object) -> str:
    """Return the name of a value's type as PyTorch's error texts write it."""
    kind = type(value)
    if kind.__module__ in ("numpy", "torch") and kind.__name__ != "Tensor":
        return f"{kind.__module__}.{kind.__qualname__}"
    return kind.__name__


class Device(Answering, metaclass=Builtin):
    """A `torch.device`: where numbers are kept and computed.

    It has a `type` ("cpu", "cuda" …) and an `index`, which one of that type. The bundled engine
    has the CPU only.
    """

    __slots__ = ("index", "type")
    __module__ = "torch"

    def __init__(self, type: object, index: int | None = None) -> None:
        if isinstance(type, Device):
            type = str(type)
        if isinstance(type, int):
            raise RuntimeError("Cannot access accelerator device when none is available.")
        if not isinstance(type, str):
            raise TypeError(f"device(): argument 'type' must be str, not {kind_of(type)}")
        if index is not None and not isinstance(index, int):
            raise TypeError(
                f"device(): argument 'index' (position 2) must be int, not {kind_of(index)}"
            )
        kind, number = _read(type)
        self.type: str = kind
        self.index: int | None = number if index is None else index

    def __repr__(self) -> str:
        which = "" if self.index is None else f", index={self.index}"
        return f"device(type='{self.type}'{which})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and (other.type, other.index) == (self.type, self.index)

    def __hash__(self) -> int:
        return hash((self.type, self.index))

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.type, self.index)


Device.called("torch.device")


def _again(type: str, index: int | None) -> Device:
    return Device(type, index)


def _read(text: str) -> tuple[str, int | None]:
    """Return the kind and the number of "cuda:1", with PyTorch's errors."""
    if not text:
        raise RuntimeError("Device string must not be empty")
    found = re.fullmatch(r"([a-zA-Z_]+)(?::(\d+))?", text)
    if found is None:
        raise RuntimeError(f"Invalid device string: '{text}'")
    if found[1] not in _KINDS.split(", "):
        raise RuntimeError(
            f"Expected one of {_KINDS} device type at start of device string: {found[1]}"
        )
    return found[1], None if found[2] is None else int(found[2])


CPU = Device("cpu")


def check_device(device: object, function: str = "to") -> None:
    """Raise unless `device` is None or the CPU, however it is written."""
    if device is None or device is CPU:
        return
    if not isinstance(device, str | int | Device):
        raise TypeError(
            f"{function}(): argument 'device' must be torch.device, not {kind_of(device)}"
        )
    kind = Device(device).type
    if kind == "cpu":
        return
    if kind in ("cuda", "xpu", "hpu"):
        raise AssertionError(f"Torch not compiled with {kind.upper()} enabled")
    raise RuntimeError(
        f"the device '{kind}' is PyTorch's, but the bundled engine computes on the CPU only"
    )
