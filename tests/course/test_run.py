"""A lesson goes on: state, random numbers, skipping, going back; no learner breaks it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conv1d_tutor import engine
from conv1d_tutor.course.lesson import Lesson, Step
from conv1d_tutor.course.run import LessonRun
from conv1d_tutor.errors import LessonError
from conv1d_tutor.shell.evaluator import LearnerEvaluator

Begin = Callable[..., tuple[LessonRun, LearnerEvaluator]]

READ = ("kind = 'read'", "")
MAKE = (
    "kind = 'run'\ncheck = { conv1d = 'nn.Conv1d(2, 3, 5)' }\n"
    "solution = 'conv1d = nn.Conv1d(2, 3, 5)'\n"
    "reject = [{ code = 'conv1d = nn.Conv1d(3, 2, 5)', says = 'swapped' }]",
    "### says: swapped\nSwapped!",
)
DRAW = (
    "kind = 'run'\ncheck = { x = 'torch.rand(4, 2, 6)' }\nsolution = 'x = torch.rand(4, 2, 6)'",
    "",
)
CONVOLVE = ("kind = 'run'\ncheck = { y = 'conv1d(x)' }\nsolution = 'y = conv1d(x)'", "")
LOOK = ("kind = 'value'\nvalue = 'y[0, 0, 0]'\nsolution = 'y[0, 0, 0]'\nfrom = 'layer'", "")
SHAPE = ("kind = 'predict'\nvalue = 'y.shape'\nsolution = '(4, 3, 2)'", "")
PICK = (
    "kind = 'choice'\nanswer = 'b'",
    "### option: a\nOne\n### option: b\nTwo\n### says: a\nNo, two.",
)
ARTICLE = (READ, MAKE, DRAW, CONVOLVE, LOOK, SHAPE, PICK)
IMPORTS = "import torch\nfrom torch import nn\n"


def y000(evaluator: LearnerEvaluator) -> float:
    """Return the article's first output number, as it is printed."""
    return round(float(evaluator.evaluate("y[0, 0, 0].item()").value), 4)  # type: ignore[arg-type]


def test_the_articles_session_gives_the_articles_number(begin: Begin) -> None:
    """Answered as in the article, the lesson computes 0.1683."""
    run, evaluator = begin(*ARTICLE, setup=IMPORTS)
    for source in ("", "conv1d = nn.Conv1d(2, 3, 5)", "x = torch.rand(4, 2, 6)", "y = conv1d(x)"):
        verdict = run.attempt(source)
        assert (verdict.kind, verdict.message) == ("passed", "")
    assert y000(evaluator) == 0.1683
    assert run.attempt("y[0,0,0]").passed
    assert run.attempt("4, 3, 2").right is True
    assert run.attempt("b").passed
    assert run.finished
    with pytest.raises(IndexError):
        run.step  # noqa: B018


ROUNDABOUT = [
    ("torch.rand(10)", "nn.Conv1d(9, 9, 9)", "z = torch.randn(5)"),
    ("torch.manual_seed(3)",),
    ("conv1d = nn.Conv1d(3, 2, 5)", "conv1d", "1 / 0", "conv1d ="),
    ("torch = 5", "nn = 6"),
    ("del torch",),
]


@pytest.mark.parametrize("before", ROUNDABOUT)
def test_no_exploring_changes_the_articles_numbers(begin: Begin, before: tuple[str, ...]) -> None:
    """Whatever is tried before each answer, the numbers that follow are the article's."""
    run, evaluator = begin(*ARTICLE, setup=IMPORTS)
    answers = ("", "conv1d = nn.Conv1d(2, 3, 5)", "x = torch.rand(4, 2, 6)", "y = conv1d(x)")
    for answer in answers:
        for source in before:
            assert not run.attempt(source).passed
        verdict = run.attempt(answer)
        assert (verdict.kind, verdict.message) == ("passed", "")
    assert y000(evaluator) == 0.1683


def test_own_seeds_pass_and_the_lessons_numbers_are_put_in_place(begin: Begin) -> None:
    """A right answer with other random numbers passes, keeps the learner's layer, and says so."""
    run, evaluator = begin(*ARTICLE, setup=IMPORTS)
    run.attempt("")
    verdict = run.attempt("torch.manual_seed(1)\nmine = conv1d = nn.Conv1d(2, 3, 5)")
    assert verdict.passed
    assert "`conv1d` now holds the lesson's own numbers" in verdict.message
    assert evaluator.names["mine"] is evaluator.names["conv1d"]
    verdict = run.attempt("torch.manual_seed(2)\nx = torch.rand(4, 2, 6)")
    assert verdict.passed
    assert "`x`" in verdict.message
    assert run.attempt("y = conv1d(x)").message == ""
    assert y000(evaluator) == 0.1683


def test_random_numbers_of_another_kind_do_not_pass(begin: Begin) -> None:
    """Zeros and normal numbers are not what `torch.rand` gives, whatever their shape."""
    run, _evaluator = begin(DRAW, setup=IMPORTS)
    for source in ("x = torch.zeros(4, 2, 6)", "x = torch.randn(4, 2, 6)", "x = 3"):
        verdict = run.attempt(source)
        assert verdict.kind == "missed"
        assert verdict.message


def test_a_miss_leaves_names_and_contents_as_they_were(begin: Begin) -> None:
    """Rebinding and changing in place are undone for the lesson's names, not for the learner's."""
    run, evaluator = begin(LOOK)
    names = evaluator.names
    layer, weight, x, y = names["conv1d"], names["conv1d"].weight, names["x"], names["y"]  # type: ignore[attr-defined]
    printed = repr((layer, weight, x, y, layer.bias))  # type: ignore[attr-defined]
    vandalism = [
        "x = 5",
        "del y, conv1d",
        "x.zero_()",
        "x[0, 0, 0] = 9.0",
        "x += 1",
        "x.requires_grad_()",
        "with torch.no_grad():\n    conv1d.weight.zero_()\n    conv1d.bias += 1",
        "nn.init.ones_(conv1d.weight)",
        "conv1d.weight = nn.Parameter(torch.ones(3, 2, 5))",
        "conv1d.bias = None",
        "conv1d.stride = (2,)",
        "conv1d.eval()",
        "conv1d.mine = 3",
        "y.sum().backward()",
        "conv1d.weight.requires_grad_(False)",
        "conv1d.weight.data = torch.zeros(3, 2, 5)",
    ]
    for source in vandalism:
        verdict = run.attempt("kept = 1\n" + source)
        assert verdict.kind == "aside"
        assert names["conv1d"] is layer
        assert names["x"] is x
        assert repr((layer, layer.weight, x, names["y"], layer.bias)) == printed, source  # type: ignore[attr-defined]
        assert layer.weight is weight  # type: ignore[attr-defined]
        assert layer.weight.grad is None  # type: ignore[attr-defined]
        assert layer.training  # type: ignore[attr-defined]
        assert not hasattr(layer, "mine")
    assert names["kept"] == 1
    assert names["y"] is y


def test_a_tensor_that_lost_its_graph_is_made_anew(begin: Begin) -> None:
    """An output changed in place cannot be mended: the lesson's line is run again for it."""
    run, evaluator = begin(LOOK)
    run.attempt("y += 1")
    assert run.attempt("y[0, 0, 0]").passed
    assert y000(evaluator) == 0.1683
    assert "Convolution" in repr(evaluator.names["y"])


def test_an_aside_says_which_names_are_the_lessons(begin: Begin) -> None:
    """Taking a name of the lesson for something else is undone, with a friendly word."""
    run, _evaluator = begin(LOOK)
    verdict = run.attempt("x = torch.zeros(1, 2, 9)")
    assert (verdict.kind, verdict.restored) == ("aside", ("x",))
    assert "`x` belongs to the lesson" in verdict.message
    assert run.attempt("my_x = torch.zeros(1, 2, 9)").message == ""


def test_names_of_later_steps_are_the_learners_until_then(begin: Begin) -> None:
    """Running ahead is exploring: a name that the lesson has not come to yet stays."""
    run, evaluator = begin(*ARTICLE, setup="")
    assert run.attempt("import torch").message == ""
    assert run.attempt("x = torch.zeros(1)").message == ""
    assert "x" in evaluator.names
    assert evaluator.names["torch"] is evaluator.torch
    run.attempt("")
    assert run.attempt("from torch import nn\nconv1d = nn.Conv1d(2, 3, 5)").passed


def test_an_import_alone_is_kept(begin: Begin) -> None:
    """A step that wants an import and a value can be done on two lines."""
    step = (
        "kind = 'value'\nvalue = 'torch.__version__'\n"
        "solution = '''import torch\ntorch.__version__'''",
        "",
    )
    run, _evaluator = begin(step, setup="")
    assert run.attempt("torch.__version__").kind == "aside"
    assert run.attempt("import torch").kind == "aside"
    assert run.attempt("torch.__version__").passed


def test_two_names_may_come_one_after_the_other(begin: Begin) -> None:
    """What is right already stays, with its random numbers, while the rest is still to come."""
    step = (
        "kind = 'run'\ncheck = { conv1d = 'nn.Conv1d(2, 3, 5)', x = 'torch.rand(4, 2, 6)' }\n"
        "solution = '''conv1d = nn.Conv1d(2, 3, 5)\nx = torch.rand(4, 2, 6)'''",
        "",
    )
    run, evaluator = begin(step, CONVOLVE, setup=IMPORTS)
    verdict = run.attempt("conv1d = nn.Conv1d(2, 3, 5)")
    assert verdict.kind == "aside"
    assert "Still to come: `x`" in verdict.message
    assert run.attempt("x = torch.rand(2, 4, 6)").kind == "missed"
    verdict = run.attempt("x = torch.rand(4, 2, 6)")
    assert (verdict.kind, verdict.message) == ("passed", "")
    run.attempt("y = conv1d(x)")
    assert y000(evaluator) == 0.1683


def test_skipping_reaches_the_end_with_every_name(begin: Begin) -> None:
    """Skipped from the first step to the last, the lesson's numbers are the article's."""
    run, evaluator = begin(*ARTICLE, setup=IMPORTS)
    sources = []
    while not run.finished:
        outcome = run.skip()
        assert outcome.error is None
        sources.append(outcome.source)
    assert sources[1] == "conv1d = nn.Conv1d(2, 3, 5)"
    assert sources[-1] == "b"
    assert y000(evaluator) == 0.1683


def test_skipping_works_though_the_learner_is_in_the_way(begin: Begin) -> None:
    """A name of the learner's own cannot keep the lesson from going on."""
    run, evaluator = begin(MAKE, DRAW, CONVOLVE, setup="import torch\n")
    evaluator.names["nn"] = "mine"
    while not run.finished:
        run.skip()
    assert y000(evaluator) == 0.1683


@pytest.mark.parametrize("at", range(len(ARTICLE) + 1))
def test_a_lesson_resumes_anywhere(begin: Begin, at: int) -> None:
    """Begun at any step, the names of the steps before are there, with the article's numbers."""
    run, evaluator = begin(*ARTICLE, at=at, setup=IMPORTS)
    assert run.index == at
    while not run.finished:
        run.skip()
    assert y000(evaluator) == 0.1683


def test_going_back_brings_the_state_of_then(begin: Begin) -> None:
    """Back before a step its name is gone and its random numbers are there to be drawn again."""
    run, evaluator = begin(*ARTICLE, setup=IMPORTS)
    for _count in range(4):
        run.skip()
    evaluator.names["mine"] = 1
    assert run.back()
    assert "y" not in evaluator.names
    assert run.back()
    assert "x" not in evaluator.names
    assert "conv1d" in evaluator.names
    run.attempt("x = torch.zeros(4, 2, 6)")
    assert run.attempt("x = torch.rand(4, 2, 6)").message == ""
    run.attempt("y = conv1d(x)")
    assert y000(evaluator) == 0.1683
    assert evaluator.names["mine"] == 1
    for _count in range(4):
        run.back()
    assert not run.back()
    assert run.index == 0


def test_what_the_tutor_shows_changes_nothing(begin: Begin) -> None:
    """Code shown after a step leaves the lesson's names and random state as they are."""
    run, evaluator = begin(MAKE, DRAW, CONVOLVE, setup=IMPORTS)
    run.skip()
    outcome = run.show("torch.manual_seed(0)\nconv1d = 3\nagain = torch.rand(2)\nagain.shape")
    assert tuple(outcome.value) == (2,)  # type: ignore[arg-type]
    while not run.finished:
        run.skip()
    assert run.show("y.shape").error is None
    assert y000(evaluator) == 0.1683


def test_a_broken_check_is_the_tutors_fault(begin: Begin) -> None:
    """A check that raises costs nothing, says whose fault it is, and can be skipped."""
    run, evaluator = begin(
        ("kind = 'value'\nvalue = 'torch.zeros(2)[5]'\nsolution = '1'", ""),
        ("kind = 'predict'\nvalue = '1 / 0'\nsolution = '1'", ""),
    )
    x = evaluator.names["x"]
    verdict = run.attempt("x = 3\nx")
    assert verdict.kind == "crashed"
    assert "the tutor's fault" in verdict.message
    assert ":skip" in verdict.message
    assert evaluator.names["x"] is x
    run.skip()
    assert run.attempt("1").kind == "crashed"
    run.skip()
    assert run.finished


def test_a_setup_that_fails_is_a_lesson_error(begin: Begin) -> None:
    """The lesson's own failing code is named with its file, not shown as the learner's error."""
    with pytest.raises(LessonError, match="the setup fails: ZeroDivisionError"):
        begin(READ, setup="1 / 0")
    broken = ("kind = 'run'\ncheck = { z = '1' }\nsolution = 'z = 1 / 0'", "")
    with pytest.raises(LessonError, match="the solution of 'step-0' fails") as caught:
        begin(broken, READ, at=1)
    assert caught.value.line is not None


def test_an_interrupted_input_is_undone(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    """If evaluating itself is broken off, the lesson's names are as before all the same."""
    run, evaluator = begin(LOOK)
    genuine, x = evaluator.evaluate, evaluator.names["x"]

    def interrupted(source: str) -> object:
        genuine(source)
        raise KeyboardInterrupt

    monkeypatch.setattr(evaluator, "evaluate", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run.attempt("x = 3")
    assert evaluator.names["x"] is x


def test_lists_and_nested_values_are_restored(begin: Begin) -> None:
    """A list or a dict of the lesson is as it was after a change in place."""
    setup = "sizes = [1, [2, 3]]\nnamed = {'a': 1}\n"
    run, evaluator = begin(READ, setup=setup)
    run.attempt("sizes.append(4)\nsizes[1].clear()\nnamed['b'] = 2")
    assert evaluator.names["sizes"] == [1, [2, 3]]
    assert evaluator.names["named"] == {"a": 1}


def test_the_order_of_a_dict_is_restored(begin: Begin) -> None:
    """It is what a loop over the dict follows."""
    run, evaluator = begin(READ, setup="named = {'a': 1, 'b': 2}\n")
    run.attempt("named['a'] = named.pop('a')")
    assert [*evaluator.names["named"]] == ["a", "b"]  # type: ignore[misc]


def test_what_a_layer_counts_as_it_runs_is_restored(begin: Begin) -> None:
    """A normalization's running mean is no parameter, but the lesson's as well."""
    run, evaluator = begin(READ, setup=f"{IMPORTS}norm = nn.BatchNorm1d(2)\n")
    run.attempt("norm(torch.ones(2, 2, 3))")
    assert evaluator.names["norm"].running_mean.tolist() == [0.0, 0.0]  # type: ignore[attr-defined]


def test_each_shipped_lesson_starts_alone(torch_module: object) -> None:
    """Every lesson can be begun without the ones before it."""
    from conv1d_tutor.course.format.loading import load_lessons

    for lesson in load_lessons("en"):
        evaluator = LearnerEvaluator(torch_module)  # type: ignore[arg-type]
        run = LessonRun(lesson, evaluator)
        run.begin()
        assert run.step is lesson.steps[0]
        assert isinstance(lesson.folder, Path)


TRIES = [
    "x.zero_()",
    "x = x.double()",
    "x += 1",
    "x.requires_grad_()",
    "y += 1",
    "y.sum().backward()",
    "conv1d.bias = None",
    "conv1d.stride = (2,)",
    "conv1d.double()",
    "conv1d.eval()",
    "nn.init.zeros_(conv1d.weight)",
    "conv1d.weight.data = torch.zeros(1, 2)",
    "torch.manual_seed(0)",
    "torch.rand(3)",
    "torch.randn(3)",
    "del conv1d, x",
    "y = conv1d = x = None",
    "nn = torch = F = None",
    "1 / 0",
    "x[9]",
    "x =",
    "mine = conv1d(x) * 2",
    "x = torch.rand(1)",
    "conv1d = nn.Conv1d(2, 3, 5, padding=2)",
]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from(TRIES)), max_size=8))
def test_any_tries_anywhere_leave_the_articles_numbers(tries: list[tuple[int, str]]) -> None:
    """Whatever is tried before whichever step, in any order, 0.1683 comes out in the end."""
    steps = (
        Step("make", "run", "p", check={"conv1d": "nn.Conv1d(2, 3, 5)"},
             solution="conv1d = nn.Conv1d(2, 3, 5)"),
        Step("draw", "run", "p", check={"x": "torch.rand(4, 2, 6)"},
             solution="x = torch.rand(4, 2, 6)"),
        Step("convolve", "run", "p", check={"y": "conv1d(x)"}, solution="y = conv1d(x)"),
        Step("look", "value", "p", value="y[0, 0, 0]", solution="y[0, 0, 0]"),
    )  # fmt: skip
    lesson = Lesson("a", "A", Path("a"), 1115395720, IMPORTS, (), steps, "en")
    evaluator = LearnerEvaluator(engine)
    evaluator.quiet = True
    run = LessonRun(lesson, evaluator)
    run.begin()
    for number, step in enumerate(steps):
        for at, source in tries:
            if at == number and run.index == number:
                run.attempt(source)
        if run.index == number:
            assert run.attempt(step.solution).passed
    assert run.finished
    assert y000(evaluator) == 0.1683


def test_random_numbers_drawn_beside_an_answer_change_nothing(begin: Begin) -> None:
    """A right answer may draw as it likes: the next step begins with the lesson's own state."""
    run, evaluator = begin(COUNTING, MAKE, DRAW, CONVOLVE, setup=IMPORTS)
    assert run.attempt("torch.rand(7)\n1 + 1").passed
    for source in ("conv1d = nn.Conv1d(2, 3, 5)", "x = torch.rand(4, 2, 6)", "y = conv1d(x)"):
        assert run.attempt(source).message == ""
    assert y000(evaluator) == 0.1683


COUNTING = ("kind = 'value'\nvalue = '2'\nsolution = '2'", "")


def test_what_an_answer_does_beside_it_is_undone(begin: Begin) -> None:
    """A name of the lesson that the step did not ask for is as before after a right answer."""
    run, evaluator = begin(("kind = 'run'\ncheck = { z = '1' }\nsolution = 'z = 1'", ""), READ)
    x = evaluator.names["x"]
    assert run.attempt("x.zero_()\nx = 3\nz = 1\nmine = 2").passed
    assert evaluator.names["x"] is x
    assert float(x.sum()) > 0  # type: ignore[attr-defined]
    assert evaluator.names["mine"] == 2


def test_a_learner_who_replaced_the_layer_keeps_their_own(begin: Begin) -> None:
    """The lesson's weights go into the learner's layer; another name of it is the same layer."""
    run, evaluator = begin(MAKE, CONVOLVE, setup=IMPORTS + "x = torch.rand(4, 2, 6)")
    assert run.attempt("class Mine(nn.Conv1d): pass\nconv1d = Mine(2, 3, 5)").passed
    assert type(evaluator.names["conv1d"]).__name__ == "Mine"


def test_a_name_made_in_a_step_is_made_anew_when_its_graph_is_lost(begin: Begin) -> None:
    """The line that made it is the check of the step that it came from."""
    setup = IMPORTS + "conv1d = nn.Conv1d(2, 3, 5)\nx = torch.rand(4, 2, 6)"
    run, evaluator = begin(CONVOLVE, LOOK, READ, setup=setup)
    assert run.attempt("y = conv1d(x)").passed
    run.attempt("y += 1")
    assert "Convolution" in repr(evaluator.names["y"])
    assert y000(evaluator) == 0.1683


def test_skipping_begins_where_the_step_began(begin: Begin) -> None:
    """What was half done before a skip, and its random numbers, are no part of the lesson."""
    both = (
        "kind = 'run'\ncheck = { conv1d = 'nn.Conv1d(2, 3, 5)', x = 'torch.rand(4, 2, 6)' }\n"
        "solution = '''conv1d = nn.Conv1d(2, 3, 5)\nx = torch.rand(4, 2, 6)'''",
        "",
    )
    run, _evaluator = begin(both, CONVOLVE, setup=IMPORTS)
    assert run.attempt("conv1d = nn.Conv1d(2, 3, 5)").kind == "aside"
    drawn = run.skip()
    assert abs(float(drawn.bound["x"][0, 0, 0]) - 0.5487) < 1e-4  # type: ignore[index]


def test_going_back_undoes_the_step_that_is_left(begin: Begin) -> None:
    """A name kept half way through a step is gone when the learner goes back from it."""
    two = (
        "kind = 'run'\ncheck = { a = '1', b = '2' }\nsolution = '''a = 1\nb = 2'''",
        "",
    )
    run, evaluator = begin(READ, two, setup="")
    run.attempt("")
    assert run.attempt("a = 1").kind == "aside"
    assert evaluator.names["a"] == 1
    assert run.back()
    assert "a" not in evaluator.names


def test_names_in_a_solutions_loops_are_the_learners(begin: Begin) -> None:
    """What only a comprehension or a function of the solution binds is no name of the lesson."""
    solution = "z = sum(p.numel() for p in conv1d.parameters())"
    step = (f"kind = 'run'\ncheck = {{ z = '33' }}\nsolution = '{solution}'", "")
    run, evaluator = begin(step, READ)
    assert run.attempt("p = 7").message == ""
    assert run.attempt(solution).passed
    assert evaluator.names["p"] == 7


def test_a_gradient_is_taken_back(begin: Begin) -> None:
    """Weights that gained a gradient count as changed, and lose it again."""
    run, evaluator = begin(LOOK)
    verdict = run.attempt("(conv1d(x) ** 2).sum().backward()")
    assert verdict.restored == ("conv1d",)
    assert evaluator.names["conv1d"].weight.grad is None  # type: ignore[attr-defined]


def test_a_crash_of_a_check_counts_for_nothing(begin: Begin) -> None:
    """Neither right nor wrong, and the input's own outcome is there."""
    run, _evaluator = begin(("kind = 'value'\nvalue = 'torch.zeros(2)[5]'\nsolution = '1'", ""))
    verdict = run.attempt("1")
    assert (verdict.kind, verdict.right, verdict.outcome.value) == ("crashed", None, 1)
    assert "IndexError" in verdict.message


def test_what_the_tutor_shows_draws_no_random_numbers(begin: Begin) -> None:
    """The random state is to the bit as it was before the lesson's code was shown."""
    run, evaluator = begin(READ, setup=IMPORTS)
    before = evaluator.torch.get_rng_state()
    run.show("torch.rand(3)")
    assert evaluator.torch.equal(before, evaluator.torch.get_rng_state())


def test_what_is_no_attempt_draws_no_random_numbers(begin: Begin) -> None:
    """After exploring at a text, a choice or a prediction, the random state is as before."""
    for step in (READ, PICK, LOOK):
        run, evaluator = begin(step)
        before = evaluator.torch.get_rng_state()
        assert run.attempt("a = torch.rand(3)").kind == "aside"
        assert evaluator.torch.equal(before, evaluator.torch.get_rng_state())


def test_a_name_that_the_lesson_owns_is_the_learners_until_a_step_makes_it(begin: Begin) -> None:
    """Of the names that `owns` has, those that a later step binds are not kept before it."""
    head = "owns = ['y', 'kept']"
    setup = IMPORTS + "conv1d = nn.Conv1d(2, 3, 5)\nx = torch.rand(4, 2, 6)\nkept = 1"
    run, evaluator = begin(READ, CONVOLVE, LOOK, setup=setup, head=head)
    assert run.attempt("y = 5; kept = 2").restored == ("kept",)
    assert (evaluator.names["y"], evaluator.names["kept"]) == (5, 1)
    run.attempt("")
    assert run.attempt("y = conv1d(x)").passed
    assert run.attempt("y = 5").restored == ("y",)
