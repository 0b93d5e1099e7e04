"""What has to be said under a derivation: padding, gaps, groups, what was folded, rounding."""

from collections.abc import Iterator

from rich.text import Text

from ..explain import Derivation
from ..i18n import _, ngettext
from .pen import Pen

__all__ = ["derivation_notes", "note_sentences"]


def note_sentences(derivation: Derivation) -> Iterator[str]:
    """Return the sentences that hold however the derivation is drawn."""
    geometry = derivation.convolution.geometry
    taps = derivation.channels[0].taps if derivation.channels else ()
    padded = [tap for tap in taps if tap.padding]
    if padded and geometry.padding_mode == "zeros":
        yield _("pad: a zero that the padding put there; the input has no number at this place.")
    elif padded:
        yield _(
            "={position}: padding_mode {mode} repeats the input's position {position} here."
        ).format(position=padded[0].source, mode=geometry.padding_mode)
    if geometry.dilation > 1 and len(taps) > 1:
        yield _(
            "dilation {dilation}: the taps stand {dilation} apart; what is between is skipped."
        ).format(dilation=geometry.dilation)
    if derivation.left_out:
        seen = geometry.input_channels_of(derivation.filter)
        yield _(
            "groups {groups}: filter {filter} sees channels {seen} only; {left_out} left out."
        ).format(
            groups=geometry.groups,
            filter=derivation.filter,
            seen=_ranges(list(seen)),
            left_out=_ranges(list(derivation.left_out)),
        )
    if geometry.stride > 1 and derivation.position:
        yield _(
            "stride {stride}: output position {position} starts at {position} × {stride}{shift}."
        ).format(
            stride=geometry.stride,
            position=derivation.position,
            shift=f" − {geometry.padding_left}" if geometry.padding_left else "",
        )


def derivation_notes(
    derivation: Derivation, pen: Pen, exact: bool, *, folded: int = 0
) -> Iterator[Text]:
    """Return the notes as quiet lines under the picture, after an empty one if there are any."""
    sentences = list(note_sentences(derivation))
    if folded:
        words = ngettext(
            "…: {count} tap is not drawn here; its product is in the sums.",
            "…: {count} taps are not drawn here; their products are in the sums.",
            folded,
        )
        sentences.append(words.format(count=folded))
    if not exact:
        sentences.append(_("Rounded to be read; multiplied and added before rounding."))
    if sentences:
        yield pen.line()
    for sentence in sentences:
        yield from pen.wrapped((sentence, "note"))


def _ranges(numbers: list[int]) -> str:
    """Write channel numbers shortly: `0, 1`, `2–5, 8`."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(
        ", ".join(map(str, run)) if len(run) < 3 else f"{run[0]}–{run[-1]}" for run in runs
    )
