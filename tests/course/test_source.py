"""Source is parsed once, and says what everyone asks of it."""

import ast
import sys

import pytest

from conv1d_tutor.course.source import Source


@pytest.mark.parametrize(
    ("source", "expression"),
    [
        ("y[0,0,0]  # 第0个数据样本,第0个输出通道", "y[0,0,0]"),
        ("a = y[0]\na[0,0]  # the first", "a[0,0]"),
        (" '#' + (", "'#' + ("),
        ("# nothing", "# nothing"),
    ],
)
def test_what_is_explained_is_named_without_its_comment(source: str, expression: str) -> None:
    """The article's lines carry comments, which are no part of the number's name."""
    assert Source.parse(source).shown == expression


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("b = 1; a = 2; b = 3", "b a"),
        ("x = (y := 3)", "y x"),
        ("a, (b, *c) = z", "a b c"),
        ("import torch.nn\nfrom torch import rand as r, zeros", "torch r zeros"),
        ("def f(p):\n    q = 1\nclass A:\n    w = 2", "f A"),
        ("async def g():\n    q = 1", "g"),
        ("[p for p in z]; {q: (w := q) for q in z}; lambda k: (v := k)", "w"),
        ("for i, j in z: k = 1\nelse: m = 2", "i j k m"),
        ("with open(f) as g: pass", "g"),
        ("try: pass\nexcept Exception as e: h = 1", "e h"),
        (
            "match z:\n    case [a, *b] | {'k': a, **b} if (c := 1): pass\n    case d: pass",
            "a b c d",
        ),
        ("x: int\ny: int = 3", "y"),
        ("x.y = 1; x[0] = 2; x += 1", "x"),
        ("del x; print(x)", ""),
        ("x = = 1", ""),
        ("+".join("1" * 3000), ""),
    ],
)
def test_the_names_that_are_bound_are_those_a_console_would_have(source: str, names: str) -> None:
    """In the order of binding; what a function, a class or a comprehension binds stays there."""
    assert Source.parse(source).names == tuple(names.split())


@pytest.mark.skipif(sys.version_info < (3, 12), reason="a statement of Python 3.12")
def test_a_type_alias_binds_its_name() -> None:
    """`type X = …` is an assignment too."""
    assert Source.parse("type X = int").names == ("X",)


@pytest.mark.parametrize(
    ("source", "value", "kept_as"),
    [
        ("a\nb + 1", "b + 1", ""),
        ("v = x", "x", "v"),
        ("a = b = x", None, ""),
        ("v.w = x", None, ""),
        ("x\nv = 1\npass", None, ""),
        ("", None, ""),
    ],
)
def test_the_value_is_that_of_the_last_statement(
    source: str, value: str | None, kept_as: str
) -> None:
    """An expression, or what the last statement keeps under one name."""
    typed = Source.parse(source)
    assert (None if typed.value is None else ast.unparse(typed.value)) == value
    assert typed.kept_as == kept_as


@pytest.mark.parametrize(
    ("source", "looks"),
    [("x", True), ("v = x", True), ("y", False), ("1\nx", False), ("x.y", False), ("x =", False)],
)
def test_a_lookup_is_one_name_that_is_there(source: str, looks: bool) -> None:
    """More than one statement, or anything but a name, is more than looking."""
    assert Source.parse(source).is_lookup({"x": 1}) is looks


def test_what_is_typed_is_told_from_what_is_computed() -> None:
    """Literals, decimals, names and calls are found wherever they stand."""
    typed = Source.parse("f(x) + g.h(2) * 0.5")
    assert typed.reads == {"f", "x", "g"}
    assert typed.calls == {"f"}
    assert typed.has_decimals
    assert not typed.is_literal
    assert Source.parse("-1").is_literal
    assert not Source.parse("-1").has_decimals
    assert not Source.parse("-x").is_literal
    assert Source.parse("torch.rand(x)").uses_data({"torch": ast, "x": 3})
    assert not Source.parse("torch.rand(3)").uses_data({"torch": ast, "x": 3})
    assert not Source.parse("int(3)").uses_data({"int": int})


def test_what_is_no_python_is_kept_as_it_was_typed() -> None:
    """The text stays, the error says why, and nothing else is claimed of it."""
    typed = Source.parse("the filter")
    assert isinstance(typed.error, SyntaxError)
    assert (typed.text, typed.value, typed.reads, typed.blank) == (
        "the filter", None, frozenset(), False,
    )  # fmt: skip
    assert Source.parse(" \n").blank
    assert not Source.parse("# a comment").blank
