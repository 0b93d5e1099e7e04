"""The output length: the formula, the same with numbers, and the windows under each other."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import LengthDerivation
from ..i18n import _
from .pen import Part, Pen

_MOST_WINDOWS = 12


def draw(length: LengthDerivation, pen: Pen) -> Iterator[Text]:
    """Draw how the output length comes about, unread input columns marked."""
    yield pen.line()
    yield from _formula(length, pen)
    yield pen.line()
    if not length.fits:
        yield from pen.wrapped((_too_short(length), "bad"))
        return
    yield from _windows(length, pen)
    remarks = list(_remarks(length))
    if remarks:
        yield pen.line()
    for sentence, style in remarks:
        yield from pen.wrapped((sentence, style))


def say(length: LengthDerivation) -> Iterator[str]:
    """Say how the output length comes about."""
    geometry = length.geometry
    left, right = geometry.padding_pair
    yield _("The padded input is {input} + {left} + {right} = {padded} long.").format(
        input=length.input_length, left=left, right=right, padded=length.padded_length
    )
    yield _("The kernel spans {dilation}·({kernel} − 1) + 1 = {span} positions.").format(
        dilation=geometry.dilation, kernel=geometry.kernel_size, span=geometry.effective_kernel_size
    )
    if not length.fits:
        yield _("No window fits.")
        return
    yield _("So the window can move {room} further, {stride} at a time: {steps} steps.").format(
        room=length.room, stride=geometry.stride, steps=length.output_length - 1
    )
    yield _("Counting its first place, that makes {length} output positions.").format(
        length=length.output_length
    )
    if length.unread:
        yield _("✗ No window reaches input position {positions}.").format(
            positions=", ".join(map(str, length.unread))
        )


def _too_short(length: LengthDerivation) -> str:
    return _(
        "No window fits: the kernel spans {span} positions, the padded input has only {padded}."
    ).format(span=length.geometry.effective_kernel_size, padded=length.padded_length)


def _formula(length: LengthDerivation, pen: Pen) -> Iterator[Text]:
    left, right = length.geometry.padding_pair
    times = "*" if pen.look.ascii else "·"
    even = left == right
    words = ("L_in", f"2{times}padding" if even else "padding", "dilation", "kernel_size", "stride")
    numbers = (
        str(length.input_length),
        f"2{times}{left}" if even else f"({left} + {right})",
        str(length.geometry.dilation),
        str(length.geometry.kernel_size),
        str(length.geometry.stride),
    )
    lines = []
    widths = [max(len(a), len(b)) for a, b in zip(words, numbers, strict=True)]
    for parts in (words, numbers):
        a, b, c, d, e = (text.center(width) for text, width in zip(parts, widths, strict=True))
        lines.append(f"floor(({a} + {b} − {c}{times}({d} − 1) − 1) / {e}) + 1")
    if len(lines[0]) + 9 <= pen.width:
        yield pen.line(" L_out = ", lines[0])
        yield pen.line("       = ", lines[1])
        lead = "       = "
    else:
        yield pen.line("  L_out")
        yield pen.line(f"   = floor((L_in + {words[1]}")
        yield pen.line(f"       − dilation{times}(kernel_size − 1)")
        yield pen.line("       − 1) / stride) + 1")
        a, b, c, d, e = numbers
        short = f"   = floor(({a} + {b} − {c}{times}({d} − 1) − 1) / {e}) + 1"
        if len(short) <= pen.width:
            yield pen.line(short)
        else:
            yield pen.line(f"   = floor(({a} + {b}")
            yield pen.line(f"       − {c}{times}({d} − 1) − 1) / {e}) + 1")
        lead = "   = "
    steps = f"floor({length.room} / {length.geometry.stride}) + 1"
    answer: list[Part] = [" = ", (str(length.output_length), "total")] if length.fits else []
    yield pen.line(lead, steps, *answer)


def _windows(length: LengthDerivation, pen: Pen) -> Iterator[Text]:
    """Draw a line for each output position, its window over the input."""
    positions = length.geometry.padded_positions(length.input_length)
    label = len(f"t={length.output_length - 1}") + 2
    room = pen.width - 2 - label
    last = positions.stop
    clipped = 2 * len(positions) + 2 > room
    if clipped:
        last = positions.start + max((room - 6) // 2, 1)
    unread = set(length.unread)
    shown = range(min(length.output_length, _MOST_WINDOWS))
    header: list[Part] = ["  ", " " * label, " "]
    for position in range(positions.start, last):
        header += [_ruler_mark(position, length), " "]
    yield pen.line(*((part, "quiet") if isinstance(part, str) else part for part in header))
    for t in shown:
        taps = length.geometry.window(t)
        if taps[0] >= last:
            break
        parts: list[Part] = ["  ", (f"t={t}".ljust(label), "quiet")]
        for position in range(positions.start, last):
            parts.append(
                ("[", "window")
                if position == taps[0]
                else ("]", "window")
                if position == taps[-1] + 1
                else " "
            )
            padded = not 0 <= position < length.input_length
            if position in taps:
                parts.append(("□", "padding") if padded else ("■", "channel.0"))
            elif position in unread:
                parts.append(("✗", "bad"))
            else:
                parts.append(("·", "gap"))
        parts.append(("]", "window") if last == taps[-1] + 1 else " ")
        if clipped:
            parts.append((" …", "quiet"))
        yield pen.line(*parts)
    hidden = length.output_length - len(shown)
    if hidden > 0:
        yield pen.line(
            "  ",
            (
                _("… and {count} more windows, each {stride} further").format(
                    count=hidden, stride=length.geometry.stride
                ),
                "quiet",
            ),
        )


def _ruler_mark(position: int, length: LengthDerivation) -> str:
    if not 0 <= position < length.input_length:
        return "p"
    return str(position % 10)


def _remarks(length: LengthDerivation) -> Iterator[tuple[str, str]]:
    """Return what is worth saying under the windows, each with its style."""
    geometry = length.geometry
    if sum(geometry.padding_pair):
        left, right = geometry.padding_pair
        yield (
            _("p: padding, {left} on the left and {right} on the right.").format(
                left=left, right=right
            ),
            "note",
        )
    if geometry.dilation > 1:
        yield (
            _("The kernel spans {dilation}·({kernel} − 1) + 1 = {span} positions.").format(
                dilation=geometry.dilation,
                kernel=geometry.kernel_size,
                span=geometry.effective_kernel_size,
            ),
            "note",
        )
    if unread := length.unread:
        listed = _(", ").join([*map(str, unread[:8]), *(["…"] if len(unread) > 8 else [])])
        yield _("✗ No window reaches input position {positions}.").format(positions=listed), "bad"
    if length.room % geometry.stride:
        yield (
            _("{room} / {stride} is rounded down: a last window would run over the end.").format(
                room=length.room, stride=geometry.stride
            ),
            "note",
        )
