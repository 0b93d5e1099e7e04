"""What a bias is for: its numbers, and the outputs that use them."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import BiasUse
from ..i18n import _
from ..printable import one_line
from .figures import figures_for
from .pen import Pen, right

_MOST_ROWS = 12


def draw(use: BiasUse, pen: Pen) -> Iterator[Text]:
    """Draw the bias of each filter, and say which outputs use it."""
    sentences = list(say(use))
    yield pen.line()
    yield from pen.wrapped((sentences[0], "heading"))
    if use.filter is None:
        figures = figures_for(use.numbers)
        yield pen.line()
        for number, value in list(enumerate(use.numbers))[:_MOST_ROWS]:
            yield pen.line(
                "  ",
                (_("filter {number}").format(number=number) + "   ", "quiet"),
                (right(figures.text(value), 8), "bias"),
            )
        if len(use.numbers) > _MOST_ROWS:
            yield pen.line("  …")
    yield pen.line()
    for sentence in sentences[1:]:
        yield from pen.wrapped((sentence, "note"))


def say(use: BiasUse) -> Iterator[str]:
    """Say what a bias is for."""
    name = one_line(use.expression) or use.name
    output = (use.convolution and use.convolution.called.output) or "y"
    if use.filter is None:
        yield _("{name} holds one number for each of the {count} filters.").format(
            name=name, count=use.count
        )
        yield _(
            "bias[o] is added once to every number of {output}[:,o,:],"
            " after the channels are summed."
        ).format(output=output)
        return
    number = figures_for(use.numbers).text(use.numbers[0])
    yield _("{name} = {number}: the bias of filter {filter}.").format(
        name=name, number=number, filter=use.filter
    )
    yield _("It is added once to every number of {output}, after the channels are summed.").format(
        output=f"{output}[:,{use.filter},:]"
    )
