"""The errors that a Conv1d raises when it is called."""

import re
from collections.abc import Iterator
from typing import Any

from ...i18n import _, ngettext
from ..convolution import geometry_of
from .fault import AxisNote, Fault
from .report import FaultTable, Report, numbers, written

FAULTS = FaultTable()
fault = FAULTS.fault

_WEIGHT = r"\[?(?P<weight>[\d, ]+?)\]?"
_INPUT = r"\[?(?P<input>[\d, ]*?)\]?"
_TYPE = r"(?P<given>[\w.]+) but (?:found|got scalar type) (?P<needed>[\w.]+)"


def _shortest_input(layer: Any, weight: tuple[int, ...]) -> int:
    """Return the length that an input needs at least, as far as the layer is known."""
    try:
        return geometry_of(layer).shortest_input
    except TypeError:
        return weight[2] if len(weight) == 3 else 1


_WRONG_CHANNELS = (
    rf"Given groups=(?P<groups>\d+), (?:transposed=\w+, )?weight(?: of size)? ?{_WEIGHT},"
    rf" (?:so )?expected input ?{_INPUT} to have (?P<needed>\d+) channels,"
    r" but got (?P<got>\d+) channels"
)


@fault(_WRONG_CHANNELS)
def wrong_channels(report: Report, found: re.Match[str]) -> Fault | None:
    groups = int(found["groups"])
    weight, shape = numbers(found["weight"]), numbers(found["input"])
    needed, got = int(found["needed"]), int(found["got"])
    if len(shape) != 3 or len(weight) != 3:
        return None
    owner, layer = report.layer(weight)
    own = report.input_shape()
    added = len(own) == 2 or (not own and report.site is None and shape[0] == 1)
    least = _shortest_input(layer, weight)
    axes = (
        AxisNote("N", str(shape[0]), "N"),
        AxisNote("C", str(shape[1]), str(needed), wrong=True),
        AxisNote("L", str(shape[2]), f"≥{least}", wrong=shape[2] < least),
    )
    called = f"{owner}.in_channels" if owner else "in_channels"
    given_words = ngettext(
        "{count} channel of length {length}", "{count} channels of length {length}", got
    ).format(count=got, length=shape[2])
    needed_words = ngettext("{count} channel: {name}", "{count} channels: {name}", needed).format(
        count=needed, name=called
    )
    if groups > 1:
        needed_words += _(" ({groups} groups of {width})").format(groups=groups, width=weight[1])
    meaning = _(
        "The layer was made for in_channels={needed}; axis 1 of the input, the channels, has {got}."
    ).format(needed=needed, got=got)
    if len(own) == 2:
        meaning += _(" (A 2-D input is read as one sample; PyTorch added the first 1.)")
    name, reason, fix, gives = _channel_cure(report, own or shape, needed, least, added=added)
    if not name and layer is None and not report.source and groups == 1 and weight[0] > 0:
        reason = _("If {got} channels are meant, the layer has to be made for {got}:")
        reason = reason.format(got=got)
        fix = f"conv1d = {report.repair.layer_factory()}({got}, {weight[0]}, {weight[2]})"
    if not name and layer is not None:
        reason = _("If {got} channels are meant, the layer has to be made for {got}:")
        reason = reason.format(got=got)
        fix, gives = report.remade(layer, owner, in_channels=got, groups=1)
        name, reason = ("in_channels", reason) if fix else ("channels", "")
    return Fault(name or "channels", meaning, axes, given_words, needed_words, reason, fix, gives)


@fault(r"but got (?P<got>\d+) channels instead")
@fault(r"to have (?P<needed>\d+) channels?,? but got (?P<got>\d+) channels?")
@fault(rf"weight(?: of size)? ?{_WEIGHT}, (?:so )?expected input ?\[(?P<input>[\d, ]+)\]")
@fault(
    r"expected input ?\[?(?P<input>[\d, ]+)\]? to have (?P<needed>\d+) channels?"
    r"(?:,? but got (?P<got>\d+))?"
)
def part_of_wrong_channels(report: Report, found: re.Match[str]) -> Fault | None:
    """Explain a part of that text, which tells less of the layer."""
    parts = found.groupdict()
    shape = numbers(parts.get("input") or "")
    weight = re.search(r"weight(?: of size)? ?\[?(?P<weight>\d[\d, ]*)", report.text)
    sizes = numbers(weight["weight"]) if weight else ()
    needed, got = parts.get("needed"), parts.get("got")
    if not needed and len(sizes) > 1:
        needed = str(sizes[1])
    if not got and len(shape) > 1:
        got = str(shape[1])
    if len(shape) == 3 and needed and got != needed:
        whole = _WHOLE.format(
            weight=list(sizes if len(sizes) == 3 else (0, int(needed), 1)),
            input=list(shape),
            needed=needed,
            got=shape[1],
        )
        return wrong_channels(report, re.match(_WRONG_CHANNELS, whole))  # type: ignore[arg-type]
    meaning = (
        _("The layer was made for in_channels={needed}; the input's axis 1 has {got}.")
        if needed and got
        else _("Axis 1 of the input, the channels, has not the size that the layer was made for.")
    ).format(needed=needed, got=got)
    if len(shape) == 4:
        return Fault("channels", meaning, reason=_("Look at its shape:"), fix="x.shape")
    reason = _("Often the channels are last, as (N, L, C). If so, swap the last two axes:")
    return Fault("channels", meaning, reason=reason, fix="x.permute(0, 2, 1)")


_WHOLE = (
    "Given groups=1, weight of size {weight}, expected input{input} to have {needed} channels,"
    " but got {got} channels instead"
)


def _channel_cure(
    report: Report, shape: tuple[int, ...], needed: int, least: int, *, added: bool
) -> tuple[str, str, str, str]:
    """Find the change of axes that makes the input fit: name, reason, line, what it gives."""
    cures = list(_cures(shape, needed, least, added=added))
    for name, reason, code in cures:
        fix, gives = report.fixed(lambda text, code=code: text + code, shape)  # type: ignore[misc]
        if fix:
            return name, reason, fix, gives
    if not cures:
        return "", "", "", ""
    # Of an error from elsewhere the names are not known; the line is shown on some `x`.
    name, reason, code = cures[0]
    return name, reason, "" if report.source else f"x{code}", ""


def _cures(
    shape: tuple[int, ...], needed: int, least: int, *, added: bool
) -> Iterator[tuple[str, str, str]]:
    """Yield each change of axes that might have been forgotten: name, reason, what to append."""
    if len(shape) == 3:
        n, c, length = shape
        if length == needed and c >= least:
            reason = _("This looks like (N, L, C): the channels are last. Swap the last two axes:")
            yield "channels_last", reason, ".permute(0, 2, 1)"
        if n == needed:
            reason = _(
                "This looks like (C, N, L): the channels are first. Swap the first two axes:"
            )
            yield "channels_first", reason, ".permute(1, 0, 2)"
    if needed == 1 and (added or len(shape) == 2):
        reason = _("This looks like (N, L): the channel axis is missing. Put it in as axis 1:")
        yield "no_channel_axis", reason, ".unsqueeze(1)"
    if len(shape) == 2 and shape[1] == needed and shape[0] >= least:
        reason = _("This looks like (L, C): the channels are last. Swap the two axes:")
        yield "channels_last", reason, ".permute(1, 0)"


@fault(
    r"Expected 2D \(unbatched\) or 3D \(batched\) input to conv1d,"
    r" but got input of size: \[(?P<input>[\d, ]*)\]"
)
def wrong_rank(report: Report, found: re.Match[str]) -> Fault | None:
    shape = numbers(found["input"])
    owner, layer = report.layer()
    channels = int(layer.in_channels) if layer is not None else 0
    meaning = _(
        "A Conv1d takes 3 axes (N, C, L), or 2 (C, L) for one sample;"
        " this input has {count}: {shape}."
    ).format(count=len(shape), shape=written(shape))
    fix = gives = reason = ""
    name = "rank"
    if len(shape) == 2:
        reason = _("Older PyTorch took no single sample. There, put a batch axis in front:")
        fix, gives = report.fixed(lambda text: f"{text}.unsqueeze(0)", shape)
        fix = fix or "x = x.unsqueeze(0)"
    elif len(shape) == 1:
        name = "one_axis"
        if not channels and not report.source:
            reason = _("A single row of numbers is one sample with one channel. Say so:")
            fix = "x = x.reshape(1, 1, -1)"
        elif channels in (0, 1):
            reason = _("A single row of numbers is one sample with one channel. Say so:")
            fix, gives = report.fixed(lambda text: f"{text}.reshape(1, 1, -1)", shape)
        elif shape[0] % channels == 0 and shape[0] // channels >= _shortest_input(layer, ()):
            reason = _(
                "If the row holds {channels} channels one after the other, cut it into them:"
            ).format(channels=channels)
            fix, gives = report.fixed(lambda text: f"{text}.reshape(1, {channels}, -1)", shape)
        else:
            reason = _(
                "A single row of numbers is one channel, but {layer} was made for {channels}."
            ).format(layer=owner or "Conv1d", channels=channels)
    elif len(shape) == 0:
        name = "one_number"
        reason = _("A single number has no length for a window to slide along.")
    elif len(shape) >= 4:
        name = "too_many_axes"
        if 1 in shape:
            axis = shape.index(1)
            reason = _("Axis {axis} has size 1 and is one too many. Take it off:").format(axis=axis)
            fix, gives = report.fixed(lambda text: f"{text}.squeeze({axis})", shape)
        if not fix:
            reason = _("One axis of samples too many? Put the first two together:")
            fix, gives = report.fixed(lambda text: f"{text}.flatten(0, 1)", shape)
        if not fix and not report.source:
            fix = "x = x.flatten(0, 1)"
        elif not fix:
            reason = _("Say of each axis what it counts: samples, channels, positions. Look:")
    axes = tuple(
        AxisNote(axis, str(size), axis)
        for axis, size in zip(
            ("?",) * max(len(shape) - 3, 0) + ("N", "C", "L")[-len(shape) :] if shape else (),
            shape,
            strict=True,
        )
    )
    return Fault(name, meaning, axes if len(shape) > 3 else (), "", "", reason, fix, gives)


@fault(
    rf"Expected \d-dimensional input for \d-dimensional weight {_WEIGHT},"
    rf" but got (?:\d-dimensional )?input of size {_INPUT} instead"
)
def other_rank(report: Report, found: re.Match[str]) -> Fault | None:
    """Explain `Expected 3-dimensional input for ...`: an older wording, or a 2-D kernel."""
    weight = numbers(found["weight"])
    if len(weight) == 3:
        return wrong_rank(report, found)
    meaning = _(
        "The weight has {count} axes, {shape}:"
        " the layer was made with a kernel_size of more than one number."
    ).format(count=len(weight), shape=written(weight))
    reason = _("A Conv1d slides along one axis: its kernel_size is one number. Make it anew:")
    owner = report.site.function_text if report.site else ""
    name = owner if owner.isidentifier() else "conv1d"
    layer = report.site.function if report.site is not None else None
    made = f"{report.repair.layer_factory()}({weight[1]}, {weight[0]}, {weight[2]})"
    if getattr(layer, "kernel_size", None) is None:
        return Fault("kernel_tuple", meaning, reason=reason, fix=f"{name} = {made}")
    argument = report.argument(numbers(found["input"]))
    gives = report.repair.shape_of(f"{made}({argument})") if argument else ""
    return Fault(
        "kernel_tuple", meaning, reason=reason, fix=f"{name} = {made}" if gives is not None else ""
    )


@fault(
    r"Calculated padded input size per channel: \((?P<padded>[\d x]+)\)\. Kernel size:"
    r" \((?P<kernel>[\d x]+)\)(?:\. Kernel size can't (?:be )?greater than actual input size)?"
)
def too_short(report: Report, found: re.Match[str]) -> Fault | None:
    padded, span = numbers(found["padded"])[-1], numbers(found["kernel"])[-1]
    owner, layer = report.layer()
    meaning = _(
        "No window fits: the kernel spans {span} positions, the padded input has only {padded}."
    ).format(span=span, padded=padded)
    reason = fix = gives = ""
    name = "too_short"
    if layer is None:
        reason = _(
            "The first number is L_in + 2·padding, the second dilation·(kernel_size − 1) + 1."
        )
        fix = f"x = nn.functional.pad(x, (0, {span - padded}))" if span > padded else ""
        return Fault(name, meaning, reason=reason, fix=fix)
    geometry = geometry_of(layer)
    length = padded - sum(geometry.padding_pair)
    if geometry.dilation > 1:
        name = "too_short_dilated"
        reason = _(
            "{span} = {dilation}·({kernel} − 1) + 1: dilation widens the kernel."
            " Pad, so that one window fits:"
        ).format(span=span, dilation=geometry.dilation, kernel=geometry.kernel_size)
    else:
        reason = _("The input is shorter than the kernel. Pad it, so that one window fits:")
    shape = report.input_shape()
    if len(shape) == 3 and shape[1] >= span and shape[2] == geometry.in_channels:
        name = "channels_last"
        reason = _("This looks like (N, L, C): the channels are last. Swap the last two axes:")
        fix, gives = report.fixed(lambda text: f"{text}.permute(0, 2, 1)", shape)
    if not fix and length > 0:
        fix, gives = report.remade(layer, owner, padding=geometry.least_padding(length))
    if length <= 0:
        reason = _("The input has no positions at all. Look at its shape:")
    axes = (
        (
            AxisNote("N", str(shape[0]), "N"),
            AxisNote("C", str(shape[1]), str(shape[1])),
            AxisNote("L", str(length), f"≥{geometry.shortest_input}", wrong=True),
        )
        if len(shape) == 3
        else ()
    )
    given = _("length {length}, padded {padded}").format(length=length, padded=padded)
    needed = _("a window spans {span}").format(span=span)
    return Fault(
        name, meaning, axes, given if axes else "", needed if axes else "", reason, fix, gives
    )


_KINDS = {
    "double": "float64",
    "float": "float32",
    "long int": "int64",
    "long": "int64",
    "int": "int32",
    "half": "float16",
    "c10::half": "float16",
    "bool": "bool",
}


def _kind(text: str) -> str:
    word = text.lower().replace("torch.", "").replace("cuda.", "").replace("tensor", "").strip()
    return _KINDS.get(word, word)


@fault(
    r"Input type \((?P<given>[^)]+)\) and (?:bias|weight) type \((?P<needed>[^)]+)\)"
    r" should be the same"
)
@fault(rf"[Ee]xpected (?:object of )?(?:scalar )?type {_TYPE}")
@fault(r"mat1 and mat2 must have the same dtype, but got (?P<given>\w+) and (?P<needed>\w+)")
def wrong_type(report: Report, found: re.Match[str]) -> Fault | None:
    given, needed = _kind(found["given"]), _kind(found["needed"])
    if given == "int64" and "scalar type" in found[0] and not report.source:
        return None  # most often a target
    if "cuda" in found["given"].lower() and "cuda" not in found["needed"].lower():
        return Fault(
            "device",
            _("The input is on the GPU, the layer is not."),
            reason=_("Bring the layer there too: layer.to(x.device)."),
        )
    if "cuda" in found["needed"].lower() and "cuda" not in found["given"].lower():
        return Fault(
            "device",
            _("The layer is on the GPU, the input is not."),
            reason=_("Bring the input there too: x.to(layer.weight.device)."),
        )
    meaning = _(
        "The input's numbers are {given}, the layer's are {needed}; they have to be the same."
    ).format(given=given, needed=needed)
    if given == "float64":
        reason = _("NumPy makes float64 unless told otherwise. Convert the input:")
    elif given.startswith("int") or given in ("uint8", "byte", "char", "short"):
        reason = _("Whole numbers make an integer tensor. Convert the input:")
    else:
        reason = _("Convert the input:")
    call = {"float32": "float", "float64": "double", "float16": "half"}.get(needed, "float")
    fix, gives = report.fixed(lambda text: f"{text}.{call}()")
    if not fix:
        x = report.argument(()) or "x"
        fix = f"{x} = {x}.{call}()" if x.isidentifier() else f"({x}).{call}()"
    return Fault("dtype", meaning, reason=reason, fix=fix, gives=gives)


@fault(r"conv1d\(\): argument 'input' \(position 1\) must be Tensor, not (?P<given>[\w.]+)")
def not_a_tensor(report: Report, found: re.Match[str]) -> Fault | None:
    given = found["given"]
    if "ndarray" in given:
        meaning = _("A layer takes tensors; this is a NumPy array.")
        reason = _("Make it a tensor, with float32 numbers:")
        fix, gives = report.fixed(lambda text: f"{_torch(report)}.from_numpy({text}).float()")
        return Fault("ndarray", meaning, reason=reason, fix=fix, gives=gives)
    if given in ("list", "tuple", "float", "int") or "list" in given:
        meaning = _("A layer takes tensors; this is a Python {kind}.").format(kind=given)
        reason = _("Make it a tensor:")
        fix, gives = report.fixed(
            lambda text: f"{_torch(report)}.tensor({text}, dtype={_torch(report)}.float32)"
        )
        if not fix:
            fix, gives = report.fixed(lambda text: f"{_torch(report)}.tensor({text})")
        if not fix:
            reason = _("torch.tensor(...) makes one; its axes have to be (N, C, L) or (C, L).")
        return Fault("list", meaning, reason=reason, fix=fix, gives=gives)
    meaning = _("A layer takes tensors; this is a {kind}.").format(kind=given)
    return Fault("not_a_tensor", meaning)


def _torch(report: Report) -> str:
    module = report.repair.torch_module()
    return next((n for n, v in report.repair.names.items() if v is module), "torch")


@fault(r"conv1d\(\) received an invalid combination of arguments")
def no_tensor(report: Report, _found: re.Match[str]) -> Fault | None:
    got = re.search(r"got \((\w[\w.]*)", report.text)
    if got is None or got[1] in ("Tensor", "Parameter"):
        return None
    return not_a_tensor(report, re.match(r"(?P<given>.*)", got[1]))  # type: ignore[arg-type]


@fault(r"weight(?: of size)? ?\[(?P<weight>\d+, \d+, \d+)\]")
def part_about_the_weight(report: Report, found: re.Match[str]) -> Fault | None:
    """Explain the shape of a weight, where that is all there is of the text."""
    if not isinstance(report.error, str):
        return None
    filters, channels, taps = sizes = numbers(found["weight"])
    meaning = _(
        "A weight of {shape} is that of {filters} filters, which read {channels} channels and"
        " {taps} positions each."
    ).format(shape=written(sizes), filters=filters, channels=channels, taps=taps)
    reason = _("Axis 1 of the input has to have {channels}. Look at it:").format(channels=channels)
    return Fault("channels", meaning, reason=reason, fix="x.shape")
