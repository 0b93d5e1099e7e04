"""The one place that prints: prompts, blank lines, widths, and nothing that steers a terminal."""

import io

import pytest
from rich.text import Text

from conv1d_tutor.shell.screen import Screen
from conv1d_tutor.view import Look, Picture


class Page(Screen):
    """A screen whose text can be read."""

    def __init__(self, width: int = 40, look: Look | None = None) -> None:
        self.paper = io.StringIO()
        super().__init__(look or Look(), file=self.paper, width=width)

    @property
    def lines(self) -> list[str]:
        """Return what was printed, without trailing blanks."""
        return [line.rstrip() for line in self.paper.getvalue().splitlines()]


def test_code_stands_behind_the_prompts_it_was_typed_at() -> None:
    """A line that goes on with another stands behind dots, a new statement behind a prompt."""
    page = Page()
    page.code("for i in r:\n    i\n\nx = 1\ny\n")
    assert page.lines == [">>> for i in r:", "...     i", "...", ">>> x = 1", ">>> y"]


def test_blank_lines_do_not_add_up() -> None:
    """Two are one; after text, or after an input, the next one counts again."""
    page = Page()
    page.blank()
    page.blank()
    page.note("a")
    page.blank()
    page.typed_into()
    page.blank()
    assert page.lines == ["", "a", "", ""]


@pytest.mark.parametrize(("columns", "drawn"), [(40, 40), (100, 100), (160, 100)])
def test_nothing_is_drawn_wider_than_a_person_reads(columns: int, drawn: int) -> None:
    """A heading's rule ends where pictures end."""
    page = Page(columns)
    page.heading("left", "right")
    assert page.width == drawn
    assert [len(line) for line in page.lines] == [drawn]


def test_a_heading_says_both_or_the_more_important() -> None:
    """How far along goes first where there is no room, and in plain looks it is a sentence."""
    wide, narrow, plain = Page(40), Page(12), Page(look=Look(plain=True))
    for page in (wide, narrow, plain):
        page.heading("1 Create", "step 2/9")
    assert wide.lines == ["── 1 Create ──────────────── step 2/9 ──"]
    assert narrow.lines == ["── 1 Create"]
    assert plain.lines == ["1 Create. step 2/9"]


def test_nothing_that_is_said_steers_the_terminal() -> None:
    """Neither a note nor code."""
    page = Page()
    page.note("a\x1b[31mb")
    page.code("x = '\x9b2J'")
    assert page.lines == ["a[31mb", ">>> x = '2J'"]


def test_a_picture_has_air_around_it_and_is_remembered() -> None:
    """One blank line above and below, whatever it begins with."""
    page = Page()
    drawn = Picture(lambda pen: [pen.line(), pen.line("middle")], page.look)
    page.picture(drawn)
    assert page.lines == ["", "middle", ""]
    assert page.last_picture is drawn


def test_options_stand_behind_their_letters() -> None:
    """A long one goes on below itself."""
    page = Page(24)
    page.options([("a", "one two three four five six"), ("b", "no")])
    assert page.lines[0].startswith("  a ")
    assert page.lines[1].startswith("    ")
    assert [line for line in page.lines if line.startswith("  b ")]


def test_brackets_are_no_markup() -> None:
    """What a learner types stays what it is."""
    page = Page()
    page.show(Text("[bold]x[/bold]"))
    page.note("[red]")
    assert page.lines == ["[bold]x[/bold]", "[red]"]
