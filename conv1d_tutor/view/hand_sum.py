"""A sum typed by hand beside the derivation it aims at: channel by channel, goal by goal."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import ChannelCheck, HandSum, by_hand
from ..i18n import _, ngettext
from .derivation.notes import code_lines
from .figures import figures_for
from .pen import Part, Pen
from .theme import band

_MOST = 6


def draw(hand_sum: HandSum, pen: Pen) -> Iterator[Text]:
    """Draw how far a hand-typed sum is the element it aims at, and the first thing that is not."""
    yield pen.line()
    yield from pen.wrapped((_headline(hand_sum), "good" if hand_sum.hit else "heading"))
    if not hand_sum.hit:
        yield from _checks(hand_sum, pen)
    yield pen.line()
    yield from _goals(hand_sum, pen)
    line = by_hand(hand_sum.element)
    if hand_sum.tell and not hand_sum.hit and line:
        yield pen.line()
        yield from code_lines(_("by hand"), line, pen)


def say(hand_sum: HandSum) -> Iterator[str]:
    """Say how far a hand-typed sum is the element it aims at."""
    yield _headline(hand_sum)
    if hand_sum.hit:
        return
    for check in [check for check in hand_sum.checks if check.status != "right"][:_MOST]:
        yield _("Channel {number}: {what}.").format(
            number=check.channel, what=_channel_sentence(hand_sum, check)
        )
    if _bias_sentence(hand_sum):
        yield _("Bias: {what}.").format(what=_bias_sentence(hand_sum))
    done = [n for n, reached in zip(_goal_names(), hand_sum.goals, strict=True) if reached]
    left = [n for n, reached in zip(_goal_names(), hand_sum.goals, strict=True) if not reached]
    yield _("Done: {goals}.").format(goals=_(", ").join(done) or _("nothing yet"))
    yield _("Not yet: {goals}.").format(goals=_(", ").join(left))
    line = by_hand(hand_sum.element)
    if hand_sum.tell and line:
        yield _("By hand: {line}").format(line=line)


def _goal_names() -> tuple[str, str, str, str, str]:
    """Return the five sub-goals in their order."""
    return (
        _("pick the filter"),
        _("cut the window"),
        _("multiply"),
        _("sum the channels"),
        _("add the bias"),
    )


def _headline(hand_sum: HandSum) -> str:
    name = hand_sum.element.name
    figures = figures_for([hand_sum.value, hand_sum.element.value])
    if hand_sum.hit:
        return _("This is {name}, put together by hand.").format(name=name)
    if all(hand_sum.goals[:4]) and hand_sum.bias == "missing":
        return _("Close: this is {name} before its last move.").format(name=name)
    return _("This aims at {name} = {right}, and comes to {value}.").format(
        name=name,
        right=figures.text(hand_sum.element.value),
        value=figures.text(hand_sum.value),
    )


def _channel_sentence(hand_sum: HandSum, check: ChannelCheck) -> str:
    """Return what about one channel's terms is not as it should be; empty if they are right."""
    element = hand_sum.element
    called = element.convolution.called
    start = element.channels[0].taps[0].position
    sentences = {
        "right": "",
        "missing": _("missing: it has to be summed too"),
        "twice": _("counted {found} times"),
        "sample": _("from sample {found} of the input; this is sample {sample}"),
        "channel": _("its filter row met channel {found} of the input"),
        "window": _("the window begins at {found}; it should begin at {start}"),
        "filter": _("weights of filter {found}; this is filter {filter}"),
        "flipped": _("the filter is flipped: tap 0 meets the window's first number"),
        "taps": _("tap {found} is missing"),
        "scaled": _("multiplied by {factor}; the products are summed as they are"),
        "unknown": _("multiplied with numbers that are not in {input}"),
    }
    return sentences[check.status].format(
        found=check.found,
        sample=element.sample,
        start=start,
        filter=element.filter,
        factor=figures_for([check.factor]).text(check.factor),
        input=called.input or _("input"),
    )


def _bias_sentence(hand_sum: HandSum) -> str:
    """Return what about the bias is not as it should be; empty if it is right."""
    element = hand_sum.element
    name = f"{element.convolution.called.bias or _('bias')}[{element.filter}]"
    return {
        "right": "",
        "none": "",
        "missing": _("missing: {name} is still to be added"),
        "twice": _("added {found} times; it is added once"),
        "minus": _("taken away; {name} is added"),
        "other": _("that of filter {found}; this is filter {filter}: {name}"),
        "extra": _("something else is added as well, or another number in its place"),
    }[hand_sum.bias].format(name=name, found=hand_sum.bias_found, filter=element.filter)


def _checks(hand_sum: HandSum, pen: Pen) -> Iterator[Text]:
    rows: list[tuple[str, str, str]] = []
    wrong = [check for check in hand_sum.checks if check.status != "right"]
    shown = hand_sum.checks if len(hand_sum.checks) <= _MOST else wrong[:_MOST]
    for check in shown:
        name = _("channel {number}").format(number=check.channel)
        rows.append((name, band(check.channel), _channel_sentence(hand_sum, check)))
    if hand_sum.bias != "none":
        rows.append((_("bias"), "bias", _bias_sentence(hand_sum)))
    if not rows:
        return
    width = max(pen.size(name) for name, _style, _said in rows)
    yield pen.line()
    for name, style, said in rows:
        mark = ("✗ ", "bad") if said else ("✓", "good")
        lead: list[Part] = ["  ", (name + " " * (width - pen.size(name)) + "   ", style), mark]
        if pen.size(*lead, said) <= pen.width:
            yield pen.line(*lead, said)
        else:
            yield pen.line(*lead)
            yield from pen.wrapped(said, indent=4)
    rest = len(wrong) - len(shown)
    if len(hand_sum.checks) > _MOST and rest > 0:
        words = ngettext("… and {count} more channel", "… and {count} more channels", rest)
        yield pen.line("  ", (words.format(count=rest), "quiet"))


def _goals(hand_sum: HandSum, pen: Pen) -> Iterator[Text]:
    pieces: list[list[Part]] = []
    for name, done in zip(_goal_names(), hand_sum.goals, strict=True):
        mark = ("✓", "good") if done else ("·" if not pen.look.ascii else "-", "bad")
        pieces.append([(name + " ", "subgoal"), mark])
    yield from pen.flow(pieces, pen.width)
