"""What every schedule of learning rates has: an optimizer, the epoch, and a step."""

import warnings
import weakref
from collections.abc import Callable, Mapping
from functools import wraps
from types import FunctionType
from typing import Any

from ...core.missing import Answering
from ...core.pickling import Pickles
from ...core.tensor import Tensor
from ..optimizer import Group, Optimizer

HERE = "torch.optim.lr_scheduler"

_EPOCH_GIVEN = (
    "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where "
    "possible. Please use `scheduler.step()` to step the scheduler. During the deprecation, if "
    "epoch is different from None, the closed form is used instead of the new chainable form, "
    "where available. Please open an issue if you are unable to replicate your use case: "
    "https://github.com/pytorch/pytorch/issues/new/choose."
)
_SEE_MORE = (
    "See more details at https://pytorch.org/docs/stable/optim.html#how-to-adjust-learning-rate"
)


def warn_of_epoch(stacklevel: int = 3) -> None:
    """Warn that `step` was given an epoch."""
    warnings.warn(_EPOCH_GIVEN, UserWarning, stacklevel=stacklevel)


def set_in(group: Group, name: str, value: Any) -> None:
    """Set a hyper-parameter; one that is a tensor keeps being that tensor."""
    if isinstance(group[name], Tensor):
        group[name].fill_(value)
    else:
        group[name] = value


def all_of(optimizer: Optimizer, name: str) -> list[Any]:
    """Return a hyper-parameter of every group."""
    return [
        value.clone() if isinstance(value, Tensor) else value
        for value in (group[name] for group in optimizer.param_groups)
    ]


def check_optimizer(optimizer: object) -> None:
    """Raise TypeError where something else stands for an optimizer."""
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"{type(optimizer).__name__} is not an Optimizer")


def for_each_group(name: str, optimizer: Optimizer, value: Any) -> list[Any]:
    """Return a value for every group: those of a list, or one for all."""
    if isinstance(value, list | tuple):
        if len(value) != len(optimizer.param_groups):
            raise ValueError(
                f"{name} must have the same length as optimizer.param_groups. {name} has "
                f"{len(value)} values, param_groups has {len(optimizer.param_groups)}."
            )
        return list(value)
    return [value] * len(optimizer.param_groups)


def _watch(optimizer: Optimizer) -> None:
    """Let an optimizer note that its `step` was called."""
    if hasattr(optimizer.step, "_wrapped_by_lr_sched"):
        return
    step: Any = optimizer.step
    function: Callable[..., Any] = step.__func__
    watched = weakref.ref(optimizer)

    @wraps(function)
    def noted(*args: Any, **kwargs: Any) -> Any:
        own: Any = watched()
        own._opt_called = True
        return function(own, *args, **kwargs)

    noted._wrapped_by_lr_sched = True  # type: ignore[attr-defined]
    optimizer.step = noted  # type: ignore[method-assign]


class LRScheduler(Answering, Pickles):
    """The base of every schedule: `step()` after each epoch sets the optimizer's rates.

    One of one's own has `get_lr`, which gives the rate of every group for `self.last_epoch`.
    """

    __module__ = HERE
    _named = "LRScheduler"
    _get_lr_called_within_step = False
    _is_initial = False
    optimizer: Optimizer
    last_epoch: int
    _last_lr: list[Any]

    def __init__(self, optimizer: Optimizer, last_epoch: int = -1) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        for place, group in enumerate(optimizer.param_groups):
            if last_epoch == -1:
                rate = group["lr"]
                group.setdefault("initial_lr", rate.clone() if isinstance(rate, Tensor) else rate)
            elif "initial_lr" not in group:
                raise KeyError(
                    f"param 'initial_lr' is not specified in param_groups[{place}] when resuming "
                    "scheduler with last_epoch >= 0.\n"
                    "This typically happens when:\n"
                    "1. You're trying to resume training from a checkpoint but haven't properly "
                    "loaded the optimizer state\n"
                    "2. You're using last_epoch >= 0 for a fresh training run (not recommended)"
                )
        self.base_lrs = all_of(optimizer, "initial_lr")
        self.last_epoch = last_epoch
        _watch(optimizer)
        self._initial_step()

    def _initial_step(self) -> None:
        self._step_count = 0
        self._is_initial = True
        try:
            self.step()
        finally:
            self._is_initial = False

    def get_lr(self) -> list[Any]:
        """Return the rate of every group for the epoch that begins."""
        raise NotImplementedError

    def get_last_lr(self) -> list[Any]:
        """Return the rates that were set last."""
        return self._last_lr

    def step(self, epoch: int | None = None) -> None:
        """Begin another epoch."""
        if self._step_count == 1:
            self._check_order()
        self._step_count += 1
        if epoch is not None:
            warn_of_epoch()
        self._update_lr(epoch)

    def _check_order(self) -> None:
        """Warn where the optimizer has not stepped before the schedule does."""
        if not hasattr(self.optimizer.step, "_wrapped_by_lr_sched"):
            warnings.warn(
                "Seems like `optimizer.step()` has been overridden after learning rate scheduler "
                "initialization. Please, make sure to call `optimizer.step()` before "
                f"`lr_scheduler.step()`. {_SEE_MORE}",
                UserWarning,
                stacklevel=3,
            )
        elif not getattr(self.optimizer, "_opt_called", False):
            warnings.warn(
                "Detected call of `lr_scheduler.step()` before `optimizer.step()`. In PyTorch "
                "1.1.0 and later, you should call them in the opposite order: `optimizer.step()` "
                "before `lr_scheduler.step()`.  Failure to do this will result in PyTorch "
                f"skipping the first value of the learning rate schedule. {_SEE_MORE}",
                UserWarning,
                stacklevel=3,
            )

    def _update_lr(self, epoch: int | None = None) -> None:
        self._get_lr_called_within_step = True
        try:
            if epoch is None:
                self.last_epoch += 1
                rates = self.get_lr()
            else:
                self.last_epoch = epoch
                rates = getattr(self, "_get_closed_form_lr", self.get_lr)()
        finally:
            self._get_lr_called_within_step = False
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            set_in(group, "lr", rate)
        self._last_lr = all_of(self.optimizer, "lr")

    def _rates(self) -> list[Any]:
        """Return the rate of every group as it is."""
        return all_of(self.optimizer, "lr")

    def _scaled(self, factor: float) -> list[Any]:
        """Return the rate of every group times a factor."""
        return [group["lr"] * factor for group in self.optimizer.param_groups]

    def _warn_outside_of_step(self) -> None:
        """Warn that `get_lr` was called by somebody else than `step`."""
        if not self._get_lr_called_within_step:
            warnings.warn(
                "To get the last learning rate computed by the scheduler, please use "
                "`get_last_lr()`.",
                UserWarning,
                stacklevel=3,
            )

    def state_dict(self) -> dict[str, Any]:
        """Return everything but the optimizer."""
        return {name: value for name, value in self.__dict__.items() if name != "optimizer"}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        self.__dict__.update(state_dict)


class _LRScheduler(LRScheduler):
    """The name that the base had before, for schedules written then."""

    __module__ = HERE


def state_of(function: object) -> dict[str, Any] | None:
    """Return what an object that is called has for a state; None of a plain function."""
    return None if isinstance(function, FunctionType) else dict(vars(function))


def with_parts(state: Mapping[str, Any], name: str, parts: list[Any]) -> dict[str, Any]:
    """Return a schedule's state with the states of its parts in their place."""
    own = {key: value for key, value in state.items() if key not in ("optimizer", name)}
    return {**own, name: parts}
