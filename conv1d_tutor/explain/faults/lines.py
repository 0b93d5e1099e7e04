"""The line that an explanation ends with where the learner's own cannot be mended."""

import re
from collections.abc import Mapping
from dataclasses import replace

from ...i18n import _
from ..origin.naming import named_tensors
from .fault import Fault
from .report import Report

_LINES = {
    # by the fault's short name; `{x}` is what the learner calls the input
    "channels": "{x}.shape",
    "in_channels": "{x}.shape",
    "one_axis": "{x} = {x}.reshape(1, 1, -1)",
    "one_number": "{x}.shape",
    "too_many_axes": "{x}.shape",
    "rank": "{x} = {x}.unsqueeze(0)",
    "too_short": "{x}.shape[-1]",
    "too_short_dilated": "{x}.shape[-1]",
    "dtype": "{x} = {x}.float()",
    "device": "{x} = {x}.to(conv1d.weight.device)",
    "ndarray": "{x} = torch.from_numpy({x}).float()",
    "list": "{x} = torch.tensor({x})",
    "not_a_tensor": "type({x})",
    "kernel_tuple": "conv1d = nn.Conv1d(2, 3, 5)",
    "same_stride": "nn.Conv1d(2, 3, 5, stride=2, padding=2)",
    "groups": "nn.Conv1d(4, 6, 3, groups=2)",
    "padding_word": "nn.Conv1d(2, 3, 5, padding='same')",
    "padding_mode": "nn.Conv1d(2, 3, 5, padding=2, padding_mode='reflect')",
    "padding_too_wide": "nn.Conv1d(2, 3, 5, padding=2)",
    "bad_number": "nn.Conv1d(2, 3, 5, stride=1, padding=0)",
    "dot_lengths": "x[0,0,0:5] @ conv1d.weight[0,0]",
    "matrices": "x[0,0,0:5] @ conv1d.weight[0,0]",
    "dot_needs_rows": "x[0,0,0:5] @ conv1d.weight[0,0]",
    "index": "{x}.shape",
    "too_many_indices": "{x}.shape",
    "reshape": "{x}.numel()",
    "permute": "{x}.transpose(-1, -2)",
    "permute_twice": "{x}.transpose(-1, -2)",
    "cat": "{x}.shape",
    "stack": "{x}.shape",
    "item": "{x}.flatten()[0].item()",
    "one_number_only": "{x}.flatten()[0].item()",
    "numpy_of_tracked": "{x}.detach().numpy()",
    "leaf_in_place": "with torch.no_grad(): conv1d.weight.fill_(0.5)",
    "second_backward": "conv1d({x}).sum().backward()",
    "changed_in_place": "conv1d({x}).sum().backward()",
    "not_a_scalar": "{x}.sum()",
    "no_history": "conv1d({x}).sum().backward()",
    "truth_of_many": "({x} > 0).all()",
    "list_index": "torch.tensor([[1.0, 2.0], [3.0, 4.0]])[0, 1]",
    "view_of_permuted": "{x}.reshape(-1)",
    "axis_range": "{x}.dim()",
    "tensor_of_sizes": "torch.rand(4, 2, 6)",
    "whole_sizes": "torch.rand(4, 2, 6)",
    "negative_size": "torch.rand(4, 2, 6)",
    "called_with_input": "conv1d({x})",
    "one_unknown": "{x}.reshape(1, 1, -1)",
    "recursion": "def forward(self, x): return self.conv(x)",
    "no_cuda": "torch.device('cpu')",
    "slice_ends": "{x}[0, 0, 0:5]",
    "kinds_of_index": "{x}[0, 0, 0:5]",
    "name": "dir()",
    "attribute": "dir({x})",
    "missing_arguments": "nn.Conv1d(2, 3, 5)",
    "unknown_argument": "nn.Conv1d(in_channels=2, out_channels=3, kernel_size=5)",
    "text_for_number": "nn.Conv1d(2, 3, 5)",
    "module_called": "nn.Conv1d(2, 3, 5)",
    "tensor_called": "{x}[0]",
    "called_with_brackets": "conv1d({x})",
    "import": "import torch",
    "sentence": "print('Conv1d')",
    "syntax": "print((1 + 2) * 3)",
}


def with_line(fault: Fault, report: Report) -> Fault:
    """Return the fault with a line to end with; one that it has is left as it is."""
    if fault.fix:
        return fault
    line = _LINES.get(fault.name, "{x}.shape")
    x = report.argument(())
    if not x.isidentifier() and not (x and (report.repair.shape_of(x) or "").startswith("(")):
        x = "x"  # what was typed there is no tensor
    if not x.isidentifier():
        line = line.removeprefix("{x} = ")
    simple = re.fullmatch(r"[\w.]+(\(.*\)|\[.*\])?", x) is not None
    return replace(fault, fix=line.format(x=x if simple else f"({x})"))


def unknown_error(names: Mapping[str, object]) -> Fault:
    """Return what there is to say of an error that is not known here: how to find out."""
    x = next((name for name, _tensor in named_tensors(names)), "x")
    return Fault(
        "unknown",
        _("This error text is not one that :why knows."),
        reason=_("Most errors around a layer are about sizes and types. Look at what goes in:"),
        fix=f"{x}.shape, {x}.dtype",
    )
