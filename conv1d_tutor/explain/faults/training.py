"""The errors of a training script around a Conv1d: losses, targets, state dicts, modules."""

import re
from dataclasses import dataclass

from ...i18n import N_, _
from .fault import Fault
from .report import FaultTable, Report

FAULTS = FaultTable()


@dataclass(frozen=True, slots=True)
class _Known:
    """An error's short name, its sentences, and a line that helps.

    The sentences are translated when they are shown. They and the line take what the pattern
    found, by the names of its groups, and `x` for what the learner calls the input.
    """

    name: str
    meaning: str
    reason: str
    line: str

    def __call__(self, report: Report, found: re.Match[str]) -> Fault:
        groups = {key: (value or "").strip() for key, value in found.groupdict().items()}
        groups["x"] = report.argument(()) or "x"
        return Fault(
            self.name,
            _(self.meaning).format(**groups),
            reason=_(self.reason).format(**groups),
            fix=self.line.format(**groups),
        )


_KNOWN: dict[str, _Known] = {
    r"[Ee]xpected more than 1 value per channel when training": _Known(
        "one_value",
        N_("BatchNorm takes mean and spread over the batch, and here each channel has one number."),
        N_("Give it more than one sample, or switch to the kept statistics, as for using it:"),
        "model.eval()",
    ),
    r"[Gg]iven input size: \((?P<given>[^)]*)\)\. Calculated output size: \((?P<made>[^)]*)\)\."
    r"|max_pool1d\(\) Invalid computed output size|Output size is too small": _Known(
        "pool_too_long",
        N_("The pooling window is longer than what is left of the signal."),
        N_("Pool less often, or over a window that still fits:"),
        "nn.functional.max_pool1d({x}, {x}.shape[-1])",
    ),
    r"[Ee]xpected input batch_size \((?P<given>\d+)\) to match target batch_size"
    r" \((?P<asked>\d+)\)": _Known(
        "target_batch",
        N_("The loss was given {given} rows of predictions and {asked} targets."),
        N_("There has to be one target for each row. Often a reshape mixed samples up: compare"),
        "output.shape, target.shape",
    ),
    r"Target (?P<given>-?\d+) is out of bounds": _Known(
        "target_class",
        N_("Class {given} does not exist: with C outputs the classes are numbered 0 to C − 1."),
        N_("Number the classes from 0, or give the last layer more outputs. Look at the largest:"),
        "target.max()",
    ),
    r"0D or 1D target tensor expected, multi-target not supported": _Known(
        "target_axes",
        N_("cross_entropy takes one class number for each sample; this target has more axes."),
        N_("From one-hot rows the class number is the place of the 1:"),
        "target = target.argmax(1)",
    ),
    r"Expected target size \[(?P<asked>[\d, ]*)\], got \[(?P<given>[\d, ]*)\]": _Known(
        "target_size",
        N_("The target has the sizes [{given}], the loss expects [{asked}]."),
        N_(
            "cross_entropy reads axis 1 of the predictions as the classes: (N, C), or (N, C, L)"
            " with a class for each position. Compare"
        ),
        "output.shape, target.shape",
    ),
    r"expected scalar type Long but (?:found|got scalar type) (?P<given>\w+)"
    r"|Expected floating point type for target with class probabilities": _Known(
        "target_dtype",
        N_("Class numbers have to be whole numbers of type int64; these are of another type."),
        N_("Convert the target:"),
        "target = target.long()",
    ),
    r"Found dtype \w+ but expected \w+|result type Float can't be cast": _Known(
        "target_float",
        N_("This loss compares numbers with numbers: predictions and target must be of one type."),
        N_("Convert the target:"),
        "target = target.float()",
    ),
    r"[Uu]sing a target size \((?P<given>.*?)\)? that is different to the input size"
    r" \((?P<asked>torch\.Size\([^)]*\))": _Known(
        "target_shape",
        N_("Predictions and target have different shapes, so the wrong numbers would be compared."),
        N_("Give the target the shape of the predictions:"),
        "target = target.reshape(output.shape)",
    ),
    r"all elements of input should be between 0 and 1": _Known(
        "probabilities",
        N_("BCELoss takes probabilities, between 0 and 1; a layer gives any numbers."),
        N_("Let the loss do the sigmoid, or put one before it:"),
        "output = torch.sigmoid(output)",
    ),
    r"size mismatch for (?P<name>[\w.]+): copying a param with shape (?P<given>.*?) from checkpoint"
    r",? ?(?:the shape in current model is (?P<asked>torch\.Size\([^)]*\)))?": _Known(
        "state_size",
        N_("The saved {name} has another shape than that of this model: {given}."),
        N_("The layer has to be made with the same arguments as when it was saved. Compare"),
        "{{name: tuple(p.shape) for name, p in model.named_parameters()}}",
    ),
    r"(?:Missing|Unexpected) key\(s\) in state_dict|Error\(s\) in loading state_dict": _Known(
        "state_keys",
        N_("The names in the saved state are not those of this model."),
        N_("A name is the way to a layer, as in conv.weight. Compare with the names saved:"),
        "list(model.state_dict())",
    ),
    r"cannot assign (?P<what>\w+) before Module\.__init__\(\) call": _Known(
        "no_super",
        N_("The class keeps a layer before nn.Module is ready for it."),
        N_("As the first line of __init__:"),
        "super().__init__()",
    ),
    r"is missing the required \"forward\" function|_forward_unimplemented": _Known(
        "no_forward",
        N_("A module is called through its forward, and this class has none that Python finds."),
        N_("Define it, indented inside the class and spelt exactly so:"),
        "def forward(self, x): return self.conv(x)",
    ),
    r"optimizer got an empty parameter list": _Known(
        "no_parameters",
        N_("The optimizer was given nothing to train."),
        N_(
            "Layers have to be kept as attributes, or in nn.ModuleList, not in a plain list. Look:"
        ),
        "list(model.parameters())",
    ),
    r"requested an output size of (?P<given>.*?), but valid sizes range from (?P<least>.*?) to"
    r" (?P<most>.*?)(?: \(for|$)": _Known(
        "output_size",
        N_("This ConvTranspose1d can give lengths from {least} to {most}, not {given}."),
        N_("A stride leaves that many lengths open, and output_size picks one. Leave it out:"),
        "layer({x})",
    ),
    r"output padding must be smaller than either stride or dilation": _Known(
        "output_padding",
        N_("output_padding picks among the lengths that the stride leaves open; it is less."),
        N_("With stride=2 it is 0 or 1:"),
        "nn.ConvTranspose1d(2, 3, 5, stride=2, output_padding=1)",
    ),
    r"cannot assign '(?P<given>[^']*)' as parameter '(?P<name>\w+)'": _Known(
        "assign_parameter",
        N_("{name} is a Parameter, and only a Parameter may stand in its place."),
        N_("Wrap the tensor:"),
        "layer.{name} = nn.Parameter(x)",
    ),
    r"argument 'input' \(position 1\) must be Tensor, not (?:ReLU|Conv1d|Linear|Sequential"
    r"|MaxPool1d|Flatten|BatchNorm1d|Dropout|Sigmoid|Tanh|Softmax|GELU)"
    r"|'(?:ReLU|Conv1d|Linear|Sequential|MaxPool1d|Flatten|BatchNorm1d|Dropout|Sigmoid)'"
    r" object has no attribute '(?:shape|size|dim|view|reshape|flatten|detach|float|backward)'":
    _Known(
        "layer_not_called",
        N_("A layer stands where its result belongs: it was made, but not called."),
        N_("First make it, then call it with the numbers:"),
        "nn.ReLU()({x})",
    ),
    r"'NoneType' object has no attribute '(?P<name>\w+)'": _Known(
        "none",
        N_("What stands before .{name} is None. A .grad is None until backward() has run."),
        N_("It is also None where forward returns nothing. Look at it first:"),
        "x is None",
    ),
    r"transpose\(\) (?:received an invalid combination|takes)|transpose\(\): .*must be int": _Known(
        "transpose",
        N_("transpose swaps two axes, and takes those two."),
        N_("Several at once are put in order by permute:"),
        "{x}.permute(0, 2, 1)",
    ),
    r"'float' object cannot be interpreted as an integer"
    r"|must be (?:tuple of ints|int), (?:not float|but found element of type float)": _Known(
        "float_size",
        N_("A size has to be a whole number, and / always gives one with a decimal point."),
        N_("Whole division is written //:"),
        "length = 7 // 2",
    ),
    r"Expected 3D \(unbatched\) or 4D": _Known(
        "image_axes",
        N_("This layer slides over images: it takes (N, C, H, W), or (C, H, W) for one of them."),
        N_("For one row of numbers a channel there is Conv1d, with (N, C, L). Look at the axes:"),
        "{x}.shape",
    ),
    r"expected 2D or 3D input \(got 4D|expected 2D or 3D input \(got [5-9]D": _Known(
        "norm_axes",
        N_("BatchNorm1d takes (N, C, L), or (N, C): there are too many axes here."),
        N_("Join what comes behind the channels into one axis:"),
        "{x}.flatten(2)",
    ),
    r"Expected 2D \(unbatched\) or 3D|[Ee]xpected 2D or 3D (?:input|\(batch mode\))"
    r"|Expected 3-dimensional (?:input|tensor)": _Known(
        "signal_axes",
        N_("This layer takes 3 axes, (N, C, L), or 2 for one sample."),
        N_("A single row is one sample with one channel; else look at the shape. For a row:"),
        "{x}.reshape(1, 1, -1)",
    ),
    r"[Ii]nput type \(|type \([\w.]+\) should be the same": _Known(
        "types",
        N_("The input's numbers and the layer's are not of one type."),
        N_("A layer's are float32 unless told otherwise. Convert the input:"),
        "{x} = {x}.float()",
    ),
}  # fmt: skip

for _pattern, _known in _KNOWN.items():
    FAULTS.fault(_pattern)(_known)
