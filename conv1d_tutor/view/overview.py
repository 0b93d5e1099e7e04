"""Several output elements at once: which they are, their numbers, and what to type."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import Overview
from ..i18n import _, ngettext
from ..printable import one_line
from .figures import figures_for, shape_text
from .pen import Part, Pen, left, right

_MOST_ROWS = 12


def draw(overview: Overview, pen: Pen) -> Iterator[Text]:
    """Draw which output elements a value shows, with their numbers, and one line to type."""
    convolution = overview.convolution
    called = convolution.called
    name = one_line(overview.expression) or called.output or "y"
    output = called.output or "y"
    yield pen.line()
    yield from pen.title((name, "heading"), beside=_shape_words(overview))
    steps = _steps(overview)
    if steps:
        yield from pen.wrapped(
            (
                _("{output} of {layer}, then {steps}").format(
                    output=output, layer=called.layer or _("a convolution"), steps=steps
                ),
                "",
            )
        )
    if not overview.elements:
        yield from pen.wrapped(
            (_("Many output elements were made into one number here; look at a single one:"), "")
        )
        index = "0,0" if convolution.unbatched else "0,0,0"
        yield pen.line()
        yield pen.line("  >>> ", (f"{output}[{index}]", "code"))
        return
    yield pen.line()
    yield from _table(overview, output, pen)
    yield pen.line()
    chosen = _element(overview, 0, output)
    yield from pen.wrapped(
        (_("Each number is one filter over one window. Take one apart:"), "note")
    )
    yield pen.line("  >>> ", (chosen, "code"))


def say(overview: Overview) -> Iterator[str]:
    """Say which output elements a value shows, the first few with their numbers."""
    output = overview.convolution.called.output or "y"
    name = one_line(overview.expression) or output
    yield _("{name} has shape {shape}.").format(name=name, shape=overview.shape)
    steps = _steps(overview)
    if steps:
        yield _("It comes from {output}, then {steps}.").format(output=output, steps=steps)
    figures = figures_for(overview.numbers)
    for element, number in list(zip(overview.elements, overview.numbers, strict=True))[:8]:
        shown = element[1:] if overview.convolution.unbatched else element
        yield f"{output}[{','.join(map(str, shown))}] = {figures.text(number)}"
    if len(overview.elements) > 8:
        yield _("… and {count} more").format(count=len(overview.elements) - 8)
    index = "0,0" if overview.convolution.unbatched else "0,0,0"
    yield _("Take one apart: {line}").format(line=f"{output}[{index}]")


def _steps(overview: Overview) -> str:
    """Return the computing steps on the way, in PyTorch's names, empty without any."""
    names = [step.operation.lower() for step in overview.steps if not step.moves_only]
    return ", ".join(names)


def _shape_words(overview: Overview) -> str:
    shape = shape_text(overview.shape)
    if overview.whole and len(overview.shape) == 3:
        n, c, length = overview.shape
        return _("{shape}: {n} samples × {c} filters × {length} positions").format(
            shape=shape, n=n, c=c, length=length
        )
    if overview.whole and len(overview.shape) == 2:
        c, length = overview.shape
        return _("{shape}: one sample, {c} filters × {length} positions").format(
            shape=shape, c=c, length=length
        )
    return shape


def _element(overview: Overview, number: int, output: str) -> str:
    sample, chosen, position = overview.elements[number]
    inner = f"{chosen},{position}"
    return f"{output}[{inner}]" if overview.convolution.unbatched else f"{output}[{sample},{inner}]"


def _table(overview: Overview, output: str, pen: Pen) -> Iterator[Text]:
    """Draw a row for each sample and filter, the positions across."""
    rows: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for (sample, chosen, position), number in zip(overview.elements, overview.numbers, strict=True):
        rows.setdefault((sample, chosen), []).append((position, number))
    figures = figures_for(overview.numbers)
    positions = sorted({position for row in rows.values() for position, _number in row})
    unbatched = overview.convolution.unbatched
    short = pen.width < 60
    labels = {
        key: f"{output}[{key[1]}]"
        if short and unbatched
        else f"{output}[{key[0]},{key[1]}]"
        if short
        else (_("filter {number}") if unbatched else _("sample {sample} · filter {number}")).format(
            sample=key[0], number=key[1]
        )
        for key in rows
    }
    label = max(pen.size(text) for text in labels.values()) + 4
    width = max([len(figures.text(n)) for n in overview.numbers] + [len(str(positions[-1]))]) + 2
    fit = max((pen.width - label - 4) // width, 1)
    cut = len(positions) > fit
    shown = positions[:fit]
    head: list[Part] = [left("  " + _("position"), label)]
    head += [right(str(position), width) for position in shown] + (["  …"] if cut else [])
    yield pen.line(*((part, "quiet") for part in head if isinstance(part, str)))
    keys = list(rows)
    for key in keys[:_MOST_ROWS]:
        numbers = dict(rows[key])
        cells = [
            right(figures.text(numbers[position]) if position in numbers else "", width)
            for position in shown
        ]
        yield pen.line(
            ("  " + left(labels[key], label - 2), "quiet"), *cells, *(["  …"] if cut else [])
        )
    hidden = len(keys) - _MOST_ROWS
    if hidden > 0:
        words = ngettext("… and {count} more row", "… and {count} more rows", hidden)
        yield pen.line("  ", (words.format(count=hidden), "quiet"))
