"""Errors about shapes, indices and products that come up around a Conv1d."""

import ast
import re

from ...errors import UNPARSABLE
from ...i18n import N_, _
from ..tensors import is_tensor
from .fault import AxisNote, Fault
from .repair import resolve
from .report import FaultTable, Report, numbers, written

FAULTS = FaultTable()
fault = FAULTS.fault


@fault(r"inconsistent tensor size, expected tensor \[(?P<one>\d+)\] and src \[(?P<other>\d+)\]")
def dot_lengths(_report: Report, found: re.Match[str]) -> Fault | None:
    one, other = int(found["one"]), int(found["other"])
    meaning = _(
        "A dot product pairs the numbers one to one; here are {one} against {other}."
    ).format(one=one, other=other)
    reason = _("The window has to be as long as the filter row: kernel_size numbers.")
    return Fault("dot_lengths", meaning, reason=reason)


@fault(
    r"[Tt]he size of tensor a \((?P<one>\d+)\) must match the size of tensor b"
    r" \((?P<other>\d+)\) at non-singleton dimension (?P<axis>\d+)"
)
def broadcast(report: Report, found: re.Match[str]) -> Fault | None:
    one, other, axis = int(found["one"]), int(found["other"]), int(found["axis"])
    meaning = _(
        "Number by number needs equal sizes; along axis {axis} they are {one} and {other}."
    ).format(axis=axis, one=one, other=other)
    if not report.source:
        # Pasted from elsewhere it is most often a branch that goes round a layer.
        reason = _(
            "Around a layer padding='same' keeps the length, and a Conv1d of kernel_size=1 makes"
            " the channels alike. Or cut the longer one:"
        )
        fix = f"x = x.narrow({axis}, 0, {min(one, other)})"
        return Fault("sizes_differ", meaning, reason=reason, fix=fix)
    reason = _("Cut the window to the filter's length, so that each tap meets one input number.")
    return Fault("sizes_differ", meaning, reason=reason)


@fault(
    r"(?:mat1 and mat2 shapes cannot be multiplied|size mismatch, m1: \[)? ?\(?"
    r"(?P<a>\d+) ?x ?(?P<b>\d+)(?: and |\], m2: \[)(?P<c>\d+) ?x ?(?P<d>\d+)[)\]]"
)
def matrix(report: Report, found: re.Match[str]) -> Fault | None:
    rows, inner = int(found["a"]), int(found["b"])
    expected, features = int(found["c"]), int(found["d"])
    if re.search(r"@|\b(?:mm|matmul)\(", report.source):
        meaning = _(
            "Between tables @ pairs each row of the first, here {inner} long,"
            " with each column of the second, here {expected} long."
        ).format(inner=inner, expected=expected)
        reason = _("Two single rows of one length go with @; number by number is *.")
        return Fault("matrices", meaning, reason=reason)
    meaning = _(
        "A Linear layer made for {expected} features was given rows of {inner}"
        " ({rows} of them; it gives {features})."
    ).format(expected=expected, inner=inner, rows=rows, features=features)
    reason = _(
        "After Flatten a row has out_channels · L_out numbers:"
        " make the Linear with in_features={inner}."
    ).format(inner=inner)
    fix = f"nn.Linear({inner}, {features})" if not report.source else ""
    return Fault("features", meaning, reason=reason, fix=fix)


_INPUT = (N_("sample"), N_("channel"), N_("position"))
_OUTPUT = (N_("sample"), N_("filter"), N_("position"))
_WEIGHT = (N_("filter"), N_("channel"), N_("tap"))


def _counted(report: Report, index: int, axis: int, size: int) -> str:
    """Return what the axis of the tensor that was indexed counts; empty where that is not sure."""
    try:
        tree = ast.parse(report.source)
    except UNPARSABLE:
        return ""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Subscript):
            continue
        tensor = resolve(node.value, report.repair.names)
        places = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        if (
            not is_tensor(tensor)
            or len(tensor.shape) != 3
            or tensor.shape[axis] != size
            or len(places) <= axis
            or ast.unparse(places[axis]) != str(index)
        ):
            continue
        weight = isinstance(node.value, ast.Attribute) and node.value.attr == "weight"
        axes = _WEIGHT if weight else _INPUT if tensor.grad_fn is None else _OUTPUT
        return _("Axis {axis} of {name} is the {what}.").format(
            axis=axis, name=ast.unparse(node.value), what=_(axes[axis])
        )
    return ""


@fault(
    r"index (?P<index>-?\d+) is out of bounds for dimension (?P<axis>\d+)"
    r" with size (?P<size>\d+)"
)
def index(report: Report, found: re.Match[str]) -> Fault | None:
    index, axis, size = int(found["index"]), int(found["axis"]), int(found["size"])
    meaning = _(
        "Index {index} is past the end: axis {axis} has {size}, numbered 0 to {last}."
    ).format(index=index, axis=axis, size=size, last=size - 1)
    fix = f"x.select({axis}, {size - 1})" if not report.source else ""
    return Fault("index", meaning, reason=_counted(report, index, axis, size), fix=fix)


@fault(r"too many indices for tensor of dimension (?P<axes>\d+)")
def many_indices(_report: Report, found: re.Match[str]) -> Fault | None:
    axes = int(found["axes"])
    meaning = _("More indices than axes: this tensor has {axes}.").format(axes=axes)
    reason = (
        _("An unbatched output has 2 axes, (filter, position), and no sample.") if axes == 2 else ""
    )
    return Fault("too_many_indices", meaning, reason=reason)


@fault(r"shape '\[(?P<shape>[-\d, ]+)\]' is invalid for input of size (?P<count>\d+)")
def reshape(_report: Report, found: re.Match[str]) -> Fault | None:
    shape, count = numbers(found["shape"].replace("-1", "")), int(found["count"])
    product = 1
    for size in shape:
        product *= size
    meaning = _("reshape keeps every number: {count} of them cannot make {shape}.").format(
        count=count, shape="(" + found["shape"] + ")"
    )
    if "-1" in found["shape"]:
        reason = _("{count} is not a multiple of {product}.").format(count=count, product=product)
    else:
        reason = _("That would take {product} numbers.").format(product=product)
    return Fault("reshape", meaning, reason=reason)


@fault(r"input\.dim\(\) = (?P<axes>\d+) is not equal to len\(dims\) = (?P<given>\d+)")
def permute(report: Report, found: re.Match[str]) -> Fault | None:
    axes, given = int(found["axes"]), int(found["given"])
    meaning = _(
        "permute names every axis once: this tensor has {axes}, {given} were named."
    ).format(axes=axes, given=given)
    reason = _("To swap two axes only, transpose(1, 2) is shorter.")
    fix = gives = ""
    if axes == 3 and given == 2:
        typed = re.search(r"permute\(\s*\(?\s*1\s*,\s*0\s*\)?\s*\)|permute\([^)]*\)", report.source)
        if typed is not None:
            fix = report.source.replace(typed[0], "permute(0, 2, 1)").strip()
            gives = report.repair.shape_of(fix) or ""
            fix = "" if report.repair.shape_of(fix) is None and "=" not in fix else fix
    return Fault("permute", meaning, reason=reason, fix=fix, gives=gives)


@fault(
    r"Sizes of tensors must match except in dimension \d+\."
    r" (?:Expected size|Got) (?P<one>\d+) (?:but got size|and) (?P<other>\d+)"
)
def cat(_report: Report, found: re.Match[str]) -> Fault | None:
    meaning = _(
        "cat puts tensors end to end along one axis;"
        " every other axis has to agree: {one} and {other}."
    ).format(one=found["one"], other=found["other"])
    return Fault("cat", meaning)


@fault(r"a Tensor with (?P<count>\d+) elements cannot be converted to Scalar")
def item(_report: Report, found: re.Match[str]) -> Fault | None:
    meaning = _("item() takes one number out; this tensor has {count}.").format(
        count=found["count"]
    )
    return Fault("item", meaning, reason=_("Pick one first, as in y[0,0,0].item()."))


@fault(r"running_mean should contain (?P<given>\d+) elements not (?P<made>\d+)")
def channels_of_norm(report: Report, found: re.Match[str]) -> Fault | None:
    given, made = int(found["given"]), int(found["made"])
    meaning = _("The BatchNorm was made for {made} channels, the input has {given}.").format(
        made=made, given=given
    )
    axes = (AxisNote("C", str(given), str(made), wrong=True),)
    reason = _("It follows the convolution: give it that layer's out_channels.")
    fix = f"nn.BatchNorm1d({given})" if not report.source else ""
    return Fault("norm_channels", meaning, axes, reason=reason, fix=fix)


@fault(
    r"stack expects each tensor to be equal size, but got \[(?P<one>[\d, ]*)\] at entry \d+"
    r" and \[(?P<other>[\d, ]*)\]"
)
def stack(_report: Report, found: re.Match[str]) -> Fault | None:
    one, other = numbers(found["one"]), numbers(found["other"])
    meaning = _("stack needs equal shapes: {one} and {other}.").format(
        one=written(one), other=written(other)
    )
    return Fault("stack", meaning)
