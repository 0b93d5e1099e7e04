"""Errors of Python itself that a newcomer to a layer meets: names, attributes, arguments."""

import builtins
import re
from collections.abc import Mapping
from difflib import SequenceMatcher, get_close_matches
from keyword import iskeyword
from types import ModuleType

from ...i18n import N_, _
from ..origin.naming import is_module
from .fault import Fault
from .report import FaultTable, Report

FAULTS = FaultTable()
fault = FAULTS.fault

_IMPORTS = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "Conv1d": "from torch.nn import Conv1d",
    "np": "import numpy as np",
}
_ARGUMENTS = (
    "in_channels out_channels kernel_size stride padding dilation groups bias padding_mode"
).split()


_KERAS = {
    "filters": "out_channels",
    "strides": "stride",
    "dilation_rate": "dilation",
    "use_bias": "bias",
    "input_shape": "in_channels",
    "input_dim": "in_channels",
}
"""What Keras calls its Conv1D's arguments."""

_MEANT = {"resize": "reshape", "resize_": "reshape"}
"""What spelling alone would not find."""


@fault(r"(?:NameError: )?name '(?P<name>\w+)' is not defined")
def unknown_name(report: Report, found: re.Match[str]) -> Fault | None:
    name = found["name"]
    meaning = _("Nothing is called {name} here yet.").format(name=name)
    if name in _IMPORTS:
        return Fault("import", meaning, reason=_("Import it first:"), fix=_IMPORTS[name])
    for meant in _names_meant(name, report.repair.names):
        fix = re.sub(rf"(?<![.\w]){re.escape(name)}\b", meant, report.source.strip()) or meant
        if report.repair.would_fail(fix):
            continue
        return Fault(
            "name",
            meaning,
            reason=_("Did you mean {name}?").format(name=meant),
            fix=fix if "\n" not in fix else "",
        )
    return Fault("name", meaning, reason=_("Give it a value first, or check its spelling."))


def _names_meant(name: str, names: Mapping[str, object]) -> tuple[str, ...]:
    """Return what a name that is not there may stand for: others, or a part of something."""
    own = [n for n in names if not n.startswith("_")]
    same = [n for n in own if n.lower() == name.lower()]
    # Of the many names of Python's own, only what is all but spelt out.
    others = [each for each in dir(builtins) if not iskeyword(each)]
    close = get_close_matches(name, own, 1, 0.6) + get_close_matches(name, others, 1, 0.8)
    close.sort(key=lambda n: SequenceMatcher(None, n, name).ratio(), reverse=True)
    # `weight` for conv1d.weight, `rand` for torch.rand.
    parts = [
        f"{n}.{name}"
        for n in own
        if (isinstance(names[n], ModuleType) or is_module(names[n])) and hasattr(names[n], name)
    ]
    return (*same, *parts, *close)


@fault(
    r"(?:AttributeError: )?(?:module )?'(?P<owner>[\w.]+)'(?: object)? has no attribute"
    r" '(?P<attribute>\w+)'"
)
def unknown_attribute(report: Report, found: re.Match[str]) -> Fault | None:
    owner, attribute = found["owner"], found["attribute"]
    meaning = (
        _("PyTorch has {attribute}; the small engine that answers here has not.")
        if "the bundled engine does not have it" in report.text
        else _("{owner} has nothing called {attribute}.")
    ).format(owner=owner, attribute=attribute)
    value = getattr(report.error, "obj", None)
    hidden = attribute.startswith("_")
    known = [n for n in dir(value) if n.startswith("_") == hidden] if value is not None else []
    if not known:
        known = ["weight", "bias", "Conv1d", "shape", "permute", "reshape"]
    close = (
        [n for n in known if n.lower() == attribute.lower()][:1]
        or [n for n in (_MEANT.get(attribute),) if n in known]
        or get_close_matches(attribute, known, 1, 0.7)
    )
    whose = {"Tensor": "x", "Parameter": "x", "Conv1d": "conv1d"}.get(owner, owner)
    if not close:
        pasted = isinstance(report.error, str)
        return Fault("attribute", meaning, fix=f"dir({whose})" if pasted else "")
    typed = report.source.strip() or f"{whose}.{attribute}"
    fix = re.sub(rf"\.{re.escape(attribute)}\b", f".{close[0]}", typed)
    return Fault(
        "attribute",
        meaning,
        reason=_("Did you mean {name}?").format(name=close[0]),
        fix=fix if "\n" not in fix and fix != report.source.strip() else "",
    )


@fault(
    r"(?:\bConv1d\.|(?<![\w.]))__init__\(\) missing \d+ required positional arguments?:"
    r" (?P<missing>.*)"
)
def missing_arguments(_report: Report, found: re.Match[str]) -> Fault | None:
    missing = re.findall(r"'(\w+)'", found["missing"])
    meaning = _(
        "A Conv1d needs in_channels, out_channels and kernel_size; missing: {names}."
    ).format(names=", ".join(missing))
    reason = _("In this order: how many channels come in, how many filters, how wide each is.")
    return Fault("missing_arguments", meaning, reason=reason)


@fault(r"(?:\bConv1d\.|(?<![\w.]))__init__\(\) got an unexpected keyword argument '(?P<name>\w+)'")
def unknown_argument(report: Report, found: re.Match[str]) -> Fault | None:
    name = found["name"]
    meaning = _("Conv1d knows no argument called {name}.").format(name=name)
    close = [_KERAS[name]] if name in _KERAS else get_close_matches(name, _ARGUMENTS, 1, 0.5)
    if not close:
        return Fault("unknown_argument", meaning, reason=", ".join(_ARGUMENTS))
    fix = re.sub(rf"\b{re.escape(name)}\b(?=\s*=)", close[0], report.source.strip())
    if not fix:
        first = ("in_channels", "out_channels", "kernel_size")
        usual = "stride=1 padding=2 dilation=1 groups=1 bias=True padding_mode='zeros'".split()
        more = [one for one in usual if one.startswith(close[0] + "=")]
        fix = f"nn.Conv1d({', '.join([f'{n}={v}' for n, v in zip(first, (2, 3, 5), strict=True)])}"
        fix += "".join(f", {one}" for one in more) + ")"
    return Fault(
        "unknown_argument",
        meaning,
        reason=_("Did you mean {name}?").format(name=close[0]),
        fix=fix if "\n" not in fix else "",
    )


@fault(r"'(?P<kind>\w+)' object is not callable")
def not_callable(_report: Report, found: re.Match[str]) -> Fault | None:
    kind = found["kind"]
    if kind == "module":
        meaning = _("This is a module, a box of tools; it cannot be called itself.")
        return Fault(
            "module_called", meaning, reason=_("What is in it can: nn.Conv1d, torch.rand.")
        )
    if kind in ("Tensor", "Parameter"):
        meaning = _("A tensor is indexed with [ ], not called with ( ).")
        return Fault("tensor_called", meaning)
    return None


@fault(r"No module named '(?P<name>[\w.]+)'")
def no_module(report: Report, found: re.Match[str]) -> Fault | None:
    name = found["name"]
    meaning = _("Python finds no package called {name}.").format(name=name)
    if name in ("nn", "Conv1d", "F"):
        return Fault("import", meaning, reason=_("Take it out of torch:"), fix=_IMPORTS[name])
    close = get_close_matches(name, ["torch", "numpy", "math", "random"], 1, 0.6)
    if name == "torch":
        reason = _("It is installed with pip install torch. Here the bundled engine answers:")
        return Fault("import", meaning, reason=reason, fix="import torch")
    if not close or close[0] == name:
        return Fault("import", meaning)
    fix = re.sub(rf"\b{re.escape(name)}\b", close[0], report.source.strip(), count=1)
    reason = _("Did you mean {name}?").format(name=close[0])
    return Fault("import", meaning, reason=reason, fix=fix if "\n" not in fix else "")


@fault(r"cannot import name '(?P<name>\w+)' from '(?P<module>[\w.]+)'")
def nothing_to_import(_report: Report, found: re.Match[str]) -> Fault | None:
    name, module = found["name"], found["module"]
    meaning = _("{owner} has nothing called {attribute}.").format(owner=module, attribute=name)
    if name in _IMPORTS and name not in ("torch", "np"):
        return Fault("import", meaning, reason=_("It is to be had so:"), fix=_IMPORTS[name])
    close = get_close_matches(name, ["nn", "Conv1d", "rand", "zeros", "tensor"], 1, 0.6)
    return Fault(
        "import", meaning, reason=_("Did you mean {name}?").format(name=close[0]) if close else ""
    )


@fault(r"'(?P<kind>\w+)' object is not subscriptable")
def not_subscriptable(_report: Report, found: re.Match[str]) -> Fault | None:
    if found["kind"] in ("function", "builtin_function_or_method", "method", "type"):
        return Fault("called_with_brackets", _("What is called takes ( ), not [ ]."))
    return Fault(
        "called_with_brackets",
        _("{kind} has no parts to take out with [ ].").format(kind=found["kind"]),
        reason=_("A layer is called with ( ): conv1d(x)."),
    )


_SENTENCE = re.compile(r"[^\W\d]+(?:[\s,'’]+[^\W\d]+){2,}[.!?。！？]*")


@fault(r"TypeError: not all arguments converted during string formatting")
def text_for_number(report: Report, _found: re.Match[str]) -> Fault | None:
    if not re.search(r"Conv1d\([^)]*['\"]", report.source):
        return None
    return Fault(
        "text_for_number",
        _("In quotation marks a number is text, and a layer counts with numbers."),
        reason=_("Leave the quotation marks out."),
    )


@fault(r"(?:SyntaxError|IndentationError): (?P<said>.*)")
def syntax(report: Report, found: re.Match[str]) -> Fault | None:
    source, said = report.source.strip(), found["said"]
    if _SENTENCE.fullmatch(source):
        return Fault(
            "sentence",
            _("This reads like a sentence; here Python waits for code."),
            reason=_(":help lists what can be asked for."),
        )
    for pattern, meaning in _SYNTAX:
        if pattern in said:
            return Fault("syntax", _(meaning))
    return None


@fault(r"(?P<said>.+)")
def pasted_syntax(report: Report, found: re.Match[str]) -> Fault | None:
    """Explain what Python says of code that it cannot read, pasted without its type in front."""
    if report.source or not isinstance(report.error, str):
        return None
    said = (meaning for pattern, meaning in _SYNTAX if pattern in found["said"])
    meaning = next(said, "")
    return Fault("syntax", _(meaning)) if meaning else None


_SYNTAX = (
    ("was never closed", N_("A bracket was opened that nothing closes.")),
    ("does not match opening", N_("This bracket does not close the kind that was opened.")),
    ("unmatched", N_("This bracket closes what nothing opened.")),
    ("forgot a comma", N_("Two things stand side by side here. Between them belongs a comma.")),
    ("unterminated string", N_("A quotation mark was opened that nothing closes.")),
    ("invalid decimal literal", N_("A name cannot begin with a digit, nor a number hold letters.")),
    ("Maybe you meant '=='", N_("= gives a name to a value; only a name can stand before it.")),
    ("cannot assign to", N_("= gives a name to a value; only a name can stand before it.")),
    ("unexpected indent", N_("The line is indented, and nothing before it calls for that.")),
    ("expected an indented block", N_("After a colon the next line has to be indented.")),
    ("expected ':'", N_("Such a line ends with a colon.")),
    ("invalid syntax", N_("Python cannot read this as code. The mark ^ is where it gave up.")),
)  # fmt: skip
