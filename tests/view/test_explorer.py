"""The explorer's foot: what was changed, and what the layer lacks."""

import pytest

from conv1d_tutor.explain import Explorer, convolution_behind
from conv1d_tutor.view import Look, explorer

from .test_screens import names_of


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([], ""),
        ([("padding", 1)], "* changed from the layer's own"),
        ([("kernel_size", 1)], "* changed; weights that the layer lacks are 0"),
        ([("kernel_size", -1)], "* changed from the layer's own"),
        ([("groups", -1)], "* changed; weights that the layer lacks are 0"),
        ([("groups", 1), ("groups", -1)], ""),
    ],
)
def test_what_was_changed_is_said(changes: list[tuple[str, int]], said: str) -> None:
    """And marked beside the argument."""
    names = names_of("c = nn.Conv1d(4, 4, 2, groups=2)\nz = c(torch.rand(1, 4, 6))")
    convolution = convolution_behind(names["z"], names)
    assert convolution is not None
    state = Explorer.of(convolution)
    for name, by in changes:
        state = state.adjusted(name, by)  # type: ignore[arg-type]
    lines = [line.plain for line in explorer.screen(state, Look(), 80, 24)]
    assert lines[-2].strip() == said
    assert any("*" in line for line in lines[-6:-2]) is bool(said)


def test_channels_that_do_not_fit_are_scrolled_to() -> None:
    """Which ones are drawn is said."""
    names = names_of("c = nn.Conv1d(9, 1, 2)\nz = c(torch.rand(1, 9, 6))")
    convolution = convolution_behind(names["z"], names)
    assert convolution is not None
    state = Explorer.of(convolution)
    first = [line.plain for line in explorer.screen(state, Look(), 80, 24)]
    after = [line.plain for line in explorer.screen(state.scrolled(1), Look(), 80, 24)]
    assert any("channels 0–" in line and "of 9: [ and ]" in line for line in first)
    assert not any("channels 0–" in line for line in after)
