"""What registering a hook gives back."""

from typing import Any

__all__ = ["RemovableHandle"]


class RemovableHandle:
    """A handle on a hook in a table of hooks; `remove()` takes it out again."""

    __module__ = "torch.utils.hooks"
    _next_id = 0

    def __init__(self, hooks: dict[int, Any], hook: Any) -> None:
        self._hooks = hooks
        self.id = RemovableHandle._next_id
        RemovableHandle._next_id += 1
        hooks[self.id] = hook

    def remove(self) -> None:
        """Take the hook out."""
        self._hooks.pop(self.id, None)

    def __enter__(self) -> "RemovableHandle":
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()
