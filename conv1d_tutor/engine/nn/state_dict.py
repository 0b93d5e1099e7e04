"""A module's state by name: what `state_dict` returns and `load_state_dict` takes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..core.tensor import Parameter, Tensor


@dataclass(frozen=True, slots=True)
class _Member:
    """One tensor of the state: its dotted name, the table that holds it and its name there."""

    key: str
    held_in: dict[str, Any]
    name: str

    @property
    def tensor(self) -> Tensor:
        """The tensor itself."""
        held: Tensor = self.held_in[self.name]
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


def members_of(modules: Iterable[tuple[str, Any]]) -> list[_Member]:
    """Return the state of modules with their paths, in PyTorch's order."""
    found: list[_Member] = []
    for path, module in modules:
        start = f"{path}." if path else ""
        for members, left_out in (
            (module._parameters, ()),
            (module._buffers, module._non_persistent_buffers_set),
        ):
            found.extend(
                _Member(start + name, members, name)
                for name, member in members.items()
                if member is not None and name not in left_out
            )
    return found


def state_of(members: list[_Member], into: dict[str, Tensor], keep_vars: bool) -> dict[str, Tensor]:
    """Put the tensors of `members` into a dictionary, outside the graph unless `keep_vars`."""
    for member in members:
        into[member.key] = member.tensor if keep_vars else member.tensor.detach()
    return into


def load_state(
    name: str, members: list[_Member], given: Mapping[str, object], strict: bool, assign: bool
) -> _IncompatibleKeys:
    """Copy the tensors of `given` into `members`, or put them in their place (`assign`)."""
    if not isinstance(given, Mapping):
        raise TypeError(f"Expected state_dict to be dict-like, got {type(given)}.")
    known = {member.key for member in members}
    missing = [member.key for member in members if member.key not in given]
    unexpected = [key for key in given if key not in known]
    faults = []
    if strict and unexpected:
        faults.append(f"Unexpected key(s) in state_dict: {_quoted(unexpected)}. ")
    if strict and missing:
        faults.insert(0, f"Missing key(s) in state_dict: {_quoted(missing)}. ")
    for member in members:
        if member.key not in given:
            continue
        value, tensor = given[member.key], member.tensor
        if not isinstance(value, Tensor):
            faults.append(
                f'While copying the parameter named "{member.key}", expected torch.Tensor or '
                f"Tensor-like object from checkpoint but received {type(value)}"
            )
        elif value.shape != tensor.shape:
            faults.append(
                f"size mismatch for {member.key}: copying a param with shape {value.shape} from "
                f"checkpoint, the shape in current model is {tensor.shape}."
            )
        elif assign:
            _assign(member, value)
        else:
            tensor.data.copy_(value)
    if faults:
        raise RuntimeError(f"Error(s) in loading state_dict for {name}:\n\t" + "\n\t".join(faults))
    return _IncompatibleKeys(missing, unexpected)


def _assign(member: _Member, value: Tensor) -> None:
    held = member.tensor
    if isinstance(held, Parameter) and not isinstance(value, Parameter):
        value = Parameter(value, requires_grad=held.requires_grad)
    member.held_in[member.name] = value


def _quoted(keys: list[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)
