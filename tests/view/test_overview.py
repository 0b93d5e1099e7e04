"""Several output elements at once: which rows are drawn, and how many are not."""

import pytest

from .drawing import drawn


@pytest.mark.parametrize(
    ("filters", "left_out"), [(12, ""), (13, "… and 1 more row"), (15, "… and 3 more rows")]
)
def test_rows_left_out_are_counted(filters: int, left_out: str) -> None:
    """Twelve are drawn."""
    shown = drawn("z", f"c = nn.Conv1d(2, {filters}, 5)\nz = c(x[0])")
    lines = [line.strip() for line in shown.splitlines()]
    assert len([line for line in lines if line.startswith("filter ")]) == 12
    assert [line for line in lines if line.startswith("…")] == ([left_out] if left_out else [])


def test_the_columns_are_the_positions() -> None:
    """Each number stands under its position, and what does not fit is said to be more."""
    shown = drawn("z", "c = nn.Conv1d(2, 1, 1)\nz = c(torch.arange(60.).reshape(1, 2, 30))")
    head = next(line for line in shown.splitlines() if line.startswith("  position"))
    row = next(line for line in shown.splitlines() if line.startswith("  sample 0"))
    assert head.endswith("  …")
    assert row.endswith("  …")
    assert len(head) == len(row)
    assert head.split()[1:4] == ["0", "1", "2"]
