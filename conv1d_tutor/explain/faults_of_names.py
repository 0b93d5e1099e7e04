"""Errors of Python itself that a newcomer to a layer meets: names, attributes, arguments."""

import builtins
import re
from difflib import get_close_matches

from ..i18n import _
from .fault import Fault
from .faults_in_words import IN_WORDS, REWRITES
from .report import Decoder, Report

__all__ = ["NAMES"]

_IMPORTS = {
    "torch": "import torch",
    "nn": "from torch import nn",
    "F": "import torch.nn.functional as F",
    "Conv1d": "from torch.nn import Conv1d",
    "np": "import numpy as np",
}
_ARGUMENTS = (
    "in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups",
    "bias", "padding_mode",
)  # fmt: skip


def _unknown_name(report: Report, found: "re.Match[str]") -> Fault | None:
    name = found["name"]
    meaning = _("Nothing is called {name} here yet.").format(name=name)
    if name in _IMPORTS:
        return Fault("import", meaning, reason=_("Import it first:"), fix=_IMPORTS[name])
    own = [n for n in report.repair.names if not n.startswith("_")]
    close = get_close_matches(name, [*own, *dir(builtins)], 1, 0.6)
    if not close:
        return Fault("name", meaning, reason=_("Give it a value first, or check its spelling."))
    fix = re.sub(rf"\b{re.escape(name)}\b", close[0], report.source.strip())
    return Fault(
        "name",
        meaning,
        reason=_("Did you mean {name}?").format(name=close[0]),
        fix=fix if "\n" not in fix else "",
    )


def _unknown_attribute(report: Report, found: "re.Match[str]") -> Fault | None:
    owner, attribute = found["owner"], found["attribute"]
    meaning = _("{owner} has nothing called {attribute}.").format(owner=owner, attribute=attribute)
    value = getattr(report.error, "obj", None)
    known = [n for n in dir(value) if not n.startswith("_")] if value is not None else []
    if not known:
        known = ["weight", "bias", "Conv1d", "shape", "permute", "reshape"]
    close = (
        get_close_matches(attribute, known, 1, 0.6)
        or [n for n in known if n.lower() == attribute.lower()][:1]
    )
    if not close:
        return Fault("attribute", meaning)
    fix = re.sub(rf"\.{re.escape(attribute)}\b", f".{close[0]}", report.source.strip())
    return Fault(
        "attribute",
        meaning,
        reason=_("Did you mean {name}?").format(name=close[0]),
        fix=fix if "\n" not in fix and fix != report.source.strip() else "",
    )


def _missing_arguments(_report: Report, found: "re.Match[str]") -> Fault | None:
    missing = re.findall(r"'(\w+)'", found["missing"])
    meaning = _(
        "A Conv1d needs in_channels, out_channels and kernel_size; missing: {names}."
    ).format(names=", ".join(missing))
    reason = _("In this order: how many channels come in, how many filters, how wide each is.")
    return Fault("missing_arguments", meaning, reason=reason)


def _unknown_argument(report: Report, found: "re.Match[str]") -> Fault | None:
    name = found["name"]
    meaning = _("Conv1d knows no argument called {name}.").format(name=name)
    close = get_close_matches(name, _ARGUMENTS, 1, 0.5)
    if not close:
        return Fault("unknown_argument", meaning, reason=", ".join(_ARGUMENTS))
    fix = re.sub(rf"\b{re.escape(name)}\b(?=\s*=)", close[0], report.source.strip())
    return Fault(
        "unknown_argument",
        meaning,
        reason=_("Did you mean {name}?").format(name=close[0]),
        fix=fix if "\n" not in fix else "",
    )


def _not_callable(_report: Report, found: "re.Match[str]") -> Fault | None:
    kind = found["kind"]
    if kind == "module":
        meaning = _("This is a module, a box of tools; it cannot be called itself.")
        return Fault("module_called", meaning, reason=_("A layer's class is in it: nn.Conv1d."))
    if kind in ("Tensor", "Parameter"):
        meaning = _("A tensor is indexed with [ ], not called with ( ).")
        return Fault("tensor_called", meaning)
    return None


def _in_words(name: str, meaning: str, reason: str) -> Decoder:
    def decode(report: Report, _found: "re.Match[str]") -> Fault:
        fix, source = "", report.source.strip()
        if name in REWRITES and source and "\n" not in source:
            changed = re.sub(*REWRITES[name], source, count=1)
            fix = changed if changed != source else ""
        return Fault(name, _(meaning), reason=_(reason) if reason else "", fix=fix)

    return decode


NAMES: tuple[tuple[str, Decoder], ...] = (
    *((pattern, _in_words(name, meaning, reason)) for pattern, name, meaning, reason in IN_WORDS),
    (r"NameError: name '(?P<name>\w+)' is not defined", _unknown_name),
    (
        r"AttributeError: (?:module )?'(?P<owner>[\w.]+)'(?: object)? has no attribute"
        r" '(?P<attribute>\w+)'",
        _unknown_attribute,
    ),
    (
        r"Conv1d\.__init__\(\) missing \d+ required positional arguments?: (?P<missing>.*)",
        _missing_arguments,
    ),
    (
        r"Conv1d\.__init__\(\) got an unexpected keyword argument '(?P<name>\w+)'",
        _unknown_argument,
    ),
    (r"TypeError: '(?P<kind>\w+)' object is not callable", _not_callable),
)
"""What to look for in an error's text, and who explains it; the plain ones first."""
