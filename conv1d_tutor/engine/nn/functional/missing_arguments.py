"""What PyTorch's built-in functions say when an argument was left out."""

from typing import Any

__all__ = ["REQUIRED", "check_given"]

REQUIRED: Any = object()
"""Stands for an argument that was not given and has no default."""


def check_given(function: str, **arguments: Any) -> None:
    """Raise PyTorch's TypeError that names every argument that is still `REQUIRED`."""
    left_out = [f'"{name}"' for name, value in arguments.items() if value is REQUIRED]
    if left_out:
        # The plural is PyTorch's: "1 ... arguments", "2 ... argument".
        plural = "arguments" if len(left_out) == 1 else "argument"
        raise TypeError(
            f"{function}() missing {len(left_out)} required positional {plural}: "
            + ", ".join(left_out)
        )
