"""Arguments by name: PyTorch's names and numpy's, `out=`, and where a tensor is to be made.

The operations take PyTorch's own names as far as Python's signatures allow. What they do not
allow is read here, before a call: `axis=` for `dim=`, `size=` for sizes that may also be given one
by one, `out=` for a result that is to be written into a tensor.
"""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from inspect import Parameter, signature
from typing import Any

from .device import check_device
from .tensor import Layout

__all__ = ["Names", "names_of"]

_NUMPYS = {"axis": "dim", "keepdims": "keepdim", "x": "input", "a": "input", "x1": "input",
           "x2": "other"}  # fmt: skip
"""numpy's name for a parameter, and PyTorch's."""

_OTHERS: Mapping[str, Mapping[str, str]] = {
    "detach": {"input": "self"},
    "expand": {"size": "sizes"},
    "random_": {"from": "from_"},
    "result_type": {"tensor": "tensor1", "scalar1": "tensor1", "other": "tensor2",
                    "scalar": "tensor2", "scalar2": "tensor2"},
    "split": {"split_size": "split_size_or_sections", "input": "tensor"},
    "tensor_split": {"sections": "indices_or_sections", "indices": "indices_or_sections",
                     "tensor_indices_or_sections": "indices_or_sections"},
    "transpose": {"axis0": "dim0", "axis1": "dim1"},
    "uniform_": {"from": "from_"},
    "view": {"size": "shape"},
}  # fmt: skip
"""More than one of PyTorch's own names for a parameter, by operation."""

_WITH_OUT = frozenset(
    "abs absolute acos add addcdiv addcmul addmm all amax amin any arange arccos arcsin arctan "
    "arctan2 argmax argmin argsort asin atan atan2 baddbmm bernoulli bitwise_and "
    "bitwise_left_shift bitwise_not bitwise_or bitwise_right_shift bitwise_xor bmm cat ceil "
    "chain_matmul clamp clamp_max clamp_min clip column_stack concat concatenate cos cosh cross "
    "cummax cummin cumprod cumsum deg2rad diag diff div divide dot empty eq erf exp exp2 expm1 eye "
    "fix floor floor_divide fmax fmin fmod frac full gather ge ger greater greater_equal gt histc "
    "hstack hypot index_add index_copy index_select inner isin isneginf isposinf kron kthvalue le "
    "lerp less less_equal linspace log log10 log1p log2 log_softmax logical_and logical_not "
    "logical_or logical_xor logit logspace logsumexp lt masked_select matmul max maximum mean "
    "median min minimum mm mul multinomial multiply mv nan_to_num nansum ne neg negative nonzero "
    "norm normal not_equal ones outer pow prod quantile rad2deg rand randint randn randperm range "
    "reciprocal remainder round row_stack rsqrt scatter scatter_add searchsorted sgn sigmoid sign "
    "signbit sin sinh softmax sort sqrt square stack std sub subtract sum take take_along_dim tan "
    "tanh tensordot topk tril triu true_divide trunc var vdot vstack where zeros".split()
)


@dataclass(frozen=True, slots=True)
class Names:
    """What an operation calls its parameters."""

    operation: str
    """The operation's own name."""
    own: frozenset[str]
    """Those that it takes by name."""
    leading: tuple[str, ...]
    """Those before the variadic one."""
    variadic: str | None
    """The one that it takes as any number of positional arguments."""
    others: Mapping[str, str]
    """More names, each with the parameter that it stands for."""
    makes: bool
    """Whether it makes a tensor out of nothing, so that it is told where."""
    out: bool
    """Whether PyTorch lets it write its result into a given tensor."""

    def read(
        self, arguments: tuple[Any, ...], options: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any], Any]:
        """Return the arguments in the operation's own names, and the tensor to write into."""
        read: dict[str, Any] = {}
        out = several = None
        for name, value in options.items():
            meant = name
            if name not in self.own:
                meant = self.others.get(name, name)
            if meant == self.variadic:
                several = value
            elif meant == "out" and self.out:
                out = value
            elif meant == "out":
                # numpy's functions hand their `out` on; PyTorch names the first that it sees.
                raise TypeError(f"{self.operation}() got an unexpected keyword argument "
                                f"'{next(iter(options))}'")  # fmt: skip
            elif self.makes and meant in ("device", "layout", "pin_memory"):
                _check_place(meant, value)
            else:
                read[meant] = value
        if several is not None:
            ahead = self.leading[len(arguments) :]
            arguments = (*arguments, *(read.pop(name) for name in ahead), several)
        return arguments, read, out


def names_of(operation: Callable[..., Any], bound: int) -> Names:
    """Return the names of an operation's parameters; `bound` is 1 for a method."""
    parameters = signature(operation).parameters.values()
    variadic = next((each.name for each in parameters if each.kind is Parameter.VAR_POSITIONAL),
                    None)  # fmt: skip
    leading = tuple(
        itertools.takewhile(lambda name: name != variadic, signature(operation).parameters)
    )
    own = frozenset(each.name for each in parameters if each.kind is not Parameter.VAR_POSITIONAL)
    any_name = any(each.kind is Parameter.VAR_KEYWORD for each in parameters)
    others = {name: meant for name, meant in _NUMPYS.items() if meant in own or any_name}
    others |= _OTHERS.get(operation.__name__, {})
    makes = "requires_grad" in own or operation.__name__ in _MAKERS
    return Names(
        operation.__name__,
        own,
        leading,
        variadic,
        others,
        makes,
        not bound and operation.__name__ in _WITH_OUT,
    )


_MAKERS = frozenset(
    "range logspace normal rand_like randint_like randn_like tril_indices triu_indices new_empty "
    "new_full new_ones new_zeros as_tensor".split()
)


def _check_place(name: str, value: Any) -> None:
    """Refuse to make a tensor anywhere but in the memory of the CPU."""
    if name == "device":
        check_device(value)
    elif name == "layout" and value is not None and not isinstance(value, Layout):
        raise TypeError(f"argument 'layout' must be torch.layout, not {type(value).__name__}")
