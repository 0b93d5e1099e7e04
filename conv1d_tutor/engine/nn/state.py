"""A module's state by name: what `state_dict` gives and `load_state_dict` takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..core.tensor import Parameter, Tensor

__all__ = ["Owned", "load_state", "owned", "state"]


@dataclass(frozen=True, slots=True)
class Owned:
    """One tensor of the state: its dotted name, the table that holds it and its name there."""

    key: str
    members: dict[str, Any]
    name: str

    @property
    def tensor(self) -> Tensor:
        """The tensor itself."""
        held: Tensor = self.members[self.name]
        return held


class _IncompatibleKeys(NamedTuple):
    """What `load_state_dict` found missing and unexpected."""

    missing_keys: list[str]
    unexpected_keys: list[str]

    def __repr__(self) -> str:
        if not self.missing_keys and not self.unexpected_keys:
            return "<All keys matched successfully>"
        return (
            f"_IncompatibleKeys(missing_keys={self.missing_keys}, "
            f"unexpected_keys={self.unexpected_keys})"
        )


def owned(modules: Iterable[tuple[str, Any]]) -> list[Owned]:
    """Return the state of modules with their paths, in PyTorch's order."""
    found: list[Owned] = []
    for path, module in modules:
        start = f"{path}." if path else ""
        for members, left_out in (
            (module._parameters, ()),
            (module._buffers, module._non_persistent_buffers_set),
        ):
            found.extend(
                Owned(start + name, members, name)
                for name, member in members.items()
                if member is not None and name not in left_out
            )
    return found


def state(entries: list[Owned], into: dict[str, Tensor], keep_vars: bool) -> dict[str, Tensor]:
    """Put the tensors of `entries` into a dictionary, outside the graph unless `keep_vars`."""
    made = into
    for entry in entries:
        made[entry.key] = entry.tensor if keep_vars else entry.tensor.detach()
    return made


def load_state(
    module: Any, entries: list[Owned], given: Any, strict: bool, assign: bool
) -> _IncompatibleKeys:
    """Copy the tensors of `given` into `entries`, or put them in their place (`assign`)."""
    if not isinstance(given, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(given)}.")
    known = {entry.key for entry in entries}
    missing = [entry.key for entry in entries if entry.key not in given]
    unexpected = [key for key in given if key not in known]
    faults = []
    if strict and unexpected:
        faults.append(f"Unexpected key(s) in state_dict: {_quoted(unexpected)}. ")
    if strict and missing:
        faults.insert(0, f"Missing key(s) in state_dict: {_quoted(missing)}. ")
    for entry in entries:
        if entry.key not in given:
            continue
        value, tensor = given[entry.key], entry.tensor
        if not isinstance(value, Tensor):
            faults.append(
                f'While copying the parameter named "{entry.key}", expected torch.Tensor or '
                f"Tensor-like object from checkpoint but received {type(value)}"
            )
        elif value.shape != tensor.shape:
            faults.append(
                f"size mismatch for {entry.key}: copying a param with shape {value.shape} from "
                f"checkpoint, the shape in current model is {tensor.shape}."
            )
        elif assign:
            _assign(entry, value)
        else:
            tensor.data.copy_(value)
    if faults:
        raise RuntimeError(
            f"Error(s) in loading state_dict for {type(module).__name__}:\n\t" + "\n\t".join(faults)
        )
    return _IncompatibleKeys(missing, unexpected)


def _assign(entry: Owned, value: Tensor) -> None:
    held = entry.tensor
    if isinstance(held, Parameter) and not isinstance(value, Parameter):
        value = Parameter(value, requires_grad=held.requires_grad)
    entry.members[entry.name] = value


def _quoted(keys: list[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)
