"""`:why` on texts from elsewhere, whole and in part: each ends with a line that runs."""

import ast
import re
import sys
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv1d_tutor import engine
from conv1d_tutor.explain import decode_error, unknown_error

from . import attempts
from .article import article, run

TEXTS = [
    # the text of an error, the fault that it is
    ("Given groups=1, weight of size [3, 2, 5], expected input[4, 6, 2] to have 2 channels, but"
     " got 6 channels instead", "channels_last"),
    ("expected input[4, 6, 2] to have 2 channels", "channels_last"),
    ("input[9, 50, 12] to have 12 channels, but got 50 channels instead", "channels"),
    ("weight of size [64, 80, 5], expected input[16, 400, 80]", "channels_last"),
    ("to have 2 channels, but got 6 channels instead", "channels"),
    ("but got 6 channels instead", "channels"),
    ("Given groups=1, weight of size [3, 2, 5]", "channels"),
    ("Given groups=1, weight of size [64, 12, 3], expected input[8, 7, 9] to have 12 channels, but"
     " got 7 channels instead", "channels"),
    ("Given groups=1, weight of size [64, 3, 7, 7], expected input[8, 1, 28, 28] to have 3"
     " channels, but got 1 channels instead", "channels"),
    ("Given transposed=1, weight of size [2, 3, 5], expected input[4, 6, 2] to have 2 channels, but"
     " got 6 channels instead", "channels_last"),
    ("Expected 3-dimensional input for 3-dimensional weight", "signal_axes"),
    ("Expected 3-dimensional input for 3-dimensional weight [64, 80, 5], but got 2-dimensional"
     " input of size [400, 80] instead", "rank"),
    ("Expected 3-dimensional input for 3-dimensional weight [64, 80, 5], but got 4-dimensional"
     " input of size [4, 3, 400, 80] instead", "too_many_axes"),
    ("Expected 4-dimensional input for 4-dimensional weight [64, 3, 7, 7], but got 3-dimensional"
     " input of size [3, 224, 224] instead", "kernel_tuple"),
    ("Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [4, 2]",
     "image_axes"),
    ("Expected 3D (unbatched) or 4D", "image_axes"),
    ("Expected 2D (unbatched) or 3D (batched) input to conv1d, but got input of size: [4, 2, 6, 1]",
     "too_many_axes"),
    ("Expected 2D (unbatched) or 3D (batched) input to conv1d, but got input of size: [7]",
     "one_axis"),
    ("Expected 2D (unbatched) or 3D (batched) input to conv1d, but got input of size: []",
     "one_number"),
    ("Expected 2D (unbatched) or 3D (batched) input to conv_transpose1d, but got input of size:"
     " [7]", "signal_axes"),
    ("expected 2D or 3D input (got 4D input)", "norm_axes"),
    ("Calculated padded input size per channel: (8). Kernel size: (9). Kernel size can't be greater"
     " than actual input size", "too_short"),
    ("Calculated padded input size per channel: (3). Kernel size: (5)", "too_short"),
    ("Kernel size can't be greater than actual input size", "too_short"),
    ("Input type (double) and bias type (float) should be the same", "dtype"),
    ("Input type (torch.DoubleTensor) and weight type (torch.FloatTensor)", "types"),
    ("Input type (double)", "types"),
    ("expected scalar type Double but found Float", "dtype"),
    ("expected scalar type Long but found Float", "target_dtype"),
    ("Expected all tensors to be on the same device, but found at least two devices, cuda:0 and"
     " cpu!", "device"),
    ("conv1d(): argument 'input' (position 1) must be Tensor, not numpy.ndarray", "ndarray"),
    ("linear(): argument 'input' (position 1) must be Tensor, not ReLU", "layer_not_called"),
    ("'ReLU' object has no attribute 'dim'", "layer_not_called"),
    ("The size of tensor a (100) must match the size of tensor b (98) at non-singleton dimension 2",
     "sizes_differ"),
    ("mat1 and mat2 shapes cannot be multiplied (32x1024 and 512x10)", "features"),
    ("running_mean should contain 64 elements not 32", "norm_channels"),
    ("Expected more than 1 value per channel when training, got input size torch.Size([1, 3])",
     "one_value"),
    ("Given input size: (3x1x1). Calculated output size: (3x1x0). Output size is too small",
     "pool_too_long"),
    ("max_pool1d() Invalid computed output size: 0", "pool_too_long"),
    ("Expected input batch_size (4) to match target batch_size (8).", "target_batch"),
    ("Target 5 is out of bounds.", "target_class"),
    ("0D or 1D target tensor expected, multi-target not supported", "target_axes"),
    ("Expected target size [4, 2], got [4]", "target_size"),
    ("Using a target size (torch.Size([4])) that is different to the input size (torch.Size([4, 1]"
     ")) is deprecated. Please ensure they have the same size.", "target_shape"),
    ("Found dtype Long but expected Float", "target_float"),
    ("all elements of input should be between 0 and 1", "probabilities"),
    ("Error(s) in loading state_dict for Net: size mismatch for conv.weight: copying a param with"
     " shape torch.Size([3, 2, 5]) from checkpoint, the shape in current model is"
     " torch.Size([3, 2, 3]).", "state_size"),
    ('Error(s) in loading state_dict for Net: Missing key(s) in state_dict: "conv.weight".',
     "state_keys"),
    ("cannot assign module before Module.__init__() call", "no_super"),
    ('Module [Net] is missing the required "forward" function', "no_forward"),
    ("optimizer got an empty parameter list", "no_parameters"),
    ("requested an output size of [30], but valid sizes range from [13] to [14] (for an input of"
     " torch.Size([5]))", "output_size"),
    ("output padding must be smaller than either stride or dilation, but got output_padding: 2"
     " stride: 2 dilation: 1", "output_padding"),
    ("cannot assign 'torch.FloatTensor' as parameter 'weight' (torch.nn.Parameter or None"
     " expected)", "assign_parameter"),
    ("Boolean value of Tensor with more than one value is ambiguous", "truth_of_many"),
    ("'Conv1d' object is not subscriptable", "called_with_brackets"),
    ("Trying to backward through the graph a second time", "second_backward"),
    ("'NoneType' object has no attribute 'zero_'", "none"),
    ("transpose() received an invalid combination of arguments - got (int, int, int)", "transpose"),
    ("__init__() got an unexpected keyword argument 'filters'", "unknown_argument"),
    ("Conv1d.__init__() got an unexpected keyword argument 'kernal_size'", "unknown_argument"),
    ("'float' object cannot be interpreted as an integer", "float_size"),
    ("Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
     "numpy_of_tracked"),
    ("element 0 of tensors does not require grad and does not have a grad_fn", "no_history"),
    ("a leaf Variable that requires grad is being used in an in-place operation.", "leaf_in_place"),
    ("padding='same' is not supported for strided convolutions", "same_stride"),
    ("in_channels must be divisible by groups", "groups"),
    ("Invalid padding string 'causal'", "padding_word"),
    ("name 'nn' is not defined", "import"),
    ("name 'net' is not defined", "name"),
    ("'Tensor' object has no attribute 'resize'", "attribute"),
    ("module 'torch' has no attribute 'rnd'", "attribute"),
    ("maximum recursion depth exceeded", "recursion"),
    ("'(' was never closed", "syntax"),
    ("invalid syntax. Perhaps you forgot a comma?", "syntax"),
    ("index 6 is out of bounds for dimension 2 with size 6", "index"),
    ("shape '[4, 5]' is invalid for input of size 24", "reshape"),
    ("view size is not compatible with input tensor's size and stride", "view_of_permuted"),
    ("No module named 'torch'", "import"),
]  # fmt: skip

TRACEBACK = """Traceback (most recent call last):
  File "/home/me/train.py", line 31, in <module>
    out = net(x)
          ^^^^^^
  File "/usr/lib/python3/site-packages/torch/nn/modules/module.py", line 1751, in _call_impl
    return forward_call(*args, **kwargs)
  File "/home/me/train.py", line 12, in forward
    return self.conv(torch.tensor([[1.0]]))  # name 'nn' is not defined
RuntimeError: {text}"""

DRESSES = [
    "{text}",
    "RuntimeError: {text}",
    '"{text}"',
    "'{text}'",
    "`{text}`",
    "“RuntimeError: {text}”",
    "  E       RuntimeError: {text}  ",
    ">>> RuntimeError: {text}",
    TRACEBACK,
    TRACEBACK.replace("\n", " "),
    "ValueError: 3\n\nDuring handling of the above exception, another exception occurred:\n\n"
    + TRACEBACK,
]


@pytest.mark.parametrize(("text", "name"), TEXTS)
def test_a_pasted_text_is_known_in_any_dress(text: str, name: str) -> None:
    """With its type or without, in quotes, as the last line of a traceback or in a whole one."""
    for dress in DRESSES:
        fault = decode_error(dress.format(text=text), "", {})
        assert fault is not None, dress
        assert fault.name == name, dress


@pytest.mark.parametrize(("text", "_name"), TEXTS)
def test_it_ends_with_a_line_of_python(text: str, _name: str) -> None:
    """One line that Python can read, and no sentence that announces none."""
    fault = decode_error(text, "", {})
    assert fault is not None
    assert fault.fix
    assert "\n" not in fault.fix
    ast.parse(fault.fix)
    assert fault.meaning.endswith((".", "。"))


def spoken_of() -> dict[str, Any]:
    """Return names for what errors speak of: an input, a layer, a model, predictions, targets."""
    names = article(engine)
    run(
        names,
        """
model = nn.Sequential(nn.Conv1d(2, 3, 5))
layer = nn.ConvTranspose1d(2, 2, 5)
layer.register_parameter("weight", nn.Parameter(torch.rand(2, 2, 5)))
output = torch.rand(4, 3)
target = torch.rand(4, 3)
""",
    )
    return names


IN_ITS_PLACE = {"no_super", "no_forward", "recursion"}  # lines that belong inside a class


@pytest.mark.parametrize(("text", "name"), TEXTS)
def test_the_line_runs_on_what_the_error_speaks_of(
    text: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`x` has the shape in the text where there is one; the line raises nothing."""
    for module, face in (("torch", engine), ("torch.nn", engine.nn)):
        monkeypatch.setitem(sys.modules, module, face)  # as in a session
    if name in IN_ITS_PLACE:
        return
    names = spoken_of()
    shape = re.search(r"input ?\[([\d, ]+)\]|of size:? \[([\d, ]*)\]", text)
    if shape is not None:
        sizes = [int(size) for size in re.findall(r"\d+", shape[1] or shape[2] or "")]
        names["x"] = engine.rand(*sizes) if sizes else engine.tensor(1.0)
    if name in ("sizes_differ", "index"):
        names["x"] = engine.rand(2, 3, 100)
    if name == "ndarray":
        names["x"] = names["array"]
    if name == "list":
        names["x"] = names["nested"]
    if name == "norm_axes":
        names["x"] = engine.rand(4, 2, 3, 5)
        names["norm"] = engine.nn.BatchNorm1d(2)
    fault = decode_error(text, "", {})
    assert fault is not None
    run(names, fault.fix)
    if name == "norm_axes":  # the channels are still axis 1
        run(names, f"assert norm({fault.fix}).shape == (4, 2, 15)")


@given(
    n=st.integers(2, 64),
    length=st.integers(12, 500),
    channels=st.integers(2, 9),
    filters=st.integers(1, 9),
    kernel=st.integers(1, 7),
    part=st.sampled_from(["whole", "from expected", "no groups"]),
)
def test_channels_last_is_mended_whatever_the_numbers(
    n: int, length: int, channels: int, filters: int, kernel: int, part: str
) -> None:
    """The line, run on such an input, is what such a layer takes."""
    layer = engine.nn.Conv1d(channels, filters, kernel)
    given_ = engine.zeros(n, length, channels)
    with pytest.raises(RuntimeError) as error:
        layer(given_)
    text = str(error.value)
    if part != "whole":
        text = text[text.index("weight" if part == "no groups" else "expected") :]
    fault = decode_error(text, "", {})
    assert fault is not None
    assert fault.name == "channels_last"
    turned = eval(fault.fix, {"x": given_})
    assert layer(turned).shape[:2] == (n, filters)


@pytest.mark.parametrize(("source", "name"), attempts.WRONG_CODE)
def test_asked_for_an_error_of_ones_own_always_ends_with_a_line(
    torch: ModuleType, source: str, name: str
) -> None:
    """And it runs where the error came up, whatever it is."""
    names = article(torch)
    with pytest.raises(Exception) as error:  # noqa: PT011 - which one it is, is Python's affair
        run(names, source)
    names = article(torch)
    fault = decode_error(error.value, source, names, asked=True)
    assert fault is not None
    assert fault.name == name
    assert fault.fix
    if "del nn" not in source:
        run(names, fault.fix)


@pytest.mark.parametrize(
    "source",
    [
        "conv1d(torch.rand(2, 3, 4, 6))",
        "conv1d(torch.rand(5, 4, 2, 6))",
        "conv1d(torch.rand(1, 1, 1, 1))",
        "conv1d(torch.rand(4, 2, 0))",
        "conv1d(x[:, :, :0])",
        "conv1d(x.half())",
        "conv1d(x > 0.5)",
        "conv1d((x * 10).int())",
        "conv1d(torch.tensor([[1, 2, 3, 4, 5]] * 2))",
    ],
)
def test_a_reason_that_announces_a_line_is_followed_by_one(torch: ModuleType, source: str) -> None:
    """Unasked, too: a colon with nothing after it is no help."""
    names = article(torch)
    with pytest.raises(Exception) as error:  # noqa: PT011
        run(names, source)
    fault = decode_error(error.value, source, names)
    assert fault is not None
    assert bool(fault.fix) >= fault.reason.endswith(":")
    if fault.fix:
        run(names, fault.fix)


@pytest.mark.parametrize("text", ["CUDA out of memory. Tried to allocate 2.00 GiB", "hello", "?"])
def test_of_an_unknown_text_it_is_said_so(text: str) -> None:
    """With a line by which one finds out more, on a tensor of one's own if there is any."""
    assert decode_error(text, "", {}) is None
    assert unknown_error({}).fix == "x.shape, x.dtype"
    found = unknown_error({"signal": engine.rand(3)})
    assert found.fix == "signal.shape, signal.dtype"
    eval(found.fix, {"signal": engine.rand(3)})
