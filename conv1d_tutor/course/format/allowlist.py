"""What the code that a lesson carries may say. Lessons may come from strangers.

No evaluator that restricts Python is a boundary, so the code is held against lists of what
is *allowed*, syntax, names and attributes, before any of it runs. What learners type
themselves is ordinary Python with their own rights and never comes here.
"""

import ast
import builtins
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec

from conv1d_tutor.i18n import _


@dataclass(frozen=True, slots=True)
class CodeFault:
    """What is wrong with a piece of a lesson's code: the line in it, from 1, and the problem."""

    line: int
    problem: str


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _nodes(text: str) -> frozenset[type[ast.AST]]:
    """Return the classes of the syntax tree of those names, with the kinds of each."""
    named = [getattr(ast, name) for name in _words(text)]
    return frozenset([*named, *(kind for node in named for kind in node.__subclasses__())])


ALLOWED_MODULES = frozenset(
    ["math", "numpy", "torch", "torch.nn", "torch.nn.functional", "torch.nn.init", "torch.optim"]
)

_NO_MODULES = frozenset(["conv1d", "nn", "pytorch"])
"""Modules that beginners try to import and that are none: a `reject` may show what happens."""

ALLOWED_BUILTINS = _words(
    """
    abs all any bool dict divmod enumerate filter float int isinstance len list map max min pow
    print range repr reversed round set slice sorted str sum super tuple zip
    True False None Ellipsis
    ArithmeticError AttributeError Exception IndexError KeyError NameError RuntimeError
    TypeError ValueError ZeroDivisionError
    """
)

_FORBIDDEN_NAMES = (
    frozenset(dir(builtins)) | {"copyright", "credits", "exit", "help", "license", "quit"}
) - ALLOWED_BUILTINS

_WITH_NAMES = _nodes(
    "Import ImportFrom alias ExceptHandler FunctionDef ClassDef arg Name Attribute"
)
"""Allowed syntax that carries names, modules or attributes, which must be allowed as well."""

_WITHOUT_NAMES = _nodes(
    """
    Module Expression Expr Assign AnnAssign AugAssign Delete For If IfExp With withitem Pass
    Assert Break Continue Return Try Lambda arguments keyword Call Subscript Slice Starred Tuple
    List Dict Set Constant JoinedStr FormattedValue NamedExpr ListComp SetComp DictComp
    GeneratorExp comprehension BinOp UnaryOp BoolOp Compare
    expr_context boolop operator unaryop cmpop
    """
)
"""Allowed syntax that carries none."""

_ATTRIBUTES = _words(
    """
    nn functional init optim

    shape size dim ndim ndimension numel nelement dtype device T mT H stride storage_offset
    data_ptr is_contiguous contiguous grad grad_fn requires_grad requires_grad_ is_leaf data
    retain_grad backward detach clone item tolist numpy name next_functions variable
    float double int long half bool to type_as

    tensor as_tensor from_numpy rand randn randint randperm rand_like randn_like zeros
    zeros_like ones ones_like full full_like empty arange linspace logspace eye Size Tensor
    Generator manual_seed seed initial_seed get_rng_state set_rng_state no_grad enable_grad
    set_grad_enabled is_grad_enabled is_tensor set_printoptions
    float16 float32 float64 bfloat16 int8 int16 int32 int64 uint8 pi e inf nan

    sum mean std var prod cumsum cumprod max min maximum minimum amax amin argmax argmin median
    norm sort argsort topk unique abs neg sqrt square exp log log2 log10 log1p sin cos tan tanh
    sigmoid relu softmax log_softmax floor ceil round trunc sign clamp clip pow add sub mul div
    addmm dot matmul mm mv bmm outer einsum tensordot all any eq ne lt le gt ge equal allclose
    isclose isnan isinf isfinite logical_and logical_or logical_not where
    gather index_select masked_fill masked_select take nonzero count_nonzero diff bincount
    reshape view view_as permute transpose swapaxes movedim t flatten unflatten squeeze
    unsqueeze expand expand_as repeat repeat_interleave tile broadcast_to flip fliplr roll
    unfold select narrow split chunk unbind cat concat stack hstack vstack tril triu diag
    add_ sub_ mul_ div_ zero_ fill_ copy_ clamp_ uniform_ normal_ constant_ ones_ zeros_
    xavier_uniform_ kaiming_uniform_ kaiming_normal_

    Module Parameter Conv1d Conv2d ConvTranspose1d Linear Embedding MaxPool1d AvgPool1d
    AdaptiveAvgPool1d AdaptiveMaxPool1d BatchNorm1d LayerNorm GroupNorm Dropout Flatten Identity
    Unfold ReLU LeakyReLU Tanh Sigmoid GELU SiLU Softmax Sequential ModuleList ModuleDict MSELoss
    L1Loss CrossEntropyLoss BCEWithLogitsLoss ConstantPad1d ZeroPad1d ReflectionPad1d
    ReplicationPad1d CircularPad1d
    conv1d conv2d conv_transpose1d linear pad max_pool1d avg_pool1d adaptive_avg_pool1d
    leaky_relu gelu silu glu prelu selu mish interpolate group_norm instance_norm hann_window
    InstanceNorm1d PReLU GLU SELU Mish Upsample
    dropout one_hot mse_loss l1_loss cross_entropy embedding batch_norm

    weight bias in_channels out_channels kernel_size padding dilation groups padding_mode
    in_features out_features num_embeddings embedding_dim parameters named_parameters buffers
    named_buffers children named_children modules named_modules state_dict load_state_dict
    reset_parameters train eval training forward extra_repr SGD Adam step zero_grad

    conv conv1 conv2 conv3 embed fc fc1 fc2 head layer layers left lin net norm1 out pool act

    array asarray newaxis append extend index count items keys values join copy astype
    """
)

_METHODS = frozenset(["__init__", "__version__"])


def find_fault(code: str, *, expression: bool = False) -> CodeFault | None:
    """Return what keeps `code` from being run for a lesson, or None where nothing does.

    With `expression`, it must be a single expression.
    """
    try:
        tree = ast.parse(code, mode="eval" if expression else "exec")
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        what = getattr(error, "msg", None) or str(error)
        problem = (
            _("this is not a Python expression ({what}): {code}")
            if expression
            else _("this is not Python ({what}): {code}")
        )
        return CodeFault(line, problem.format(what=what, code=_line_of(code, line)))
    except (MemoryError, RecursionError):
        return CodeFault(1, _("this code is nested too deeply; write it flatter"))
    for node in ast.walk(tree):
        problem = _problem(node)
        if problem:
            return CodeFault(getattr(node, "lineno", 1), problem)
    return None


def _problem(node: ast.AST) -> str:
    """Return why one node is not allowed; empty where it is."""
    if type(node) in _WITHOUT_NAMES:
        return ""
    if type(node) not in _WITH_NAMES:
        return _("a lesson's code may not use {syntax}; write it without").format(
            syntax=f"`{type(node).__name__}`"
        )
    match node:
        case ast.Import(names=aliases):
            problem = _first(_module_problem(alias.name) for alias in aliases)
        case ast.ImportFrom(module=module, names=aliases, level=level):
            problem = _module_problem("." * level + (module or "")) or _first(
                _attribute_problem(alias.name) for alias in aliases
            )
        case ast.Attribute(attr=attribute):
            problem = _attribute_problem(attribute)
        case _:
            problem = ""
    return problem or _first(_name_problem(name) for name in _names(node))


def _names(node: ast.AST) -> list[str]:
    """Return the names that a node reads or binds."""
    match node:
        case ast.Name(id=name) | ast.arg(arg=name) | ast.ClassDef(name=name):
            names = [name]
        case ast.alias(name=name, asname=bound):
            names = [bound or name.partition(".")[0]]
        case ast.ExceptHandler(name=str(name)):
            names = [name]
        case ast.FunctionDef(name=name):
            names = [] if name in _METHODS else [name]
        case _:
            names = []
    return names


def _module_problem(module: str) -> str:
    if module in ALLOWED_MODULES or (module in _NO_MODULES and find_spec(module) is None):
        return ""
    return _("a lesson's code may not import `{module}`; it may import {allowed}").format(
        module=module, allowed=", ".join(sorted(ALLOWED_MODULES))
    )


def _attribute_problem(attribute: str) -> str:
    if attribute in _ATTRIBUTES or attribute in _METHODS:
        return ""
    return _(
        "`.{attribute}` is not on the list of what a lesson's code may use; write it without"
    ).format(attribute=attribute)


def _name_problem(name: str) -> str:
    if name.startswith("__") or name in _FORBIDDEN_NAMES:
        return _("a lesson's code may not use the name `{name}`; write it without").format(
            name=name
        )
    return ""


def _first(problems: Iterable[str]) -> str:
    return next((problem for problem in problems if problem), "")


def _line_of(code: str, line: int) -> str:
    lines = code.splitlines() or [""]
    return lines[min(line, len(lines)) - 1].strip()
