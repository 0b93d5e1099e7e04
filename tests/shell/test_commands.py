"""`:help` reads as a table, on narrow terminals and in Chinese."""

import pytest
from rich.cells import cell_len

from conv1d_tutor.i18n import use_language
from conv1d_tutor.shell.commands import Command, CommandTable, command_list, split_command

COMMANDS = CommandTable(
    [
        Command("hint", "", "an idea; again for the next one", print),
        Command("explore", "[EXPR]", "move about in an output with the arrow keys", print),
    ]
)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("width", [40, 50, 80])
def test_no_line_of_the_list_is_too_wide(language: str, width: int) -> None:
    """A Chinese character takes two cells."""
    use_language(language)
    lines = command_list(COMMANDS, width).plain.split("\n")
    use_language("en")
    assert all(cell_len(line) <= width for line in lines)


def test_what_a_command_does_goes_on_below_itself() -> None:
    """The second column stays a column."""
    use_language("zh_CN")
    lines = command_list(COMMANDS, 50).plain.split("\n")
    use_language("en")
    column = 2 + len(":explore ") + cell_len("[表达式]") + 3
    assert lines[:3] == [
        "  :hint" + " " * (column - 7) + "给一点提示；再输入一次，看下",
        " " * column + "一条",
        "  :explore [表达式]   用方向键在输出里走动",
    ]


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        (":zoom 2", ("zoom", "2")),
        ("  ：Zoom： 2 ", ("zoom", "2")),
        (":explain x[0, 1:3]", ("explain", "x[0, 1:3]")),
        (":", ("", "")),
        ("?", ("help", "")),
        ("x[1:2]", None),
        ("x?", None),
    ],
)
def test_a_command_is_a_name_and_what_follows(typed: str, command: tuple[str, str] | None) -> None:
    """With a colon of either width, in letters of either size."""
    assert split_command(typed) == command


@pytest.mark.parametrize(
    ("typed", "name"),
    [("hint", "hint"), ("h", "hint"), ("ex", None), ("expla", "explain"), ("", None), ("x", None)],
)
def test_a_beginning_is_enough_where_it_fits_one_only(typed: str, name: str | None) -> None:
    """A doubtful one is not guessed at; both are named."""
    commands = CommandTable([*COMMANDS, Command("explain", "", "", print)])
    found = commands.find(typed)
    assert (found.name if found else None) == name
    near = "There is no command :ex. Did you mean :explore or :explain?"
    assert commands.unknown("ex") == near
