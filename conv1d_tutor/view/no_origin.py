"""A value without a history: why it has none, and what to type."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import NoOrigin
from ..i18n import _
from ..printable import one_line
from .pen import Pen


def draw(origin: NoOrigin, pen: Pen) -> Iterator[Text]:
    """Draw why a value has no origin, and the line that shows it with one."""
    why, lead = _sentences(origin)
    yield pen.line()
    yield from pen.wrapped((why, ""))
    if lead:
        yield from pen.wrapped((lead, ""))
        yield pen.line("  >>> ", (one_line(origin.line), "code"))


def say(origin: NoOrigin) -> Iterator[str]:
    """Say why a value has no origin, and what to type."""
    why, lead = _sentences(origin)
    yield why
    if lead:
        yield f"{lead} {one_line(origin.line)}"


def _sentences(origin: NoOrigin) -> tuple[str, str]:
    """Return why there is no origin, and what leads on to the line to type (empty without one)."""
    name = one_line(origin.expression) or _("This value")
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
        "image": _(
            "{name} comes from a Conv2d: its windows have a height, too, and move down as well as"
            " along. Only a Conv1d is taken apart here. It is a Conv2d with filters as high as"
            " the image, whose rows are the channels."
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
