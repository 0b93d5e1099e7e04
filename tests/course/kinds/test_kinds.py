"""Right answers pass however they are spelled; wrong ones get an idea; exploring is let be."""

import re
from collections.abc import Callable

import pytest

from conv1d_tutor.course.judge.verdict import Verdict
from conv1d_tutor.course.run import LessonRun
from conv1d_tutor.explain import ELEMENT_MISTAKES, LENGTH_MISTAKES
from conv1d_tutor.i18n import use_language
from conv1d_tutor.shell.evaluator import LearnerEvaluator

Begin = Callable[..., tuple[LessonRun, LearnerEvaluator]]

MAKE = (
    "kind = 'run'\ncheck = { c = 'nn.Conv1d(2, 3, 5)' }\nsolution = 'c = nn.Conv1d(2, 3, 5)'",
    "",
)
MAKE_X = (
    "kind = 'run'\ncheck = { v = 'x.permute(0, 2, 1)' }\nsolution = 'v = x.permute(0, 2, 1)'",
    "",
)
CONVOLVE = ("kind = 'run'\ncheck = { z = 'conv1d(x)' }\nsolution = 'z = conv1d(x)'", "")
SHAPE = ("kind = 'value'\nvalue = 'conv1d.weight.shape'\nsolution = 'conv1d.weight.shape'", "")
COUNT = ("kind = 'value'\nvalue = 'x.numel()'\nsolution = 'x.numel()'", "")
NUMBER = ("kind = 'value'\nvalue = 'y[0, 0, 0]'\nsolution = 'y[0, 0, 0]'", "")
FROM_LAYER = (NUMBER[0] + "\nfrom = 'layer'", "")
WEIGHT = ("kind = 'value'\nvalue = 'conv1d.weight'\nsolution = 'conv1d.weight'", "")
TRUTH = ("kind = 'value'\nvalue = 'x.requires_grad'\nsolution = 'x.requires_grad'", "")
LENGTH = ("kind = 'value'\nvalue = 'y.shape[-1]'\nsolution = 'y.shape[2]'", "")
LAST = (LENGTH[0].replace("shape[-1]", "shape[2]"), "")
SUM = "x[0,0,0:5] @ conv1d.weight[0,0] + x[0,1,0:5] @ conv1d.weight[0,1] + conv1d.bias[0]"
HAND = (f"kind = 'hand'\nvalue = 'y[0, 0, 0]'\nsolution = '{SUM}'", "")
GUESS = ("kind = 'predict'\nvalue = 'y.shape'\nsolution = '(4, 3, 2)'", "")

RIGHT = [
    (MAKE, "c = nn.Conv1d(2, 3, 5)"),
    (MAKE, "c = torch.nn.Conv1d(2, 3, kernel_size=(5,))"),
    (MAKE, "from torch.nn import Conv1d as C\nc = C(out_channels=3, in_channels=2, kernel_size=5)"),
    (MAKE, "k = 5\nc = nn.Conv1d(2, 3, k, 1, 0, 1, 1, True, 'zeros')"),
    (MAKE, "c = nn.Conv1d(2, 3, 5, padding='valid')"),
    (MAKE, "c: object = nn.Conv1d(2, 3, 5); print(c)"),
    (MAKE, "class Mine(nn.Conv1d): pass\nc = Mine(2, 3, 5)"),
    (MAKE, "(c := nn.Conv1d(2, 3, 5))"),
    (MAKE, "a = c = nn.Conv1d(2, 3, 5)"),
    (MAKE, "for c in [nn.Conv1d(2, 3, 5)]: pass"),
    (MAKE_X, "v = x.transpose(1, 2)"),
    (MAKE_X, "v = torch.stack([s.T for s in x])"),
    (MAKE_X, "v = x.permute(0, 2, 1).clone()"),
    (CONVOLVE, "z = conv1d(x)"),
    (CONVOLVE, "z = conv1d.forward(x)"),
    (CONVOLVE, "import torch.nn.functional as F\nz = F.conv1d(x, conv1d.weight, conv1d.bias)"),
    (CONVOLVE, "z = torch.stack([conv1d(s) for s in x])"),
    (CONVOLVE, "z = y"),
    (SHAPE, "conv1d.weight.shape"),
    (SHAPE, "conv1d.weight.size()"),
    (SHAPE, "(3, 2, 5)"),
    (SHAPE, "[3, 2, 5]"),
    (SHAPE, "torch.Size([3, 2, 5])"),
    (SHAPE, "tuple(conv1d.weight.shape)"),
    (SHAPE, "print(conv1d.weight.shape)"),
    (SHAPE, "s = conv1d.weight.shape"),
    (SHAPE, "w = conv1d.weight\nw.shape"),
    (COUNT, "48"),
    (COUNT, "4 * 2 * 6"),
    (COUNT, "torch.tensor(48)"),
    (COUNT, "x.shape.numel()"),
    (COUNT, "print(48)"),
    (NUMBER, "y[0,0,0]"),
    (NUMBER, "y[0][0][0]"),
    (NUMBER, "conv1d(x)[0,0,0]"),
    (NUMBER, "y[0,0,0].item()"),
    (NUMBER, "0.1683"),
    (NUMBER, "y.detach()[0,0,0]"),
    (NUMBER, SUM),
    (FROM_LAYER, "y[0,0,0]"),
    (FROM_LAYER, "conv1d(x[0])[0,0]"),
    (FROM_LAYER, "y[0,0,0].item()"),
    (FROM_LAYER, "conv1d(x).flatten()[0]"),
    (WEIGHT, "conv1d.weight"),
    (WEIGHT, "conv1d.weight.data"),
    (WEIGHT, "conv1d.weight.tolist()"),
    (WEIGHT, "next(conv1d.parameters())"),
    (WEIGHT, "torch.round(conv1d.weight.detach() * 10000) / 10000"),
    (TRUTH, "x.requires_grad"),
    (TRUTH, "False"),
    (TRUTH, "not True"),
    (HAND, SUM),
    (HAND, "(x[0,:,0:5] * conv1d.weight[0]).sum() + conv1d.bias[0]"),
    (
        HAND,
        "torch.dot(x[0,0,0:5], conv1d.weight[0,0]) + x[0,1,:5].dot(conv1d.weight[0,1])"
        " + conv1d.bias[0]",
    ),
    (HAND, "torch.einsum('cl,cl->', x[0,:,:5], conv1d.weight[0]) + conv1d.bias[0]"),
    (
        HAND,
        "total = conv1d.bias[0]\nfor c in range(2):\n"
        "    total = total + x[0,c,0:5] @ conv1d.weight[0,c]\ntotal",
    ),
    (
        HAND,
        "total = conv1d.bias[0]\nfor c in range(2):\n"
        "    total = total + x[0,c,0:5] @ conv1d.weight[0,c]",
    ),
    (
        HAND,
        "a = x[0,0,0:5] @ conv1d.weight[0,0]\nb = x[0,1,0:5] @ conv1d.weight[0,1]\n"
        "a + b + conv1d.bias[0]",
    ),
    (HAND, f"({SUM}).item()"),
    (HAND, f"with torch.no_grad():\n    t = {SUM}\nt"),
    (
        HAND,
        "sum(a * b for a, b in zip(x[0,:,:5].flatten().tolist(),"
        " conv1d.weight[0].flatten().tolist())) + conv1d.bias[0].item()",
    ),
    (HAND, "0.1368 + 0.1979 - 0.1664"),
    (
        HAND,
        "0.5487*0.2076 + 0.5584*0.1669 + 0.7142*-0.0984 + 0.6534*0.0040 + 0.2741*-0.0094"
        " + 0.8480*-0.0277 + 0.2020*-0.0257 + 0.3171*-0.3107 + 0.4146*0.2883 + 0.8032*0.2560"
        " - 0.1664",
    ),
    (HAND, "x[0,:,0:5].flatten() @ conv1d.weight[0].flatten() + conv1d.bias[0:1]"),
    (HAND, "round((x[0,:,0:5] * conv1d.weight[0]).sum().item() + conv1d.bias[0].item(), 4)"),
    (GUESS, "(4, 3, 2)"),
    (GUESS, "4 3 2"),
    (GUESS, "[4, 3, 2]"),
]


def judge(begin: Begin, step: tuple[str, str], source: str) -> Verdict:
    """Return the verdict on one input at one step, after the article's setup."""
    run, _evaluator = begin(step)
    return run.attempt(source)


@pytest.mark.parametrize(("step", "source"), RIGHT)
def test_a_right_answer_passes_in_any_spelling(
    begin: Begin, step: tuple[str, str], source: str
) -> None:
    """What computes the right thing is never called wrong."""
    verdict = judge(begin, step, source)
    assert (verdict.kind, verdict.right) == ("passed", True), verdict.message
    assert verdict.message == "" or "lesson's own numbers" in verdict.message


WRONG = [
    (MAKE, "c = nn.Conv1d(3, 2, 5)", "order", "another order"),
    (MAKE, "c = nn.Conv1d(2, 5, 3)", "order", "`out_channels=5`"),
    (MAKE, "c = nn.Conv1d(2, 3, 7)", "kernel_size", "`kernel_size=7`"),
    (MAKE, "c = nn.Conv1d(2, 3, 5, padding=2)", "padding", "`padding=2`"),
    (MAKE, "c = nn.Conv1d(2, 3, 5, bias=False)", "bias", "`bias=False`"),
    (MAKE, "c = nn.Conv1d(2, 4, 5, stride=2)", "out_channels", "`stride=2`"),
    (MAKE, "c = nn.Conv1d", "not-called", "parentheses"),
    (MAKE, "c = nn.Linear(2, 3)", "other-layer", "`nn.Linear`"),
    (MAKE, "c = 5", "type", "a number"),
    (MAKE, "c = None", "type", "`None`"),
    (MAKE, "nn.Conv1d(2, 3, 5)", "not-kept", "`c = nn.Conv1d(2, 3, 5)`"),
    (MAKE, "nn.Conv1d(3, 2, 5)", "order", "another order"),
    (MAKE, "layer = nn.Conv1d(2, 3, 5)", "other-name", "`c = layer`"),
    (MAKE_X, "v = x.reshape(4, 6, 2)", "scrambled", "`reshape`"),
    (MAKE_X, "v = x", "axes-swapped", "C and L have changed places"),
    (MAKE_X, "v = x.permute(1, 0, 2)", "axes-swapped", "`(2, 4, 6)`"),
    (MAKE_X, "v = x[0].T", "axis-missing", "axis is missing"),
    (MAKE_X, "v = x.permute(0, 2, 1)[None]", "axis-too-many", "too many"),
    (MAKE_X, "v = x.permute(0, 2, 1).double()", "dtype", "`.float()`"),
    (MAKE_X, "v = x.permute(0, 2, 1).tolist()", "type", "no tensor"),
    (MAKE_X, "v = x.permute(0, 2, 1) + 0.5", "numbers", "48 of 48"),
    (MAKE_X, "v = x.permute(0, 2, 1).clone()\nv[1, 4, 1] = 7", "numbers", "`[1, 4, 1]`"),
    (CONVOLVE, "z = conv1d(x).detach()", "cut-off", "no longer knows"),
    (CONVOLVE, "conv1d(x)", "not-kept", "`z = conv1d(x)`"),
    (SHAPE, "(3, 5, 2)", "axes-swapped", "another order"),
    (SHAPE, "conv1d.bias.shape", "number-of-axes", "1 axis"),
    (SHAPE, "(3, 2, 6)", "one-size", "but the last"),
    (SHAPE, "(4, 3, 5)", "sizes", "2 of the 3"),
    (SHAPE, "conv1d.weight.dim()", "number-for-shape", "one number"),
    (COUNT, "47", "off-by-one", "Off by one"),
    (COUNT, "8", "too-small", "too small"),
    (COUNT, "96", "too-large", "too large"),
    (COUNT, "-48", "sign", "sign"),
    (NUMBER, "y[0,0,1]", "off_by_one", "window"),
    (NUMBER, "y[0,0]", "not-indexed", "1 axis"),
    (NUMBER, "0.17", "rounded", "four decimals"),
    (NUMBER, "y[0,0,0] * -1", "sign", "sign"),
    (FROM_LAYER, SUM, "not-from-layer", "layer's own output"),
    (FROM_LAYER, "0.1683", "not-from-layer", "layer's own output"),
    (WEIGHT, "conv1d.bias", "axis-missing", "C_out, C_in, k"),
    (WEIGHT, "conv1d.weight[0]", "axis-missing", "`(2, 5)`"),
    (WEIGHT, "conv1d.weight.permute(1, 0, 2)", "axes-swapped", "C_out and C_in have changed"),
    (TRUTH, "True", "truth", "`True` is not it"),
    (HAND, "y[0,0,0]", "read-off", "make it yourself"),
    (HAND, "y[0,0,0].item()", "read-off", "make it yourself"),
    (HAND, "y[0,0,0] * 1", "read-off", "make it yourself"),
    (HAND, "float(conv1d(x).detach()[0,0,0])", "read-off", "make it yourself"),
    (HAND, "0.1683", "typed-off", "have it computed"),
    (HAND, SUM.rsplit(" + ", 1)[0], "no_bias", "bias"),
    (HAND, "x[0,0,0:5] @ conv1d.weight[0,0]", "channel_alone", "one channel"),
    (HAND, SUM + " + conv1d.bias[0]", "bias_per_channel", "once"),
    (HAND, "(x[0,:,0:5] * conv1d.weight[0]) + conv1d.bias[0] / 10", "not-summed", "Sum them"),
    (GUESS, "(4, 2, 3)", "axes_swapped", "order"),
    (GUESS, "(3, 2)", "no_batch", "samples"),
    (HAND, "x[0,:,0:5] * conv1d.weight[0]", "forgot_to_sum", "sum them"),
    (HAND, SUM + " + 5", "apart", "5.0000 more"),
    (HAND, "0.1368 + 0.1979 - 0.1657", "apart", "0.0007 more"),
    (HAND, f"({SUM}).detach() + 3 / 10000", "apart", "0.0003 more"),
    (HAND, "y[0,0,0].detach() + 0", "read-off", "make it yourself"),
    (HAND, "a = y.tolist()\na[0][0][0]", "read-off", "yourself"),
    (FROM_LAYER, "y[0,1,0]", "wrong_filter", "filter"),
    (FROM_LAYER, "y[1,0,0]", "wrong_sample", "sample"),
    (LENGTH, "6", "same_length", "input's length"),
    (LAST, "6", "same_length", "input's length"),
    (GUESS, "24", "number-for-shape", "one number"),
    (GUESS, "(4, 3, 6)", "same_length", "the input's length"),
]


@pytest.mark.parametrize(("step", "source", "mistake", "idea"), WRONG)
def test_a_wrong_answer_gets_an_idea(
    begin: Begin, step: tuple[str, str], source: str, mistake: str, idea: str
) -> None:
    """A wrong answer is told what is different about it, in the order the design asks for."""
    verdict = judge(begin, step, source)
    assert verdict.kind == ("passed" if step is GUESS else "missed")
    assert verdict.right is False
    assert verdict.mistake == mistake
    assert idea in verdict.message


EXPLORING = [
    (MAKE, "x"),
    (MAKE, "help"),
    (MAKE, "1 + 1"),
    (MAKE, "print('hello')"),
    (MAKE, "conv1d"),
    (MAKE, "conv1d.weight.shape"),
    (MAKE, "a = torch.zeros(3)"),
    (MAKE, "import math"),
    (MAKE, "undefined"),
    (MAKE, "nn.Conv1d(2, 3)"),
    (MAKE, "nn.Conv1d(2, 3, 5"),
    (MAKE, ""),
    (MAKE, "   "),
    (MAKE, "# only a comment"),
    (MAKE, "del x"),
    (MAKE, "exit()"),
    (MAKE, "raise KeyboardInterrupt"),
    (SHAPE, "conv1d"),
    (SHAPE, "conv1d.weight"),
    (SHAPE, "print('shape')"),
    (SHAPE, "n = 3"),
    (COUNT, "x"),
    (COUNT, "x.shape"),
    (COUNT, "conv1d.weight.grad"),
    (NUMBER, "y"),
    (NUMBER, "x[0]"),
    (NUMBER, "'text'"),
    (WEIGHT, "x"),
    (WEIGHT, "conv1d.weight.shape"),
    (HAND, "x[0,0,0:5]"),
    (HAND, "x[0,0,0:5] * conv1d.weight[0,0]"),
    (HAND, "conv1d.bias"),
    (HAND, "y"),
    (HAND, "y[0,0,1]"),
    (HAND, "w = conv1d.weight"),
    (HAND, "k = 5"),
    (HAND, "x.shape"),
    (HAND, f"print({SUM})"),
    (GUESS, "y"),
    (GUESS, "conv1d"),
    (GUESS, "conv1d(x).shape"),
]


@pytest.mark.parametrize(("step", "source"), EXPLORING)
def test_exploring_is_no_attempt(begin: Begin, step: tuple[str, str], source: str) -> None:
    """Looking around, errors and unrelated code are not judged."""
    verdict = judge(begin, step, source)
    assert verdict.kind == "aside"
    assert verdict.right is None


def test_the_authors_words_come_first_and_are_known_by_what_was_computed(begin: Begin) -> None:
    """A foreseen mistake is recognised in any spelling, its errors too."""
    keys = (
        MAKE[0]
        + "\nreject = ["
        + "{ code = 'c = nn.Conv1d(3, 2, 5)', says = 'swapped' },"
        + "{ code = 'c = nn.Conv1d(2, 3)', says = 'no-size' },"
        + "{ code = 'c = nn.conv1d(2, 3, 5)', says = 'capital' },"
        + "{ code = 'import nn', says = 'inside' },"
        + "{ code = 'nn.Conv1d(2, 3, 5)', says = 'not-kept' }]"
    )
    names = ("swapped", "no-size", "capital", "inside", "not-kept")
    step = (keys, "".join(f"### says: {name}\n<{name}>\n" for name in names))
    run, _evaluator = begin(step)
    for source, says in (
        (
            "n, m = 3, 2\nc = torch.nn.Conv1d(n, out_channels=m, kernel_size=5)",
            "swapped",
        ),
        ("c = nn.Conv1d(7, 7)", "no-size"),
        ("print(nn.conv1d)", "capital"),
        ("from nn import Conv1d", "inside"),
        ("torch.nn.Conv1d(2, 3, 5)", "not-kept"),
    ):
        verdict = run.attempt(source)
        assert (verdict.kind, verdict.mistake, verdict.message) == ("missed", says, f"<{says}>")
        assert verdict.right is False
    assert run.attempt("c = nn.Conv1d(2, 3, 5)").passed


def test_a_choice_answers_with_the_words_of_the_option(begin: Begin) -> None:
    """A wrong option says why it is wrong; other input is Python; the right one passes."""
    step = (
        "kind = 'choice'\nanswer = 'b'",
        "### option: a\nOne\n### option: b\nTwo\n### says: a\nNot one.",
    )
    run, _evaluator = begin(step)
    verdict = run.attempt("(A)")
    assert (verdict.kind, verdict.message, verdict.mistake) == ("missed", "Not one.", "a")
    assert run.attempt("x.shape").kind == "aside"
    assert run.attempt("ｂ").right is True
    assert run.finished


def test_not_knowing_passes_without_a_judgement(begin: Begin) -> None:
    """`?` at a prediction goes on, neither right nor wrong."""
    verdict = judge(begin, GUESS, "？")
    assert (verdict.kind, verdict.right, verdict.message) == ("passed", None, "")


def test_a_foreseen_prediction_has_the_authors_words(begin: Begin) -> None:
    """A prediction among the misses is answered with its words."""
    step = (
        GUESS[0] + "\nmisses = [{ code = '(4, 3, 6)', says = 'same' }]\naccept = ['24']",
        "### says: same\nAs long as before?",
    )
    verdict = judge(begin, step, "4,3,6")
    assert (verdict.passed, verdict.right, verdict.message) == (True, False, "As long as before?")
    assert judge(begin, step, "24").right is True


def test_enter_passes_a_text_and_nothing_else(begin: Begin) -> None:
    """A text is passed by Enter; code typed there is run and judged as exploring."""
    run, evaluator = begin(("kind = 'read'", ""))
    assert run.attempt("seen = x.shape").kind == "aside"
    assert "seen" in evaluator.names
    assert run.attempt("").passed


def test_a_hand_sum_that_meets_the_number_with_a_wrong_row_of_decimals_is_not_close(
    begin: Begin,
) -> None:
    """Sums of typed decimals may be off by their rounding, and no more."""
    assert judge(begin, HAND, "0.1368 + 0.1979 - 0.1654").kind == "missed"


CATALOGUED = {
    *(entry.name for entry in (*ELEMENT_MISTAKES.entries, *LENGTH_MISTAKES.entries)),
    *("forgot_to_sum", "axes_swapped", "no_batch"),
}


def test_every_idea_is_there_in_chinese(begin: Begin) -> None:
    """No wrong answer of the table is answered in English where Chinese is spoken.

    The catalogue's own sentences are tested beside it.
    """
    use_language("zh_CN")
    for step, source, mistake, _idea in WRONG:
        if mistake in CATALOGUED:
            continue
        verdict = judge(begin, step, source)
        assert verdict.mistake == mistake
        assert re.search("[\u4e00-\u9fff]", verdict.message), verdict.message
        assert "{" not in verdict.message


def test_a_mistake_is_run_on_what_the_step_began_with(begin: Begin) -> None:
    """One wrong answer of the list that changes a tensor in place does not spoil the next."""
    keys = NUMBER[0] + (
        "\nreject = [{ code = 'x.zero_() + x[0,0,0] + 3', says = 'zero' },"
        " { code = 'x[0,0,0] + 1', says = 'first' }]"
    )
    run, _evaluator = begin((keys, "### says: zero\n0\n### says: first\n1\n"))
    assert run.attempt("1 + x[0,0,0]").mistake == "first"


def test_another_module_that_is_not_there_is_another_mistake(begin: Begin) -> None:
    """Of errors at an import, the module's name decides."""
    keys = MAKE[0] + "\nreject = [{ code = 'import conv1d', says = 'name' }]"
    run, _evaluator = begin((keys, "### says: name\nNo module.\n"))
    assert run.attempt("import nowhere_at_all").kind == "aside"
    assert run.attempt("from conv1d import x").mistake == "name"


def test_code_at_a_choice_is_python_and_a_word_is_not(begin: Begin) -> None:
    """A builtin or a name that is there is looked at; anything else is told what is asked for."""
    step = (
        "kind = 'choice'\nanswer = 'b'",
        "### option: a\nOne\n### option: b\nTwo\n### says: a\nNot one.",
    )
    run, _evaluator = begin(step)
    for source in ("print", "x", " x", "len(x)", "q = 3", "y[0"):
        verdict = run.attempt(source)
        assert (verdict.kind, verdict.message) == ("aside", "")
    for source in ("filter1", " e", "the second", "7", "'text'"):
        assert run.attempt(source).message == "The answer here is a letter: `a`, `b`."


def test_what_a_prediction_may_look_at_is_run(begin: Begin) -> None:
    """A name that is there is shown; anything else waits for the prediction."""
    run, _evaluator = begin(GUESS)
    assert run.attempt("x").outcome.has_value
    verdict = run.attempt("conv1d(x).shape")
    assert not verdict.outcome.has_value
    assert "First say what you expect" in verdict.message
    assert run.attempt("").message == ""
