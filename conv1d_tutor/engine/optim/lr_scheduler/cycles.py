"""Schedules that go up and down between two rates, and the momentum the other way."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from ..optimizer import Optimizer
from .base import HERE, LRScheduler, check_optimizer, for_each_group, set_in, state_of


class _WithMomentum(LRScheduler):
    """A schedule that also moves the momentum, or Adam's first beta."""

    __module__ = HERE
    cycle_momentum: bool
    use_beta1: bool

    def _begin_momentum(self, low: list[float], high: list[float], anew: bool) -> None:
        """Set the momentum of every group to `high`, and remember both."""
        if not anew:
            return
        groups = self.optimizer.param_groups
        for group, lowest, highest in zip(groups, low, high, strict=True):
            self._set_momentum(group, highest)
            group["max_momentum"] = highest
            group["base_momentum"] = lowest

    def _find_momentum(self) -> None:
        """Find whether it is called momentum or beta; ValueError where there is none."""
        defaults = self.optimizer.defaults
        if "momentum" not in defaults and "betas" not in defaults:
            raise ValueError(
                "optimizer must support momentum or beta1 with `cycle_momentum` option enabled"
            )
        self.use_beta1 = "betas" in defaults

    def _set_momentum(self, group: dict[str, Any], momentum: float) -> None:
        if self.use_beta1:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


class CyclicLR(_WithMomentum):
    """Goes up from `base_lr` to `max_lr` in `step_size_up` steps, and down again, and so on.

    `mode` says how high each cycle goes: "triangular" the same, "triangular2" half as high as the
    one before, "exp_range" by `gamma` ** step.
    """

    __module__ = HERE

    def __init__(
        self,
        optimizer: Optimizer,
        base_lr: float | list[float],
        max_lr: float | list[float],
        step_size_up: float = 2000,
        step_size_down: float | None = None,
        mode: str = "triangular",
        gamma: float = 1.0,
        scale_fn: Callable[[float], float] | None = None,
        scale_mode: str = "cycle",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.8,
        max_momentum: float | list[float] = 0.9,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        base_lrs = for_each_group("base_lr", optimizer, base_lr)
        if last_epoch == -1:
            for rate, group in zip(base_lrs, optimizer.param_groups, strict=True):
                set_in(group, "lr", rate)
        self.max_lrs = for_each_group("max_lr", optimizer, max_lr)
        step_size_up = float(step_size_up)
        step_size_down = step_size_up if step_size_down is None else float(step_size_down)
        self.total_size = step_size_up + step_size_down
        self.step_ratio = step_size_up / self.total_size
        if mode not in _SCALES and scale_fn is None:
            raise ValueError("mode is invalid and scale_fn is None")
        self.mode = mode
        self.gamma = gamma
        self._scale_fn_custom: Any = scale_fn
        self.scale_mode = scale_mode
        self._init_scale_fn()
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._find_momentum()
            self.base_momentums = for_each_group("base_momentum", optimizer, base_momentum)
            self.max_momentums = for_each_group("max_momentum", optimizer, max_momentum)
            self._begin_momentum(self.base_momentums, self.max_momentums, last_epoch == -1)
        super().__init__(optimizer, last_epoch)
        self.base_lrs = base_lrs

    def _init_scale_fn(self) -> None:
        if self._scale_fn_custom is None:
            scale, self.scale_mode = _SCALES[self.mode]
            self._scale_fn_ref = partial(scale, self.gamma)

    def scale_fn(self, x: float) -> Any:
        """Return how high a cycle (or a step) goes, of the whole height."""
        if self._scale_fn_custom is not None:
            return self._scale_fn_custom(x)
        return self._scale_fn_ref(x)

    def get_lr(self) -> list[Any]:
        """Return the rate of every group for the step that begins; set their momentum."""
        self._warn_outside_of_step()
        cycle = math.floor(1 + self.last_epoch / self.total_size)
        x = 1.0 + self.last_epoch / self.total_size - cycle
        top = self.step_ratio
        factor = x / top if x <= top else (x - 1) / (top - 1)
        scale = self.scale_fn(cycle if self.scale_mode == "cycle" else self.last_epoch)
        if self.cycle_momentum:
            bounds = zip(self.base_momentums, self.max_momentums, strict=True)
            for group, (low, high) in zip(self.optimizer.param_groups, bounds, strict=True):
                self._set_momentum(group, high - (high - low) * factor * scale)
        return [
            low + (high - low) * factor * scale
            for low, high in zip(self.base_lrs, self.max_lrs, strict=True)
        ]

    def state_dict(self) -> dict[str, Any]:
        """Return everything but the optimizer; of an object that is called, what it holds."""
        state = super().state_dict()
        state.pop("_scale_fn_ref", None)
        own = state.pop("_scale_fn_custom")
        state["_scale_fn_custom"] = None if own is None else state_of(own)
        return state

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take over what `state_dict` gave."""
        given = dict(state_dict)
        own = given.pop("_scale_fn_custom")
        super().load_state_dict(given)
        if own is not None:
            vars(self._scale_fn_custom).update(own)
        self._init_scale_fn()


def _always_whole(_gamma: float, _cycle: float) -> float:
    return 1.0


def _half_of_the_last(_gamma: float, cycle: float) -> float:
    return float(1 / 2.0 ** (cycle - 1))


def _by_gamma(gamma: float, step: float) -> float:
    return float(gamma**step)


_SCALES: dict[str, tuple[Callable[[float, float], float], str]] = {
    "triangular": (_always_whole, "cycle"),
    "triangular2": (_half_of_the_last, "cycle"),
    "exp_range": (_by_gamma, "iterations"),
}
"""How high each mode goes, and by what."""


class OneCycleLR(_WithMomentum):
    """Goes up to `max_lr` once, and down to almost nothing, in `total_steps` steps."""

    __module__ = HERE

    def __init__(
        self,
        optimizer: Optimizer,
        max_lr: float | list[float],
        total_steps: int | None = None,
        epochs: int | None = None,
        steps_per_epoch: int | None = None,
        pct_start: float = 0.3,
        anneal_strategy: str = "cos",
        cycle_momentum: bool = True,
        base_momentum: float | list[float] = 0.85,
        max_momentum: float | list[float] = 0.95,
        div_factor: float = 25.0,
        final_div_factor: float = 1e4,
        three_phase: bool = False,
        last_epoch: int = -1,
    ) -> None:
        check_optimizer(optimizer)
        self.optimizer = optimizer
        self.total_steps = _total_steps(total_steps, epochs, steps_per_epoch)
        self._schedule_phases = _phases(pct_start, self.total_steps, three_phase)
        if pct_start < 0 or pct_start > 1 or not isinstance(pct_start, float):
            raise ValueError(f"Expected float between 0 and 1 pct_start, but got {pct_start}")
        if anneal_strategy not in ("cos", "linear"):
            raise ValueError(
                f"anneal_strategy must be one of 'cos' or 'linear', instead got {anneal_strategy}"
            )
        self._anneal_func_type = anneal_strategy
        highest = for_each_group("max_lr", optimizer, max_lr)
        if last_epoch == -1:
            for rate, group in zip(highest, optimizer.param_groups, strict=True):
                group["initial_lr"] = rate / div_factor
                group["max_lr"] = rate
                group["min_lr"] = group["initial_lr"] / final_div_factor
        self.cycle_momentum = cycle_momentum
        if cycle_momentum:
            self._find_momentum()
            high = for_each_group("max_momentum", optimizer, max_momentum)
            low = for_each_group("base_momentum", optimizer, base_momentum)
            self._begin_momentum(low, high, last_epoch == -1)
        super().__init__(optimizer, last_epoch)

    def _between(self, start: float, end: float, share: float) -> float:
        if self._anneal_func_type == "cos":
            return end + (start - end) / 2.0 * (math.cos(math.pi * share) + 1)
        return (end - start) * share + start

    def get_lr(self) -> list[Any]:
        """Return the rate of every group for the step that begins; set their momentum."""
        self._warn_outside_of_step()
        step = self.last_epoch
        if step > self.total_steps:
            raise ValueError(
                f"Tried to step {step} times. The specified number of total steps is "
                f"{self.total_steps}"
            )
        start = 0.0
        for phase in self._schedule_phases:
            end = phase["end_step"]
            if step <= end or phase is self._schedule_phases[-1]:
                break
            start = end
        share = (step - start) / (end - start)
        rates = []
        for group in self.optimizer.param_groups:
            rates.append(self._between(group[phase["start_lr"]], group[phase["end_lr"]], share))
            if self.cycle_momentum:
                first, last = group[phase["start_momentum"]], group[phase["end_momentum"]]
                self._set_momentum(group, self._between(first, last, share))
        return rates


def _total_steps(total_steps: int | None, epochs: int | None, steps_per_epoch: int | None) -> int:
    if total_steps is not None:
        if total_steps <= 0 or not isinstance(total_steps, int):
            raise ValueError(f"Expected positive integer total_steps, but got {total_steps}")
        return total_steps
    if epochs is None or steps_per_epoch is None:
        raise ValueError("You must define either total_steps OR (epochs AND steps_per_epoch)")
    if not isinstance(epochs, int) or epochs <= 0:
        raise ValueError(f"Expected positive integer epochs, but got {epochs}")
    if not isinstance(steps_per_epoch, int) or steps_per_epoch <= 0:
        raise ValueError(f"Expected positive integer steps_per_epoch, but got {steps_per_epoch}")
    return epochs * steps_per_epoch


def _phases(share: float, steps: int, three: bool) -> list[dict[str, Any]]:
    """Return the parts of the way: where each ends, between which rates and which momentums."""
    up = (float(share * steps) - 1, "initial_lr", "max_lr", "max_momentum", "base_momentum")
    down: tuple[float | str, ...] = (steps - 1, "max_lr", "min_lr", "base_momentum", "max_momentum")
    if three:
        turn = float(2 * share * steps) - 2
        down = (turn, "max_lr", "initial_lr", "base_momentum", "max_momentum")
    out = (steps - 1, "initial_lr", "min_lr", "max_momentum", "max_momentum")
    names = ("end_step", "start_lr", "end_lr", "start_momentum", "end_momentum")
    parts = (up, down, out) if three else (up, down)
    return [dict(zip(names, part, strict=True)) for part in parts]
