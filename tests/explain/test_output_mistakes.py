"""A whole wrong output is named by what was done to every number of it."""

from types import ModuleType

import pytest

from conv1d_tutor.explain import convolution_behind, name_output_mistake

from .article import article, evaluate

F = "torch.nn.functional.conv1d"


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        (f"{F}(x, conv1d.weight)", "no_bias"),
        (f"{F}(x, conv1d.weight.flip(2), conv1d.bias)", "flipped"),
        (f"{F}(x[:, :1], conv1d.weight[:, :1], conv1d.bias)", "first_channel"),
        (f"{F}(x, conv1d.weight, -conv1d.bias)", "bias_subtracted"),
        (f"{F}(x, conv1d.weight / 2, conv1d.bias)", "mean_of_channels"),
        (f"{F}(x, conv1d.weight, 2 * conv1d.bias)", "bias_per_channel"),
        ("y", None),
        ("torch.zeros(4, 3, 2)", None),
        ("y[0]", None),
        ("torch.zeros(3)", None),
    ],
)
def test_a_wrong_output_is_named(torch: ModuleType, expression: str, name: str | None) -> None:
    """Exactly the mistake that gives all its numbers; nothing for right or meaningless ones."""
    names = article(torch)
    convolution = convolution_behind(names["y"], names)
    assert convolution is not None
    mistake = name_output_mistake(evaluate(names, expression), convolution)
    assert (mistake.name if mistake else None) == name
