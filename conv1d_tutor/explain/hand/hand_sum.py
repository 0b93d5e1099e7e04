"""A sum typed by hand, held term by term against the derivation of the element it aims at."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ...closeness import copied, counted, near, within_terms
from ..convolution import Convolution, Element
from ..derivation import Derivation, derive
from ..origin.layers import calls_at_hand, layers_at_hand
from ..tensors import is_tensor, locate, number_in, shape_of
from .terms import Term, terms_of

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

_SEARCHED = 50_000
"""An input of more numbers is not searched for a number that was copied."""

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


class Place(NamedTuple):
    """Where a number stands in the learner's own input."""

    sample: int
    channel: int
    position: int


@dataclass(frozen=True, slots=True)
class _Product:
    """One product of the sum: which weight, and every place where the input number may stand."""

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
    for _name, layer in layers_at_hand(names):
        if id(layer.weight) not in leaves:
            continue
        best = None
        for convolution in calls_at_hand(names, layer=layer):
            sum_ = _check(terms, number_in(value), convolution, expression)
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
    placed = [product for product in found if product.places]
    kernel = convolution.geometry.kernel_size
    if len(placed) < max(kernel / 2, 1 + (kernel > 1)):
        return None
    aim = _aim(placed, convolution)
    if aim is None:
        return None
    element = derive(convolution, aim)
    checks = _channels(element, found)
    bias, bias_found = _bias(terms, element, value)
    goals = _goals(checks, bias)
    hit = all(goals) and within_terms(value, element.total, _scale(element))
    if all(goals) and not hit:
        bias, goals = "extra", (*goals[:4], False)
    return HandSum(expression, value, hit, element, checks, bias, bias_found, goals)


def _scale(element: Derivation) -> float:
    return max(element.size_of_terms, 1e-3)


def _place(terms: list[Term], convolution: Convolution) -> list[_Product]:
    """Find for each product which input number it took: by where it lies, else by its value."""
    by_value: dict[int, list[tuple[float, Place]]] | None = None
    found = []
    for term in terms:
        if term.leaf is not convolution.weight or not term.coefficient.product:
            continue
        sources = term.coefficient.sources
        lying = [locate(address, convolution.input) for _value, address in sources]
        chosen = next((n for n, index in enumerate(lying) if index is not None), -1)
        # A call at hand is over the learner's own input, so an index in it is a place.
        places = tuple(Place(*index) for index in lying[chosen : chosen + 1] if index is not None)
        if not places and sources:
            if by_value is None:
                by_value = _values(convolution)
            for number, (value, _address) in enumerate(sources):
                places = _same_value(value, by_value)
                if places:
                    chosen = number
                    break
        weight_filter, weight_channel, tap = term.index
        factor = term.coefficient.without(chosen)
        found.append(_Product(weight_filter, weight_channel, tap, places, factor))
    return found


def _values(convolution: Convolution) -> dict[int, list[tuple[float, Place]]]:
    """Index an input of ordinary size by value, so that copied numbers are recognised."""
    samples, channels, columns = shape_of(convolution.input)
    table: dict[int, list[tuple[float, Place]]] = defaultdict(list)
    if samples * channels * columns > _SEARCHED:
        return table
    for b, sample in enumerate(convolution.input.tolist()):
        for c, row in enumerate(sample):
            for i, value in enumerate(row):
                table[_key(value)].append((value, Place(b, c, i)))
    return table


def _key(number: float) -> int:
    return round(number * 1e4)


def _same_value(number: float, table: dict[int, list[tuple[float, Place]]]) -> tuple[Place, ...]:
    key = _key(number)
    return tuple(
        place
        for near_key in (key - 1, key, key + 1)
        for value, place in table.get(near_key, ())
        if copied(value, number)
    )


def _aim(found: list[_Product], convolution: Convolution) -> Element | None:
    """Find the output element that most of the products belong to."""
    filters = Counter(product.filter for product in found)
    chosen = max(filters, key=lambda o: (filters[o], -o))
    votes: Counter[tuple[int, int]] = Counter()
    for product in found:
        read_channels = convolution.geometry.input_channels_of(product.filter)
        for place in product.places:
            t = convolution.geometry.output_position(place.position, product.tap)
            if t is not None and 0 <= t < convolution.output_length:
                matching = place.channel == read_channels[product.channel]
                votes[place.sample, t] += (2 if matching else 1) * 1000 - product.channel
    if votes:
        sample, position = max(votes, key=lambda key: (votes[key], -key[0], -key[1]))
        return Element(sample, chosen, position)
    starts = Counter(place.sample for product in found for place in product.places)
    return Element(starts.most_common(1)[0][0], chosen, 0) if starts else None


def _channels(element: Derivation, found: list[_Product]) -> tuple[ChannelCheck, ...]:
    by_channel: dict[int, list[_Product]] = defaultdict(list)
    for product in found:
        by_channel[product.channel].append(product)
    return tuple(
        _channel(element, number, by_channel.get(part.weight_channel, []))
        for number, part in enumerate(element.channels)
    )


def _channel(element: Derivation, number: int, found: list[_Product]) -> ChannelCheck:
    part = element.channels[number]
    expected = {
        tap.tap: Place(element.sample, part.channel, tap.source)
        for tap in part.taps
        if tap.source is not None
    }
    if not found:
        return ChannelCheck(part.channel, "missing" if expected else "right")
    own = [product for product in found if product.filter == element.filter]
    if len(own) < len(found):
        other = Counter(product.filter for product in found if product.filter != element.filter)
        return ChannelCheck(part.channel, "filter", other.most_common(1)[0][0])
    if any(not product.places for product in own):
        return ChannelCheck(part.channel, "unknown")
    if any(expected.get(product.tap) not in product.places for product in own):
        return _what_is_wrong(element, number, own, expected)
    counts = Counter(product.tap for product in own)
    missing = sorted(set(expected) - set(counts))
    if missing:
        return ChannelCheck(part.channel, "taps", missing[0])
    if set(counts.values()) != {1}:
        return ChannelCheck(part.channel, "twice", max(counts.values()))
    if not all(counted(product.factor, 1) for product in own):
        return ChannelCheck(part.channel, "scaled", 0, own[0].factor)
    return ChannelCheck(part.channel, "right")


def _what_is_wrong(
    element: Derivation, number: int, own: list[_Product], expected: dict[int, Place]
) -> ChannelCheck:
    """Return whether it is the sample, the channel, the order or the place of the window."""
    part = element.channels[number]
    last = len(part.taps) - 1
    if len(own) > 1 and all(expected.get(last - p.tap) in p.places for p in own):
        return ChannelCheck(part.channel, "flipped")
    wrong = [product for product in own if expected.get(product.tap) not in product.places]
    pairs = [(product, place) for product in wrong for place in product.places[:1]]
    samples = {place.sample for _product, place in pairs}
    if samples != {element.sample} and len(samples) == 1:
        return ChannelCheck(part.channel, "sample", samples.pop())
    channels = {place.channel for _product, place in pairs}
    if channels != {part.channel} and len(channels) == 1:
        return ChannelCheck(part.channel, "channel", channels.pop())
    window = element.window
    starts = Counter(place.position - (window[product.tap] - window[0]) for product, place in pairs)
    return ChannelCheck(part.channel, "window", starts.most_common(1)[0][0])


def _bias(terms: list[Term], element: Derivation, value: float) -> tuple[BiasStatus, int]:
    """Return how the bias went in: from its tensor, or as a plain number that makes up the rest."""
    bias = element.convolution.bias
    rest = value - sum(_value_of(term) for term in terms)
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
        if within_terms(times, round(times), 1.0) and round(times) in (1, 2):
            count, rest = float(round(times)), 0.0
    if others or not near(rest, 0.0, scale):
        return "extra", 0
    if counted(count, 1):
        return "right", 1
    if counted(count, 0):
        return "missing", 0
    if counted(count, -1):
        return "minus", 0
    return ("twice", round(count)) if count > 1.5 else ("extra", 0)


def _value_of(term: Term) -> float:
    return number_in(term.leaf[term.index]) * term.coefficient.product


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
