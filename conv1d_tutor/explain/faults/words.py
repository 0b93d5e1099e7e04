"""Errors that a sentence explains: what to look for, what it means, what to do instead."""

import re
from dataclasses import dataclass

from ...i18n import N_, _
from .fault import Fault
from .report import FaultTable, Report

FAULTS = FaultTable()


@dataclass(frozen=True, slots=True)
class _Words:
    """An error's short name, what it means and what to do; translated when they are shown.

    `rewrite` is how the learner's own line becomes one that works: a pattern and its replacement.
    """

    name: str
    meaning: str
    reason: str = ""
    rewrite: tuple[str, str] | None = None

    def __call__(self, report: Report, _found: re.Match[str]) -> Fault:
        fix, source = "", report.source.strip()
        if self.rewrite is not None and source and "\n" not in source:
            changed = re.sub(*self.rewrite, source, count=1)
            fix = changed if changed != source else ""
        reason = _(self.reason) if self.reason else ""
        return Fault(self.name, _(self.meaning), reason=reason, fix=fix)


_WORDS: dict[str, _Words] = {
    r"padding_mode must be one of": _Words(
        "padding_mode",
        N_("padding_mode says what stands beyond the edges of the input."),
        N_("It is 'zeros', 'reflect', 'replicate' or 'circular'; padding says how many columns."),
    ),
    r"Padding size should be less than the corresponding input dimension"
    r"|Padding value causes wrapping": _Words(
        "padding_too_wide",
        N_("The input is too short for this padding mode: there is not enough of it to repeat."),
        N_("Use less padding, or padding_mode='zeros'."),
    ),
    r"non-positive stride|non-positive dilation|negative padding is not supported"
    r"|kernel_size to be greater than zero|groups must be a positive integer"
    r"|dilation should be greater than zero|stride should be greater than zero": _Words(
        "bad_number",
        N_("stride, dilation, groups and kernel_size are at least 1, padding at least 0."),
    ),
    r"Can't call numpy\(\) on Tensor that requires grad": _Words(
        "numpy_of_tracked",
        N_("This tensor still carries its history; a NumPy array cannot."),
        N_("Leave the history behind first: .detach().numpy()"),
        (r"(?<!\.detach\(\))\.numpy\(\)", ".detach().numpy()"),
    ),
    r"a view of a leaf Variable that requires grad is being used in an in-place operation"
    r"|a leaf Variable that requires grad is being used in an in-place operation": _Words(
        "leaf_in_place",
        N_("Weights are tracked for training; changing them in place would falsify the record."),
        N_("Do it unrecorded: with torch.no_grad(): ..."),
        (r"^(?=\S)", "with torch.no_grad(): "),
    ),
    r"Trying to backward through the graph a second time": _Words(
        "second_backward",
        N_("backward() uses the recorded history up; it was called on it before."),
        N_("Compute the output anew, or call backward(retain_graph=True) the first time."),
    ),
    r"grad can be implicitly created only for scalar outputs": _Words(
        "not_a_scalar",
        N_("backward() starts from one number, the loss; this tensor has several."),
        N_("Make one number of it first, with .sum() or .mean() or a loss."),
    ),
    r"does not require grad and does not have a grad_fn": _Words(
        "no_history",
        N_("Nothing of this was recorded, so there is no history to walk back."),
        N_("It was detached, computed under no_grad, or made of inputs alone."),
    ),
    r"modified by an inplace operation": _Words(
        "changed_in_place",
        N_("A tensor that the history needs was changed in place after it was used."),
        N_("Compute the output anew after the change."),
    ),
    r"1D tensors expected": _Words(
        "dot_needs_rows",
        N_("dot takes two single rows of numbers."),
        N_("Pick one row of each: x[0,0,0:5] and conv1d.weight[0,0]."),
    ),
    r"[Bb]oolean value of Tensor with (?:more than one|no) value": _Words(
        "truth_of_many",
        N_("A tensor of several numbers is neither true nor false."),
        N_("Ask for one answer: (a == b).all(), or torch.allclose(a, b)."),
        (r"^if (\w+) == (\w+):", r"if torch.equal(\1, \2):"),
    ),
    r"list indices must be integers or slices, not tuple": _Words(
        "list_index",
        N_("This is a Python list, which takes one index at a time."),
        N_("Make it a tensor with torch.tensor(...) to index several axes at once."),
    ),
    r"view size is not compatible with input tensor's size and stride": _Words(
        "view_of_permuted",
        N_(
            "view cannot re-cut a tensor whose axes were swapped: its numbers lie in another order."
        ),
        N_("Use reshape instead of view; it copies where it has to."),
        (r"\.view\(", ".reshape("),
    ),
    r"Expected all tensors to be on the same device": _Words(
        "device",
        N_("The layer and its input are on different devices."),
        N_("Move both with .to(device)."),
    ),
    r"mat1 and mat2 shapes cannot be multiplied": _Words(
        "features",
        N_("A Linear layer was given rows of another length than it was made for."),
        N_("Its in_features has to be the size of the input's last axis."),
    ),
    r"Dimension out of range": _Words(
        "axis_range", N_("There is no such axis; axes count from 0, or from -1 backwards.")
    ),
    r"repeated dim in permute|duplicate dims": _Words(
        "permute_twice",
        N_("permute names every axis once; one was named twice."),
        N_("To swap the last two of three axes: permute(0, 2, 1)."),
        (r"permute\([^)]*\)", "permute(0, 2, 1)"),
    ),
    r"tensor\(\) takes 1 positional argument but": _Words(
        "tensor_of_sizes",
        N_("torch.tensor takes the numbers themselves, in one list."),
        N_("A tensor of a shape is made by torch.rand(4, 2, 6) or torch.zeros(4, 2, 6)."),
    ),
    r"must be tuple of ints|type must be tuple of ints"
    r"|(?:zeros|ones|empty|randn?)\(\) (?:takes 1 positional|.* - got \((?:float|str))": _Words(
        "whole_sizes",
        N_("Sizes and counts are whole numbers, without a decimal point or quotation marks."),
    ),
    r"Trying to create tensor with negative dimension": _Words(
        "negative_size", N_("A size counts something; it cannot be negative.")
    ),
    r"Conv1d\.forward\(\) (?:takes 2|missing 1)": _Words(
        "called_with_input", N_("A layer is called with one thing, its input: conv1d(x).")
    ),
    r"only one dimension can be inferred": _Words(
        "one_unknown",
        N_("-1 stands for the one size that follows from the others. It can stand there once."),
    ),
    r"RecursionError|maximum recursion depth exceeded": _Words(
        "recursion", N_("A function called itself, and that again itself, without an end.")
    ),
    r"Torch not compiled with CUDA": _Words(
        "no_cuda", N_("Everything runs on the CPU here: leave .cuda() out.")
    ),
    r"slice indices must be integers": _Words(
        "slice_ends", N_("The ends of a slice are whole numbers, as in 0:5.")
    ),
    r"only integers, slices": _Words(
        "kinds_of_index", N_("An index is a whole number, a slice such as 0:5, or : for all.")
    ),
    r"only one element tensors can be converted": _Words(
        "one_number",
        N_("float() and int() take one number out of a tensor; this one has several."),
        N_("To change the type of all of them: x.float()."),
    ),
    r"Calculated padded input size|Kernel size can't be greater": _Words(
        "too_short",
        N_("No window fits: the kernel is wider than the padded input."),
        N_("The first number is L_in + 2·padding, the second dilation·(kernel_size − 1) + 1."),
    ),
}
"""By what to look for; the first that is found is taken."""

for _pattern, _words in _WORDS.items():
    FAULTS.fault(_pattern)(_words)
