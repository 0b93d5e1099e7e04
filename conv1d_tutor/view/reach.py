"""The outputs that an input number touches: a row for each tap that meets it."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import InputReach
from ..i18n import _
from ..printable import one_line
from .figures import figures_for
from .pen import Part, Pen
from .theme import band

_MOST = 12


def draw(reach: InputReach, pen: Pen) -> Iterator[Text]:
    """Draw which outputs an input number touches, and with which taps."""
    yield pen.line()
    name, place = _title(reach)
    yield from pen.title((name, "heading"), beside=place, clipped=True)
    yield from pen.wrapped(_summary(reach))
    if not reach.touches:
        return
    yield pen.line()
    yield from _table(reach, pen)
    yield pen.line()
    yield from pen.wrapped((_("Take one apart:"), "note"))
    yield pen.line("  >>> ", (_example(reach), "code"))


def say(reach: InputReach) -> Iterator[str]:
    """Say which outputs an input number touches."""
    yield ": ".join(_title(reach))
    yield _summary(reach)
    for touch in reach.touches[:_MOST]:
        yield _("{output}: met by tap {tap}").format(
            output=_output(reach, _filters(reach), touch.position), tap=touch.tap
        )
    if len(reach.touches) > _MOST:
        yield _("… and {count} more").format(count=len(reach.touches) - _MOST)
    if reach.touches:
        yield _("Take one apart: {line}").format(line=_example(reach))


def _title(reach: InputReach) -> tuple[str, str]:
    """Return the number that is asked about, and where in the input it stands."""
    number = figures_for([reach.value]).text(reach.value)
    place = _("sample {sample} · channel {channel} · position {position}").format(
        sample=reach.sample, channel=reach.channel, position=reach.position
    )
    return f"{one_line(reach.expression) or 'x'} = {number}", place


def _filters(reach: InputReach) -> str:
    """Return the filters that see the number, as an index."""
    if len(reach.filters) == reach.convolution.geometry.out_channels:
        return ":"
    first, last = reach.filters[0], reach.filters[-1]
    return str(first) if first == last else f"{first}:{last + 1}"


def _summary(reach: InputReach) -> str:
    if not reach.touches:
        return _("No window reaches it: it touches no output at all.")
    positions = sorted({touch.position for touch in reach.touches})
    return _(
        "It touches {count} output numbers: {positions} positions of {filters} filters."
    ).format(
        count=len(positions) * len(reach.filters),
        positions=len(positions),
        filters=len(reach.filters),
    )


def _output(reach: InputReach, filters: str, position: int) -> str:
    convolution = reach.convolution
    head = "" if convolution.unbatched else f"{reach.sample},"
    return f"{convolution.called.output or 'y'}[{head}{filters},{position}]"


def _example(reach: InputReach) -> str:
    return _output(reach, str(reach.filters[0]), reach.touches[0].position)


def _table(reach: InputReach, pen: Pen) -> Iterator[Text]:
    convolution = reach.convolution
    weight = convolution.called.weight or _("weight")
    shown = reach.touches[:_MOST]
    outputs = [_output(reach, _filters(reach), touch.position) for touch in shown]
    weights = [f"{weight}[{_filters(reach)},{reach.weight_channel},{touch.tap}]" for touch in shown]
    wide = max(map(len, outputs)) + 4
    colour = band(reach.channel)
    kernel = convolution.geometry.kernel_size
    strip = wide + max(map(len, weights)) + 6 + 2 * kernel + 2 <= pen.width
    heads: list[Part] = [
        ("  " + _("output"), "quiet"),
        (" " * max(wide - pen.size(_("output")), 1), ""),
        (_("meets the weights"), "quiet"),
    ]
    yield pen.line(*heads)
    for touch, output, row in zip(shown, outputs, weights, strict=True):
        parts: list[Part] = ["  ", output, " " * (wide - len(output)), (row, colour)]
        if strip:
            parts += ["   " + " " * (max(map(len, weights)) - len(row))]
            parts += _window(kernel, touch.tap, colour)
        if touch.copied_to is not None:
            parts.append((_("  (repeated at {place})").format(place=touch.copied_to), "padding"))
        yield pen.line(*parts)
    if len(reach.touches) > _MOST:
        more = _("… and {count} more").format(count=len(reach.touches) - _MOST)
        yield pen.line("  ", (more, "quiet"))


def _window(kernel: int, tap: int, colour: str) -> list[Part]:
    """Draw the kernel's taps with the one that meets the number filled."""
    if kernel > 16:
        return []
    parts: list[Part] = [("[", "window")]
    for place in range(kernel):
        parts.append(" " if place else "")
        parts.append(("■", colour) if place == tap else ("·", "gap"))
    parts.append(("]", "window"))
    return parts
