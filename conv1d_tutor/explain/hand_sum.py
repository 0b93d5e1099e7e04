"""A sum typed by hand, held term by term against the derivation of the element it aims at."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import isclose
from typing import Literal

from .convolution import Convolution
from .derivation import Derivation, derive
from .layers import calls_at_hand, layers_at_hand
from .mistakes import near
from .tensors import is_tensor, locate, same_numbers, shape_of
from .terms import Term, terms_of

__all__ = ["ChannelCheck", "HandSum", "Status", "check_hand_sum"]

Status = Literal[
    "right",
    "missing",
    "twice",
    "sample",
    "channel",
    "window",
    "filter",
    "flipped",
    "taps",
    "scaled",
    "unknown",
]
"""What a channel's terms are: as they should be, or what about them is not."""

BiasStatus = Literal["right", "missing", "twice", "minus", "other", "none", "extra"]


@dataclass(frozen=True, slots=True)
class ChannelCheck:
    """How one channel of a hand-typed sum compares with the derivation.

    `found` says what was there instead: the sample, channel or filter index, the position at
    which the window began, or how often it was counted.
    """

    channel: int
    status: Status
    found: int = 0
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class HandSum:
    """A hand-typed sum and the output element it aims at.

    `hit` says that it is that element. `checks` compare channel by channel, `bias` the bias
    (`bias_found`: how often, or whose). `goals` are the five sub-goals, reached or not, in
    their order: filter, window, products, channels, bias. `tell` is whether the line that
    computes the element is given away: not where finding it is the exercise.
    """

    expression: str
    value: float
    hit: bool
    element: Derivation
    checks: tuple[ChannelCheck, ...]
    bias: BiasStatus
    bias_found: int
    goals: tuple[bool, bool, bool, bool, bool]
    tell: bool = True

    @property
    def first_wrong(self) -> ChannelCheck | None:
        """The first channel that is not right."""
        return next((check for check in self.checks if check.status != "right"), None)


Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class _Found:
    """One product of the sum: filter, filter channel and tap with the input number's place."""

    filter: int
    channel: int
    tap: int
    places: tuple[Place, ...]
    factor: float


def check_hand_sum(
    value: object, names: Mapping[str, object], expression: str = ""
) -> HandSum | None:
    """Hold a hand-typed sum against the output element it aims at; None if it is no such sum.

    Found by what was multiplied, whatever the spelling. Cheap for anything else.
    """
    if not is_tensor(value) or value.grad_fn is None or any(size != 1 for size in value.shape):
        return None
    terms = terms_of(value)
    if not terms:
        return None
    leaves = {id(term.leaf): term.leaf for term in terms}
    number = value.tolist()
    while isinstance(number, list):
        number = number[0]
    for _name, layer in layers_at_hand(names):
        if id(layer.weight) not in leaves:
            continue
        best = None
        for convolution in calls_at_hand(names, layer=layer):
            sum_ = _check(terms, float(number), convolution, expression)
            if sum_ is not None and (best is None or sum(sum_.goals) > sum(best.goals)):
                best = sum_
            if best is not None and best.hit:
                break
        if best is not None:
            return best
    return None


def _check(
    terms: list[Term], value: float, convolution: Convolution, expression: str
) -> HandSum | None:
    found = _place(terms, convolution)
    placed = [entry for entry in found if entry.places]
    if len(placed) < max(convolution.kernel_size / 2, 1 + (convolution.kernel_size > 1)):
        return None
    aim = _aim(placed, convolution)
    if aim is None:
        return None
    element = derive(convolution, aim)
    checks = _channels(element, found)
    bias, bias_found = _bias(terms, element, value)
    goals = _goals(checks, bias)
    hit = all(goals) and abs(value - element.total) <= 1e-3 * _scale(element)
    if all(goals) and not hit:
        bias, goals = "extra", (*goals[:4], False)
    return HandSum(expression, value, hit, element, checks, bias, bias_found, goals)


def _scale(element: Derivation) -> float:
    return max(sum(abs(tap.product) for part in element.channels for tap in part.taps), 1e-3)


def _place(terms: list[Term], convolution: Convolution) -> list[_Found]:
    """Find for each product which input number it took: by where it lies, else by its value."""
    by_value: dict[int, list[tuple[float, Place]]] | None = None
    found = []
    for term in terms:
        if term.leaf is not convolution.weight or not term.coefficient.product:
            continue
        o, c, k = term.index
        sources = term.coefficient.sources
        lying = [locate(address, convolution.input) for _value, address in sources]
        chosen = next((n for n, index in enumerate(lying) if index is not None), None)
        places: tuple[Place, ...] = ()
        if chosen is not None:
            b, channel, column = lying[chosen] or (0, 0, 0)
            places = ((b, channel, column - _shift(convolution)),)
        elif sources:
            if by_value is None:
                by_value = _values(convolution)
            for number, (value, _address) in enumerate(sources):
                places = _same_value(value, by_value)
                if places:
                    chosen = number
                    break
        factor = term.coefficient.without(chosen if chosen is not None else -1)
        found.append(_Found(o, c, k, places, factor))
    return found


def _shift(convolution: Convolution) -> int:
    return convolution.added[0] if convolution.stored else 0


def _values(convolution: Convolution) -> dict[int, list[tuple[float, Place]]]:
    """Index an input of ordinary size by value, so that copied numbers are recognised."""
    samples, channels, columns = shape_of(convolution.input)
    table: dict[int, list[tuple[float, Place]]] = defaultdict(list)
    if samples * channels * columns > 50_000:
        return table
    for b, sample in enumerate(convolution.input.tolist()):
        for c, row in enumerate(sample):
            for i, value in enumerate(row):
                table[round(value * 1e4)].append((value, (b, c, i - _shift(convolution))))
    return table


def _same_value(number: float, table: dict[int, list[tuple[float, Place]]]) -> tuple[Place, ...]:
    key = round(number * 1e4)
    return tuple(
        place
        for near_key in (key - 1, key, key + 1)
        for value, place in table.get(near_key, ())
        if same_numbers(value, number)
    )


def _aim(found: list[_Found], convolution: Convolution) -> Place | None:
    """Find the output element that most of the products belong to."""
    filters = Counter(entry.filter for entry in found)
    chosen = max(filters, key=lambda o: (filters[o], -o))
    votes: Counter[tuple[int, int]] = Counter()
    for entry in found:
        seen = convolution.channels_of(entry.filter)
        for b, c, i in entry.places:
            moved = i + convolution.pads[0] - entry.tap * convolution.dilation
            t, rest = divmod(moved, convolution.stride)
            if not rest and 0 <= t < convolution.output_length:
                matching = c == seen.start + entry.channel
                votes[b, t] += (2 if matching else 1) * 1000 - entry.channel
    if not votes:
        starts = Counter(b for entry in found for b, _c, _i in entry.places)
        return (starts.most_common(1)[0][0], chosen, 0) if starts else None
    sample, place = max(votes, key=lambda key: (votes[key], -key[0], -key[1]))
    return sample, chosen, place


def _channels(element: Derivation, found: list[_Found]) -> tuple[ChannelCheck, ...]:
    by_channel: dict[int, list[_Found]] = defaultdict(list)
    for entry in found:
        by_channel[entry.channel].append(entry)
    return tuple(
        _channel(element, number, by_channel.get(part.weight_channel, []))
        for number, part in enumerate(element.channels)
    )


def _channel(element: Derivation, number: int, found: list[_Found]) -> ChannelCheck:
    part = element.channels[number]
    real = {tap.tap: tap.position for tap in part.taps if not tap.padding}
    copies = {tap.tap: tap.source for tap in part.taps if tap.padding and tap.source is not None}
    if not found:
        return ChannelCheck(part.channel, "missing" if real or copies else "right")
    own = [entry for entry in found if entry.filter == element.filter]
    if len(own) < len(found):
        other = Counter(e.filter for e in found if e.filter != element.filter)
        return ChannelCheck(part.channel, "filter", other.most_common(1)[0][0])
    if any(not entry.places for entry in own):
        return ChannelCheck(part.channel, "unknown")
    wanted = {
        tap: (element.sample, part.channel, position) for tap, position in (real | copies).items()
    }
    counts = Counter(entry.tap for entry in own)
    times = set(counts.values())
    right = [entry for entry in own if wanted.get(entry.tap) in entry.places]
    if len(right) == len(own):
        factors = {round(entry.factor, 6) for entry in own}
        if set(wanted) - set(counts):
            missing = sorted(set(wanted) - set(counts))
            return ChannelCheck(part.channel, "taps", missing[0])
        if times == {1}:
            if factors == {1.0}:
                return ChannelCheck(part.channel, "right")
            return ChannelCheck(part.channel, "scaled", 0, own[0].factor)
        return ChannelCheck(part.channel, "twice", max(times))
    return _what_is_wrong(element, number, own, wanted)


def _what_is_wrong(
    element: Derivation, number: int, own: list[_Found], wanted: dict[int, Place]
) -> ChannelCheck:
    """Return whether it is the sample, the channel, the order or the place of the window."""
    channel = element.channels[number].channel
    wrong = [entry for entry in own if wanted.get(entry.tap) not in entry.places]
    pairs = [(entry, place) for entry in wrong for place in entry.places[:1]]
    kernel = len(element.channels[number].taps)
    mirrored = {tap: wanted.get(kernel - 1 - tap) for tap in range(kernel)}
    if len(own) > 1 and all(mirrored.get(entry.tap) in entry.places for entry in own):
        return ChannelCheck(channel, "flipped")
    samples = {place[0] for _entry, place in pairs}
    if samples != {element.sample} and len(samples) == 1:
        return ChannelCheck(channel, "sample", samples.pop())
    channels = {place[1] for _entry, place in pairs}
    if channels != {channel} and len(channels) == 1:
        return ChannelCheck(channel, "channel", channels.pop())
    starts = Counter(place[2] - entry.tap * element.convolution.dilation for entry, place in pairs)
    return ChannelCheck(channel, "window", starts.most_common(1)[0][0])


def _bias(terms: list[Term], element: Derivation, value: float) -> tuple[BiasStatus, int]:
    """Return how the bias went in: from its tensor, or as a plain number that makes up the rest."""
    bias = element.convolution.bias
    told = sum(_weight_of(term) for term in terms)
    rest = value - told
    scale = _scale(element)
    if element.bias is None:
        return ("none" if near(rest, 0.0, scale) else "extra"), 0
    own = [term for term in terms if bias is not None and term.leaf is bias]
    count = sum(t.coefficient.product for t in own if t.index == (element.filter,))
    others = [term.index[0] for term in own if term.index != (element.filter,)]
    if others and not count:
        return "other", others[0]
    if not own and element.bias:
        times = rest / element.bias
        if isclose(times, round(times), abs_tol=1e-3) and round(times) in (1, 2):
            count, rest = float(round(times)), 0.0
    if others or not near(rest, 0.0, scale):
        return "extra", 0
    if isclose(count, 1.0, abs_tol=1e-6):
        return "right", 1
    if abs(count) < 1e-9:
        return "missing", 0
    if isclose(count, -1.0, abs_tol=1e-6):
        return "minus", 0
    return ("twice", round(count)) if count > 1.5 else ("extra", 0)


def _weight_of(term: Term) -> float:
    number = term.leaf[term.index].tolist()
    return float(number) * term.coefficient.product


def _goals(
    checks: tuple[ChannelCheck, ...], bias: BiasStatus
) -> tuple[bool, bool, bool, bool, bool]:
    statuses = {check.status for check in checks}
    return (
        "filter" not in statuses,
        not statuses & {"sample", "channel", "window"},
        not statuses & {"flipped", "taps", "unknown"},
        not statuses & {"missing", "twice", "scaled"},
        bias in ("right", "none"),
    )
