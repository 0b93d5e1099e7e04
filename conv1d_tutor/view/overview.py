"""Several output elements at once, or a value without a history: what it is and what to type."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import NoOrigin, Overview
from ..i18n import _, ngettext
from .figures import figures_for
from .look import Look
from .pen import Part, Pen, Picture, clean, left, right

__all__ = ["no_origin_picture", "no_origin_sentences", "overview_picture", "step_words"]

_MOST_ROWS = 12


def overview_picture(overview: Overview, look: Look) -> Picture:
    """Draw which output elements a value shows, with their numbers, and one line to type."""
    return Picture(lambda pen: _draw_overview(overview, pen), look)


def no_origin_picture(origin: NoOrigin, look: Look) -> Picture:
    """Draw why a value has no origin, and the line that shows it with one."""
    return Picture(lambda pen: _draw_no_origin(origin, pen), look)


def step_words(overview: Overview) -> str:
    """Return the computing steps on the way, in PyTorch's names, empty without any."""
    names = [step.operation.lower() for step in overview.steps if not step.moves_only]
    return ", ".join(names)


def _draw_overview(overview: Overview, pen: Pen) -> Iterator[Text]:
    convolution = overview.convolution
    called = convolution.called
    name = clean(overview.expression) or called.output or "y"
    output = called.output or "y"
    yield pen.line()
    shape = _shape_words(overview)
    if pen.size(name + shape) + 6 <= pen.width:
        yield pen.line("  ", (name, "heading"), "    ", (shape, "quiet"))
    else:
        yield from pen.wrapped((name, "heading"))
        yield from pen.wrapped((shape, "quiet"))
    steps = step_words(overview)
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


def _shape_words(overview: Overview) -> str:
    shape = (
        "(" + ", ".join(map(str, overview.shape)) + ("," if len(overview.shape) == 1 else "") + ")"
    )
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


def no_origin_sentences(origin: NoOrigin) -> tuple[str, str]:
    """Return why there is no origin, and what leads on to the line to type (empty without one)."""
    name = clean(origin.expression) or _("This value")
    why = {
        "detached": _("{name} was detached: it shows the numbers without their history."),
        "no_grad": _("{name} was computed without recording its history (torch.no_grad)."),
        "freed": _("The history of {name} was used up by backward()."),
        "changed": _("The input or the weights were changed since {name} was computed."),
        "number": _("{name} is a plain number: it carries no history."),
        "no_convolution": _("{name} has a history, but no convolution in it."),
        "no_history": _("{name} has no history: it did not come out of a layer."),
        "transposed": _(
            "{name} comes from a transposed convolution, which spreads each input instead of"
            " gathering a window; it is not taken apart here."
        ),
        "not_a_tensor": _("{name} is not a tensor, a layer or a number."),
    }[origin.reason].format(name=name)
    if not origin.line:
        return why, ""
    lead = {
        "detached": _("The same number with its history:"),
        "no_grad": _("The same with its history:"),
        "number": _("This output element has the same value:"),
    }.get(origin.reason, _("Compute it anew:"))
    return why, lead


def _draw_no_origin(origin: NoOrigin, pen: Pen) -> Iterator[Text]:
    why, lead = no_origin_sentences(origin)
    yield pen.line()
    yield from pen.wrapped((why, ""))
    if lead:
        yield from pen.wrapped((lead, ""))
        yield pen.line("  >>> ", (clean(origin.line), "code"))
