"""The table of kinds: each says the same things of itself, and the loader holds files to it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conv1d_tutor.course.format.loading import load_lesson
from conv1d_tutor.course.judge.verdict import ASIDE, PASSED, Verdict
from conv1d_tutor.course.kinds import KINDS, kind_of
from conv1d_tutor.course.lesson import Step
from conv1d_tutor.errors import LessonError

NEEDS: dict[str, tuple[str, ...]] = {
    "read": (),
    "run": ("check", "solution"),
    "value": ("value", "solution"),
    "predict": ("value", "solution"),
    "choice": ("answer",),
    "hand": ("value", "solution"),
}
MAY = {
    "read": {"show"},
    "run": {"accept", "reject"},
    "value": {"from", "accept", "reject"},
    "predict": {"show", "accept", "misses"},
    "choice": set(),
    "hand": {"accept", "reject"},
}
VALUES = {
    "check": "{ z = '1' }", "value": "'1'", "from": "'layer'", "answer": "'a'", "show": "'1'",
    "solution": "'1'", "accept": "['1']", "reject": "[]", "misses": "[]",
}  # fmt: skip
OPTIONS = "### option: a\nA\n### option: b\nB\n### says: b\nNo.\n"

Load = Callable[..., Step]


@pytest.fixture
def load(write_lesson: Callable[..., Path]) -> Load:
    """Load a step of a kind, of which only the keys are of interest."""

    def load_step(kind: str, *keys: str, **values: str) -> Step:
        values = {key: VALUES[key] for key in keys} | values
        text = f"kind = '{kind}'\n" + "\n".join(f"{key} = {values[key]}" for key in values)
        words = OPTIONS if kind == "choice" else ""
        return load_lesson(write_lesson((text, words)), "en").steps[0]

    return load_step


def test_every_kind_is_in_the_table() -> None:
    """The names are those that lessons have, in the order in which they are told."""
    assert list(KINDS) == list(NEEDS)
    assert kind_of(Step("a", "hand", "p")) is KINDS["hand"]


@pytest.mark.parametrize("kind", NEEDS)
def test_a_step_needs_the_keys_of_its_kind(load: Load, kind: str) -> None:
    """A step that has them loads; without any one of them it does not."""
    assert load(kind, *NEEDS[kind]).kind == kind
    for missing in NEEDS[kind]:
        with pytest.raises(LessonError, match=f"kind '{kind}' needs the key `{missing}`"):
            load(kind, *(key for key in NEEDS[kind] if key != missing))


@pytest.mark.parametrize("kind", NEEDS)
def test_a_step_may_have_the_keys_of_its_kind_and_no_others(load: Load, kind: str) -> None:
    """Each further key is taken by the kinds that use it, and refused by the rest."""
    for key in VALUES.keys() - NEEDS[kind]:
        if key in MAY[kind]:
            assert load(kind, *NEEDS[kind], key)
        elif (kind, key) != ("choice", "solution"):
            with pytest.raises(LessonError, match=f"kind '{kind}' has no `{key}`"):
                load(kind, *NEEDS[kind], key)


def test_the_solution_of_a_choice_is_its_answer(load: Load) -> None:
    """It may stand there too, and must be the same."""
    assert load("choice", answer="'a'", solution="'a'")
    with pytest.raises(LessonError, match="the solution of a choice is its `answer`"):
        load("choice", answer="'a'", solution="'b'")


def test_what_each_kind_says_of_a_step() -> None:
    """The right answer, the code that does the step, and what is shown with it and after it."""
    said = {}
    for name, kind in KINDS.items():
        solution = "" if name == "read" else "c"
        step = Step("a", name, "p", value="v", answer="b", show="s", solution=solution)
        code = (kind.code(step), kind.code_with_prose(step), kind.code_revealed(step))
        said[name] = (kind.answer(step), *code, kind.todo)
    assert said == {
        "read": ("", "", "s", "", "Enter goes on"),
        "run": ("c", "c", "", "", "type Python"),
        "value": ("c", "c", "", "", "type Python"),
        "predict": ("c", "", "", "s", "predict, or ?"),
        "choice": ("b", "", "", "", "type a letter"),
        "hand": ("c", "c", "", "", "type Python"),
    }
    assert KINDS["predict"].code_revealed(Step("a", "predict", "p", value="v")) == "v"


def test_what_each_kind_says_when_it_has_passed() -> None:
    """A text is no achievement; a prediction says whether it came true, if there was one."""
    for name in ("run", "value", "choice", "hand"):
        assert KINDS[name].closing_words(PASSED) == "That is it."
    assert KINDS["read"].closing_words(Verdict("passed")) == ""
    predict = KINDS["predict"]
    assert predict.closing_words(PASSED) == "As you predicted."
    assert predict.closing_words(Verdict("passed")) == ""
    assert predict.closing_words(Verdict("passed", right=False)) == "You predicted ."


def test_enter_passes_a_text_alone() -> None:
    """An empty input is no answer anywhere else."""
    assert [name for name, kind in KINDS.items() if kind.on_enter.passed] == ["read"]
    assert KINDS["choice"].on_enter is ASIDE


def test_what_sets_a_kind_apart() -> None:
    """Only predictions take `?`, only sums by hand are kept back, only values may be parts."""
    assert [name for name, kind in KINDS.items() if kind.takes_dont_know] == ["predict"]
    assert [name for name, kind in KINDS.items() if kind.hides_sums] == ["hand"]
    assert [name for name, kind in KINDS.items() if kind.asks_for_parts] == ["value"]
    assert [name for name, kind in KINDS.items() if kind.has_options] == ["choice"]
    assert [name for name, kind in KINDS.items() if kind.is_code] == ["run", "value", "hand"]
