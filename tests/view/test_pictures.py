"""What holds of all pictures: figures, colours, nothing trusted as markup, export, speed."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

import conv1d_tutor.engine as torch
from conv1d_tutor.explain import Explorer, convolution_behind, explain
from conv1d_tutor.view import Look, explorer, theme
from conv1d_tutor.view.figures import figures_for
from conv1d_tutor.view.pictures import picture
from conv1d_tutor.view.prose import prose
from tests.explain.article import article, evaluate


def _console(**settings: object) -> Console:
    return Console(
        file=io.StringIO(),
        width=80,
        theme=theme(),
        force_terminal=True,
        legacy_windows=False,
        **settings,  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("numbers", "texts"),
    [
        ([1.0, 2.0, -3.0], ["1", "2", "-3"]),
        ([0.5, 0.25], ["0.50", "0.25"]),
        ([0.20757505, -0.0094171], ["0.2076", "-0.0094"]),
        ([-0.00001, 1.5], ["0.0000", "1.5000"]),
        ([1e-9, 2e-8], ["1.000e-09", "2.000e-08"]),
        ([12345678.0], ["1.235e+07"]),
        ([1e6], ["1.000e+06"]),
        ([999999.0], ["999999"]),
        ([float("nan"), float("inf"), 1.0], ["nan", "inf", "1"]),
        ([], []),
    ],
)
def test_numbers_are_written_by_our_own_rule(numbers: list[float], texts: list[str]) -> None:
    """As short as shows them, else rounded to four decimals; no minus zero."""
    figures = figures_for(numbers)
    assert [figures.text(number) for number in numbers] == texts


@given(st.lists(st.floats(-999, 999, width=32), min_size=1, max_size=8))
def test_a_columns_numbers_have_the_same_decimals(numbers: list[float]) -> None:
    """So that they stand under each other, and never lose more than they say."""
    figures = figures_for(numbers)
    texts = [figures.text(number) for number in numbers]
    if not figures.scientific:
        assert len({len(text.partition(".")[2]) for text in texts}) == 1
        half = 0.5000001 * 10.0**-figures.decimals
        assert all(
            abs(float(text) - n) <= half + 1e-6 * abs(n)
            for text, n in zip(texts, numbers, strict=True)
        )


@pytest.mark.parametrize("background", ["ansi", "dark", "light"])
def test_every_style_that_pictures_use_is_in_the_theme(background: str) -> None:
    """A style name that the theme lacks would be dropped silently."""
    styles = theme(background).styles  # type: ignore[arg-type]
    names = article(torch)
    used = set()
    for expression in ("y[0,0,0]", "y", "w", "b", "x[0,1,4]", "conv1d", "x[0,0,0:5] @ w[0,0]"):
        drawn = picture(explain(evaluate(names, expression), names, expression), Look())
        for line in drawn.lines(80):
            used |= {str(span.style) for span in line.spans}
    assert used - {""} <= set(styles)


def test_a_channel_has_one_colour_everywhere() -> None:
    """In the derivation, channel 1's window, filter row, products and subtotal share a band."""
    names = article(torch)
    lines = picture(explain(names["y"][0, 0, 0], names, ""), Look()).lines(80)
    first = next(n for n, line in enumerate(lines) if line.plain.startswith("  channel 1"))
    for line in lines[first + 1 : first + 4]:
        bands = {str(span.style) for span in line.spans if "channel" in str(span.style)}
        assert bands == {"channel.1"}


def test_without_colour_no_escape_byte_is_written() -> None:
    """The window's brackets and the labels say all that the colours do."""
    names = article(torch)
    console = Console(file=io.StringIO(), width=80, theme=theme(), color_system=None)
    console.print(picture(explain(names["y"][0, 0, 0], names, ""), Look()))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert "\x1b" not in text
    assert "[   0.5487" in text


@pytest.mark.parametrize(
    "hostile", ["y[/]", "w[bold]a[/bold]", "\x1b[31mred", "a\x9b0m\x07", "\u202ea"]
)
def test_nothing_of_the_learners_is_markup(hostile: str) -> None:
    """Brackets stay brackets, and control characters do not get through."""
    names = article(torch)
    console = _console(color_system=None)
    console.print(picture(explain(names["y"], names, hostile), Look()))
    console.print(prose(f"a {hostile} b", Look()))
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert not set(text) & {"\x1b", "\x9b", "\x07", "\u202e"}
    if "[" in hostile and "\x1b" not in hostile:
        assert hostile in text


def test_a_picture_can_be_saved() -> None:
    """Recorded by rich, it is the same text, and its colours are in the HTML and the SVG."""
    names = article(torch)
    console = _console(record=True, color_system="standard")
    drawn = picture(explain(names["y"][0, 0, 0], names, ""), Look())
    console.print(drawn)
    text = console.export_text(clear=False)
    assert [line.rstrip() for line in text.splitlines()] == [line.plain for line in drawn.lines(80)]
    assert "0.1683" in console.export_html(clear=False)
    assert "<svg" in console.export_svg(title="y[0,0,0]")


@pytest.mark.parametrize("width", [1, 2, 5, 12, 20, 30, 300])
def test_any_width_is_survived(width: int) -> None:
    """However narrow, nothing runs over and nothing fails."""
    names = article(torch)
    for expression in ("y[0,0,0]", "y", "w", "b", "x[0,1,4]", "conv1d", "x[0,0,0:5] @ w[0,0]"):
        found = explain(evaluate(names, expression), names, expression)
        for look in (Look(), Look(plain=True), Look(ascii=True)):
            lines = picture(found, look).lines(width)
            assert all(line.cell_len <= width for line in lines), (expression, width)


@pytest.mark.parametrize("size", [(1, 1), (20, 5), (60, 20), (300, 80)])
def test_the_explorer_survives_any_size(size: tuple[int, int]) -> None:
    """It gives exactly the lines that were asked for."""
    names = article(torch)
    convolution = convolution_behind(names["y"], names)
    assert convolution is not None
    lines = explorer.screen(Explorer.of(convolution), Look(), *size)
    assert len(lines) == size[1]
    assert all(line.cell_len <= size[0] for line in lines)


@pytest.mark.timed
def test_a_frame_of_the_explorer_is_quick() -> None:
    """Under 16 ms, also over 64 channels."""
    torch.manual_seed(0)
    layer = torch.nn.Conv1d(64, 64, 3)
    x = torch.randn(1, 64, 500)
    names = {"conv1d": layer, "x": x, "y": layer(x)}
    convolution = convolution_behind(names["y"], names)
    assert convolution is not None
    state = Explorer.of(convolution, (0, 5, 100))
    times = []
    for _turn in range(10):
        state = state.moved(position=1)
        start = time.perf_counter()
        explorer.screen(state, Look(), 100, 30)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.016
