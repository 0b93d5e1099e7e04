"""The window over the input as a still picture of fixed columns, so that frames do not jump."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text

from ..explain import Cell, ChannelPart, Derivation, total_of
from ..i18n import _
from .derivation.sums import position_label
from .figures import Figures, figures_for
from .pen import Part, Pen, left, right
from .theme import band


@dataclass(frozen=True, slots=True)
class Strip:
    """Which positions are drawn, and how: with numbers, or as marks where numbers do not fit.

    `figures` say how inputs, weights and products are written.
    """

    positions: range
    label: int
    width: int
    figures: tuple[Figures, ...]
    cut_left: bool
    cut_right: bool

    @property
    def marks(self) -> bool:
        """Whether the columns are marks instead of numbers."""
        return not self.figures


def strip_label(element: Derivation, parts: tuple[ChannelPart, ...], pen: Pen) -> int:
    """Return the width of the labels beside the rows."""
    called = element.convolution.called
    names = [
        f"{called.input or _('input')}[{element.sample},{parts[-1].channel}]",
        f"weight[{element.filter},{parts[-1].weight_channel}]",
        "  " + _("products"),
        _("position"),
    ]
    return max(pen.size(name) for name in names) + 3


def strip_of(element: Derivation, parts: Sequence[ChannelPart], label: int, pen: Pen) -> Strip:
    """Choose decimals and positions so that the whole window is seen at a fixed place.

    The visible part moves by whole pages only, as the window leaves it.
    """
    convolution, geometry = element.convolution, element.convolution.geometry
    padded = geometry.padded_positions(convolution.length)
    first, last = padded.start, padded.stop
    room = pen.width - label - 4
    start = element.window[0]
    for decimals in (4, 3, 2, 1):
        figures = [
            _at_most(figures_for(numbers), decimals)
            for numbers in (
                [tap.value for part in parts for tap in part.taps],
                [tap.weight for part in parts for tap in part.taps],
                [tap.product for part in parts for tap in part.taps],
            )
        ]
        texts = [
            text
            for part in parts
            for tap in part.taps
            for text in (
                figures[0].text(tap.value),
                figures[1].text(tap.weight),
                figures[2].text(tap.product),
            )
        ]
        texts += [figures[0].text(cell.value) for part in parts for cell in part.row]
        width = max([*map(len, texts), 3, len(str(last - 1))])
        fits = room // (width + 2)
        if fits >= min(geometry.effective_kernel_size + (1 if decimals > 2 else 0), last - first):
            positions = _page(first, last, start, geometry.effective_kernel_size, fits)
            cut = positions.start > first, positions.stop < last
            return Strip(positions, label, width, tuple(figures), *cut)
    fits = max(room // 2, 1)
    positions = _page(first, last, start, geometry.effective_kernel_size, fits)
    cut = positions.start > first, positions.stop < last
    return Strip(positions, label, 1, (), *cut)


def _at_most(figures: Figures, decimals: int) -> Figures:
    if figures.scientific:
        return Figures(min(figures.decimals, max(decimals - 1, 0)), scientific=True)
    return Figures(min(figures.decimals, decimals))


def _page(first: int, last: int, start: int, span: int, fits: int) -> range:
    if last - first <= fits:
        return range(first, last)
    page = max(fits - span, 1)
    begin = first + (start - first) // page * page
    begin = min(begin, last - fits)
    return range(begin, begin + fits)


def ruler(strip: Strip, element: Derivation, pen: Pen) -> Text:
    """Return the line of positions over the columns."""
    convolution = element.convolution
    parts: list[Part] = [(left("  " + _("position"), strip.label), "quiet")]
    for position in strip.positions:
        cell = Cell(position, convolution.source(position), 0.0)
        if strip.marks:
            text = str(position % 10) if not cell.padding else "p"
        else:
            text = position_label(cell)
        parts.append((_gap(strip) + right(text, strip.width), "quiet"))
    return pen.line(*parts)


def _gap(strip: Strip) -> str:
    return " " if strip.marks else "  "


def channel_lines(
    strip: Strip, element: Derivation, part: ChannelPart, pen: Pen, *, products: bool = True
) -> Iterator[Text]:
    """Return a channel's lines: the input with its window, the filter row, the products."""
    convolution = element.convolution
    head = "" if convolution.unbatched else f"{element.sample},"
    source = f"{convolution.called.input or _('input')}[{head}{part.channel}]"
    row = f"weight[{element.filter},{part.weight_channel}]"
    taps = {tap.position: tap for tap in part.taps}
    first, last = part.taps[0].position, part.taps[-1].position
    channels = range(part.channel, part.channel + 1)
    values = convolution.read(element.sample, channels, strip.positions)[0]
    colour = band(part.channel)
    window: list[Part] = [(left("  " + source, strip.label - 1), f"{colour}.name")]
    window.append(("…" if strip.cut_left and not pen.look.ascii else " ", "quiet"))
    chosen: list[Part] = [(left("  " + row, strip.label), colour)]
    multiplied: list[Part] = [(left("    " + _("products"), strip.label), "subgoal")]
    for position, value in zip(strip.positions, values, strict=True):
        tap = taps.get(position)
        inside = first <= position <= last
        cell = Cell(position, convolution.source(position), value)
        style = "padding" if cell.padding else colour if tap is not None else "gap"
        window += _gap_parts(position, first, last, strip)
        window.append((right(_input_text(cell, tap is not None, strip), strip.width), style))
        for line, text in (
            (chosen, strip.figures[1].text(tap.weight) if tap and strip.figures else ""),
            (multiplied, strip.figures[2].text(tap.product) if tap and strip.figures else ""),
        ):
            empty = "·" if inside and tap is None else ""
            line.append(_gap(strip))
            line.append((right(text or empty, strip.width), colour if text else "gap"))
    if strip.positions.stop - 1 == last:
        window.append(("]", "window"))
    if strip.cut_right:
        window.append((" …" if strip.positions.stop - 1 != last else "…", "quiet"))
    yield pen.line(*window)
    if strip.marks:
        return
    yield pen.line(*chosen)
    if products:
        yield pen.line(*multiplied)


def _gap_parts(position: int, first: int, last: int, strip: Strip) -> list[Part]:
    if position == first:
        return [("[" if strip.marks else " [", "window")]
    if position == last + 1:
        return [("]" if strip.marks else "] ", "window")]
    return [_gap(strip)]


def _input_text(cell: Cell, tapped: bool, strip: Strip) -> str:
    if strip.figures:
        return strip.figures[0].text(cell.value)
    return ("□" if cell.padding else "■") if tapped else "·"


def sum_line(element: Derivation, parts: Sequence[ChannelPart], pen: Pen) -> Text:
    """Return the sum on one line: the channels in their colours, the bias, the total."""
    rest = [part for part in element.channels if part not in parts]
    numbers = [part.subtotal for part in parts] + [element.value]
    numbers += [element.bias] if element.bias is not None else []
    figures = figures_for(numbers)
    terms: list[tuple[float, str]] = [(part.subtotal, band(part.channel)) for part in parts]
    if rest:
        terms.append((sum(part.subtotal for part in rest), "quiet"))
    if element.bias is not None:
        terms.append((element.bias, "bias"))
    line: list[Part] = ["  "]
    for place, (number, style) in enumerate(terms):
        sign = "" if not place else " − " if number < 0 else " + "
        line += [sign, (figures.text(abs(number) if place else number), style)]
        if rest and place == len(parts):
            line.append((_(" ({count} more)").format(count=len(rest)), "quiet"))
    line += [" = ", (figures.text(element.value), "total")]
    return pen.line(*line)


def output_line(element: Derivation, label: int, pen: Pen, *, filled: bool) -> Text:
    """Return the row of outputs around the element, which is in brackets.

    `filled` leaves the positions after it open, as they are while the window steps on.
    """
    convolution = element.convolution
    head = "" if convolution.unbatched else f"{element.sample},"
    name = f"  {convolution.called.output or 'y'}[{head}{element.filter},:]"
    label = max(label, pen.size(name) + 1)
    room = pen.width - label - 4
    width = 8
    fits = max(room // (width + 2), 1)
    page = element.position // fits * fits
    shown = range(page, min(page + fits, convolution.output_length))
    last = element.position if filled else convolution.output_length - 1
    numbers = {
        t: element.value
        if t == element.position
        else total_of(convolution, element.element._replace(position=t))
        for t in shown
        if t <= last
    }
    figures = figures_for(numbers.values())
    if not figures.scientific:
        figures = Figures(max(figures.decimals, min(figures_for([element.value]).decimals, 4)))
    parts: list[Part] = [(left(name, label), "heading")]
    for t in shown:
        text = figures.text(numbers[t]) if t in numbers else "·"
        here = t == element.position
        gap = " [" if here else "] " if t == element.position + 1 else "  "
        parts += [(gap, "window"), (right(text, width), "total" if here else "quiet")]
    if shown and shown[-1] == element.position:
        parts.append(("]", "window"))
    if shown.stop < convolution.output_length:
        parts.append((" …", "quiet"))
    return pen.line(*parts)
