"""A shape's way through layers: axes named, parameters worked out."""

from collections.abc import Iterator
from math import prod

from rich.text import Text

from ..explain import LayerShape, ShapeWalk
from ..i18n import _
from ..printable import one_line
from .figures import shape_text
from .pen import Part, Pen, left


def draw(walk: ShapeWalk, pen: Pen) -> Iterator[Text]:
    """Draw the way of a shape, a line for each layer, the parameters counted at the right."""
    yield pen.line()
    title = one_line(walk.name) or walk.text
    text = walk.text if walk.name else ""
    yield from pen.title((title, "heading"), beside=text)
    yield pen.line()
    yield from _table(walk, pen)
    yield pen.line()
    for layer in walk.layers:
        yield from _counts(layer, pen, alone=len(walk.layers) == 1)
    if len(walk.layers) == 1:
        yield from _one_layer(walk, pen)
    if len(walk.layers) > 1:
        total = f"{walk.parameters:,}"
        yield from pen.wrapped((_("{count} parameters in all.").format(count=total), "total"))
        if walk.receptive:
            yield from pen.wrapped((_receptive(walk), "note"))


def say(walk: ShapeWalk) -> Iterator[str]:
    """Say the way of a shape."""
    yield _("Input {name}: {shape}, axes {axes}.").format(
        name=walk.input_name, shape=shape_text(walk.given), axes=", ".join(walk.axes)
    )
    for layer in walk.layers:
        shape = _problem(layer) if layer.problem else shape_text(layer.shape)
        yield _("{name} ({kind}): gives {shape}, {count} parameters.").format(
            name=layer.name, kind=layer.kind, shape=shape, count=layer.parameters
        )
        yield from (line.replace("  ", ": ", 1) for line in _worked(layer, " × "))
    yield _("{count} parameters in all.").format(count=f"{walk.parameters:,}")
    if walk.receptive:
        yield _receptive(walk)


def _receptive(walk: ShapeWalk) -> str:
    return _("One position after the last window sees {count} input positions.").format(
        count=walk.receptive
    )


def _worked(layer: LayerShape, times: str) -> list[str]:
    """Return the count of each parameter worked out: `weight 3·2·5 = 30`."""
    lines = []
    for name, sizes in layer.counts:
        count = prod(sizes)
        product = times.join(map(str, sizes))
        lines.append(f"{name}  {product} = {count:,}" if len(sizes) > 1 else f"{name}  {count:,}")
    return lines


def _problem(layer: LayerShape) -> str:
    return _("does not fit: {problem}").format(problem=layer.problem)


def _table(walk: ShapeWalk, pen: Pen) -> Iterator[Text]:
    names = [walk.input_name or _("input"), *(layer.name for layer in walk.layers)]
    kinds = ["", *(layer.kind for layer in walk.layers)]
    shapes = [shape_text(walk.given), *(shape_text(layer.shape) for layer in walk.layers)]
    axes = [walk.axes, *(layer.axes for layer in walk.layers)]
    name_width = max(map(pen.size, names)) + 3
    kind_width = max(map(pen.size, kinds)) + 3
    shape_width = max(map(pen.size, shapes)) + 3
    narrow = name_width + kind_width + shape_width + 16 > pen.width
    for number, (name, kind, shape, named) in enumerate(
        zip(names, kinds, shapes, axes, strict=True)
    ):
        layer = walk.layers[number - 1] if number else None
        arrow = "" if not number else pen.glyphs("→")
        parts: list[Part] = [left(arrow, pen.size("→") + 1), (left(name, name_width), "")]
        parts += [] if narrow else [(left(kind, kind_width), "quiet")]
        parts.append((left(shape, shape_width), "total"))
        if named:
            parts.append(("(" + ", ".join(named) + ")", "axis"))
        if layer is not None and layer.problem:
            parts.append(((" " if named else "") + _problem(layer), "bad"))
        yield pen.line("  ", *parts)


def _counts(layer: LayerShape, pen: Pen, *, alone: bool) -> Iterator[Text]:
    times = "*" if pen.look.ascii else "·"
    worked = _worked(layer, times)
    if not worked:
        return
    if alone:
        split = [line.rpartition(" ") for line in worked]
        before = max(pen.size(head) for head, _gap, _count in split)
        wide = max(len(count) for _head, _gap, count in split)
        for (name, _sizes), (head, _gap, count) in zip(layer.counts, split, strict=True):
            style = "bias" if name == "bias" else ""
            yield pen.line("  ", (left(head, before) + " " + count.rjust(wide), style))
        if len(worked) > 1:
            words = _("{count} parameters").format(count=f"{layer.parameters:,}")
            yield pen.line("  ", (words, "total"))
        return
    yield from pen.wrapped(
        (f"{layer.name}  ", "quiet"), "; ".join(worked), f"  →  {layer.parameters:,}", hanging=4
    )


def _one_layer(walk: ShapeWalk, pen: Pen) -> Iterator[Text]:
    layer = walk.layers[0]
    if layer.kind != "Conv1d":
        return
    yield pen.line()
    yield from pen.wrapped(
        (
            _("weight is (filters, channels a filter sees, taps); bias has one number a filter."),
            "note",
        )
    )
    if layer.length is not None and layer.length.fits:
        length = layer.length
        yield from pen.wrapped(
            (
                _("Length {given} becomes {after}: floor({room} / {stride}) + 1.").format(
                    given=length.input_length,
                    after=length.output_length,
                    room=length.room,
                    stride=length.geometry.stride,
                ),
                "note",
            )
        )
