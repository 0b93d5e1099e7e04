"""How close two libraries' numbers have to be: in units of the last place of what was summed."""

from typing import Any

import numpy as np

__all__ = ["array_of", "assert_within_ulps", "in_both"]


def array_of(tensor: Any) -> Any:
    """Return the numbers of a tensor of either library."""
    return tensor.detach().numpy()


def assert_within_ulps(ours: Any, theirs: Any, scale: Any, ulps: float = 4) -> None:
    """Hold two tensors against each other, `ulps` units of `scale`'s last place apart at most.

    `scale` is how large the sums' terms were: the same computation on absolute values, or one
    number for all.
    """
    one, two = array_of(ours), array_of(theirs)
    assert one.shape == two.shape
    assert one.dtype == two.dtype
    unit = np.finfo(one.dtype).eps * np.asarray(scale, np.float64)
    finite = np.isfinite(two)
    np.testing.assert_array_equal(one[~finite], two[~finite])
    apart = np.abs(one.astype(np.float64) - two)[finite]
    allowed = np.broadcast_to(ulps * unit + np.finfo(one.dtype).tiny, one.shape)[finite]
    worst = (apart / allowed).max(initial=0)
    assert worst <= 1, f"{worst * ulps:.1f} units apart, {ulps} allowed"


def in_both(array: Any, *faces: Any, requires_grad: bool = False) -> list[Any]:
    """Return a tensor with the numbers of `array` in each library."""
    made = []
    for face in faces:
        tensor = face.from_numpy(np.array(array))
        if requires_grad:
            tensor.requires_grad_(True)
        made.append(tensor)
    return made
