"""A picture that keys move has the colours that it has on paper."""

import io

import pytest
from rich.console import Console
from rich.text import Text

from conv1d_tutor.shell.live_picture import fragments
from conv1d_tutor.view import Background, theme


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("good", "fg:ansigreen"),
        ("bad", "fg:ansired"),
        ("bias", "fg:ansiyellow"),
        ("channel.4", "fg:ansibrightcyan"),
        ("channel.1.name", "bold fg:ansimagenta"),
        ("padding", "italic dim"),
        ("total", "bold"),
        ("white on blue", "fg:ansigray bg:ansiblue"),
        ("underline reverse", "underline reverse"),
    ],
)
def test_every_style_is_the_same_in_prompt_toolkit(style: str, expected: str) -> None:
    """The terminal's own sixteen colours by their names."""
    console = Console(file=io.StringIO(), theme=theme())
    line = Text.assemble("a", (" b", style), " c")
    assert fragments(line, console) == [("", "a"), (expected, " b"), ("", " c")]


@pytest.mark.parametrize(("background", "colour"), [("dark", "#8fd17c"), ("light", "#2b7a1f")])
def test_more_colours_are_given_by_number(background: Background, colour: str) -> None:
    """On a ground that is known to be dark or light."""
    console = Console(file=io.StringIO(), theme=theme(background))
    assert fragments(Text.assemble(("ok", "good")), console) == [(f"fg:{colour}", "ok")]
