"""The errors that a Conv1d's arguments raise, when it is made or when it is first called."""

import ast
import re

from ...geometry import same_padding
from ...i18n import _
from .fault import Fault
from .report import FaultTable, Report, numbers, written

FAULTS = FaultTable()
fault = FAULTS.fault


@fault(r"padding='same' is not supported for strided convolutions")
def same_with_stride(report: Report, _found: re.Match[str]) -> Fault | None:
    meaning = _(
        "padding='same' promises an output as long as the input; a stride makes it shorter."
    )
    reason = _(
        "With a stride, pad by a number:"
        " (kernel_size − 1) // 2 gives ceil(L_in / stride) for an odd kernel."
    )
    fix = ""
    if report.site is not None:
        keywords = {k.arg: k.value for k in report.site.call.keywords}
        kernel = _literal(report, "kernel_size", 2)
        padding = keywords.get("padding")
        if padding is None and len(report.site.call.args) > 4:
            padding = report.site.call.args[4]
        if isinstance(kernel, int) and padding is not None:
            line, call = report.site.replacing(padding, str(same_padding(kernel, 1)[0]))
            fix = line if report.repair.shape_of(call) is not None else ""
    return Fault("same_stride", meaning, reason=reason, fix=fix)


def _literal(report: Report, name: str, place: int) -> object:
    """Return an argument of the layer's constructor where it was typed as a plain number."""
    if report.site is None:
        return None
    call = report.site.call
    node = next((k.value for k in call.keywords if k.arg == name), None)
    if node is None and len(call.args) > place:
        node = call.args[place]
    return node.value if isinstance(node, ast.Constant) else None


@fault(r"(?P<which>in_channels|out_channels) must be divisible by groups")
def groups(report: Report, found: re.Match[str]) -> Fault | None:
    which = found["which"]
    channels = _literal(report, which, 0 if which == "in_channels" else 1)
    groups = _literal(report, "groups", 6)
    meaning = _(
        "groups cuts the channels into equal parts, so {which} has to be a multiple of groups."
    ).format(which=which)
    reason = ""
    if isinstance(channels, int) and isinstance(groups, int):
        fitting = ", ".join(str(g) for g in range(1, channels + 1) if channels % g == 0)
        reason = _("{channels} / {groups} leaves a rest; groups may be {fitting}.").format(
            channels=channels, groups=groups, fitting=fitting
        )
    return Fault("groups", meaning, reason=reason)


@fault(r"but got padding=[\[(](?P<padding>[\d, ]+)[\])]")
def padding_pair(report: Report, found: re.Match[str]) -> Fault | None:
    pair = numbers(found["padding"])
    meaning = _("padding is one number, put on both sides alike; this is {given}.").format(
        given=written(pair)
    )
    reason = _("For different sides, as causal padding needs, pad the input before the layer:")
    pad = "F.pad"
    for name, value in report.repair.names.items():
        if getattr(value, "__name__", "").endswith("nn.functional"):
            pad = f"{name}.pad"
    argument = report.argument(()) or "x"
    fix = f"{pad}({argument}, ({', '.join(map(str, pair))}))"
    return Fault("padding_pair", meaning, reason=reason, fix=fix)


@fault(r"Invalid padding string '(?P<word>[^']*)'")
def padding_word(report: Report, found: re.Match[str]) -> Fault | None:
    word = found["word"]
    meaning = _(
        "padding takes a number or one of the words 'same' and 'valid', not '{word}'."
    ).format(word=word)
    reason = fix = ""
    if word.lower() == "causal":
        fix = "x = nn.functional.pad(x, (4, 0))" if not report.source else ""
        reason = _(
            "For causal padding put (kernel_size − 1)·dilation zeros on the left:"
            " F.pad(x, (left, 0))."
        )
    return Fault("padding_word", meaning, reason=reason, fix=fix)
