"""The explorer's screen: one output cell, the window it came from, the layer's arguments."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import Derivation, Explorer, HyperParameter
from ..i18n import _
from .figures import figures_for, shape_text
from .pen import Look, Part, Pen
from .strip import channel_lines, output_line, ruler, strip_label, strip_of, sum_line

ARGUMENT_KEYS: dict[str, HyperParameter] = {
    "k": "kernel_size",
    "s": "stride",
    "p": "padding",
    "d": "dilation",
    "g": "groups",
    "m": "padding_mode",
}
"""The key that makes each argument of the layer larger; with Shift it makes it smaller."""


def screen(state: Explorer, look: Look, width: int, height: int) -> list[Text]:
    """Return a state's lines: exactly `height` lines of at most `width` cells, from 60×20 up.

    Smaller screens show as much as fits. The lines of arguments, shape, code and keys keep
    their places at the foot, so that nothing jumps while the cell moves.
    """
    pen = Pen(look, width)
    foot = list(_foot(state, pen))
    element = state.element
    room = max(height - len(foot), 0)
    body = list(_problem(state, pen)) if element is None else list(_body(state, element, room, pen))
    body = body[:room]
    body += [pen.line() for _missing in range(room - len(body))]
    return [*body, *foot][:height]


def _problem(state: Explorer, pen: Pen) -> Iterator[Text]:
    length = state.length
    yield pen.line()
    if state.problem == "too_short":
        words = _(
            "No window fits: the kernel spans {span} positions, the padded input has only {padded}."
        ).format(span=length.geometry.effective_kernel_size, padded=length.padded_length)
    else:
        words = _("The input is too short for this padding mode.")
    yield from pen.wrapped((words, "bad"))


def _body(state: Explorer, element: Derivation, room: int, pen: Pen) -> Iterator[Text]:
    """Draw the cell, as many channels as fit, the sum and the outputs beside it."""
    convolution = element.convolution
    count = len(element.channels)
    fixed = 7 + (state.pinned is not None)
    each = 3 if (room - fixed) >= 3 * min(count, 2) else 2
    fit = max((room - fixed - (1 if count * each > room - fixed else 0)) // each, 1)
    first = min(state.first_channel, max(count - fit, 0))
    parts = element.channels[first : first + fit]
    yield from _title(state, element, pen)
    strip = strip_of(element, parts, strip_label(element, parts, pen), pen)
    yield ruler(strip, element, pen)
    for part in parts:
        yield from channel_lines(strip, element, part, pen, products=each == 3)
    if len(parts) < count:
        words = _("channels {first}–{last} of {count}: [ and ] for the others").format(
            first=parts[0].channel, last=parts[-1].channel, count=convolution.geometry.in_channels
        )
        yield pen.line("  ", (words, "quiet"))
    yield pen.line()
    yield sum_line(element, parts[:6], pen)
    yield output_line(element, strip.label, pen, filled=False)
    if state.pinned is not None:
        yield _pinned(state.pinned, element, pen)


def _title(state: Explorer, element: Derivation, pen: Pen) -> Iterator[Text]:
    """Return two lines: the cell, its number and its place, which goes below on a narrow screen."""
    convolution = state.convolution
    figures = figures_for([element.value])
    places = [
        _("filter {number}/{last}").format(
            number=state.cell.filter, last=convolution.geometry.out_channels - 1
        ),
        _("position {number}/{last}").format(
            number=state.cell.position, last=state.length.output_length - 1
        ),
    ]
    if not convolution.unbatched:
        sample = _("sample {number}/{last}")
        places.insert(0, sample.format(number=state.cell.sample, last=convolution.samples - 1))
    answer: list[Part] = ["  ", (element.name, "heading"), " = "]
    answer.append((figures.text(element.value), "total"))
    where = " · ".join(places)
    used = pen.size(element.name + figures.text(element.value)) + 9
    if used + pen.size(where) <= pen.width:
        yield pen.line(*answer, "    ", (where, "quiet"))
        yield pen.line()
    else:
        yield pen.line(*answer)
        yield pen.line("  ", (where, "quiet"))


def _pinned(pinned: Explorer, element: Derivation, pen: Pen) -> Text:
    kept = pinned.element
    if kept is None:
        return pen.line()
    figures = figures_for([kept.value, element.value, element.value - kept.value])
    return pen.line(
        "  ",
        (_("pinned"), "quiet"),
        "  ",
        (kept.name, "heading"),
        " = ",
        (figures.text(kept.value), "total"),
        "    ",
        (_("difference"), "quiet"),
        " ",
        figures.text(element.value - kept.value),
    )


def _foot(state: Explorer, pen: Pen) -> Iterator[Text]:
    yield pen.line(("─" * pen.width, "rule"))
    yield from _arguments(state, pen)
    length = state.length
    given, after = state.convolution.as_typed(state.convolution.input_shape), state.output_shape
    geometry = length.geometry
    work = (
        f"floor(({length.input_length} + {sum(geometry.padding_pair)}"
        f" − {geometry.effective_kernel_size}) / {geometry.stride}) + 1"
    )
    shapes = f"{shape_text(given)} → {shape_text(after)}"
    parts: list[Part] = ["  ", (shapes, "total" if length.fits else "bad")]
    working = f"    L_out = {work} = {length.output_length}"
    if pen.size("  " + shapes + working) <= pen.width:
        parts.append((working, "quiet"))
    yield pen.line(*parts)
    yield pen.line("  >>> ", (state.code(), "code"))
    if state.changed:
        words = _("* changed from the layer's own")
        own = state.convolution.geometry
        if geometry.kernel_size > own.kernel_size or geometry.groups < own.groups:
            words = _("* changed; weights that the layer lacks are 0")
        yield pen.line("  ", (words, "note"))
    else:
        yield pen.line()
    yield from _keys(pen)


def _arguments(state: Explorer, pen: Pen) -> Iterator[Text]:
    own = Explorer.of(state.convolution).arguments
    pieces: list[list[Part]] = []
    for key, name in ARGUMENT_KEYS.items():
        value = state.arguments[name]
        changed = value != own[name]
        shown = "mode" if name == "padding_mode" else name
        mark = "*" if changed else ""
        pieces.append(
            [
                (key + " ", "code"),
                (shown + " ", "quiet"),
                (f"{value}{mark}", "bad" if changed else "total"),
            ]
        )
    yield from pen.flow(pieces, pen.width - 3)


def _keys(pen: Pen) -> Iterator[Text]:
    arrows = "←→ ↑↓" if not pen.look.ascii else "arrows"
    words = _("{arrows} move · PgUp/PgDn sample · k K more, less · Space pin · r reset · q back")
    short = _("{arrows} move · k K … · Space pin · q back")
    text = words.format(arrows=arrows)
    if pen.size("  " + text) > pen.width:
        text = short.format(arrows=arrows)
    yield pen.line("  ", (text, "quiet"))
