"""The way through the lessons: judged, told, moved on, kept."""

import contextlib
import io
from collections.abc import Iterator

import pytest

from conv1d_tutor.course.format.loading import list_lessons, load_lesson
from conv1d_tutor.course.kinds import kind_of
from conv1d_tutor.course.store import Store
from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.explainer import Explainer
from conv1d_tutor.shell.guide import Guide
from conv1d_tutor.shell.imports import find_torch
from conv1d_tutor.shell.keyboard import Keyboard
from conv1d_tutor.shell.lesson_list import find_lesson, first_open_step, where_to_resume
from conv1d_tutor.shell.screen import Screen
from conv1d_tutor.shell.tour import TourReader
from conv1d_tutor.view import Look

from .conftest import Transcript


def test_a_right_answer_goes_on_and_is_kept(transcript: Transcript, store: Store) -> None:
    """The next step is shown, and the input that passed is in the progress."""
    title = list_lessons("en")[0]
    step = load_lesson(title.folder, "en").steps[1]
    shown = transcript(*step.solution.split("\n"), lesson=1, step=1)
    assert "step 3/" in shown
    assert step.id in store.progress()[title.id]


def test_a_wrong_answer_gets_an_idea_and_stays(transcript: Transcript, store: Store) -> None:
    """A mistake the author foresaw is answered in the author's words."""
    shown = transcript("import torch", "torch.__version__()", lesson=1, step=1)
    assert "The version is a piece of text" in shown
    assert store.progress() == {}


def test_a_wrong_output_is_named_for_what_was_done(transcript: Transcript) -> None:
    """A whole tensor that another convolution gives is told apart from mere other numbers."""
    functional = "torch.nn.functional.conv1d"
    shown = transcript(f"y = {functional}(x, conv1d.weight)", lesson=4, step=1)
    assert "the bias is still to be added" in shown


def test_the_list_fits_a_narrow_screen(transcript: Transcript) -> None:
    """Titles are cut, and the steps done stay on the lesson's own line."""
    shown = transcript(":list", lesson=1, width=40)
    listed = shown[shown.index(":list") :].splitlines()[1:6]
    assert [line.split()[-1] for line in listed] == ["0/9", "0/10", "0/9", "0/10", "0/12"]


def test_two_misses_are_answered_with_a_way_out(transcript: Transcript) -> None:
    """Who misses twice is told of the hint, once."""
    shown = transcript("a", "c", "a", lesson=1, step=3)
    assert shown.count(":hint gives an idea") == 1


def test_hints_come_one_after_the_other(transcript: Transcript) -> None:
    """Each `:hint` gives the next, and says how many there are."""
    step = load_lesson(list_lessons("en")[0].folder, "en").steps[6]
    shown = transcript(*[":hint"] * len(step.hints), lesson=1, step=6)
    flat = " ".join(shown.split())
    for hint in step.hints:
        assert hint.replace("`", "").split()[0] in flat
    assert "That was the last hint" in flat


def test_skipping_reaches_the_end_of_everything(transcript: Transcript) -> None:
    """`:skip` from the first step to the last never gets stuck, and the console stays open."""
    steps = sum(len(title.step_ids) for title in list_lessons("en"))
    shown = transcript(*[":skip"] * steps, "y[0,0,0]", lesson=1)
    assert "That was the last lesson." in shown
    assert shown.count("tensor(0.1683, grad_fn=<SelectBackward0>)") >= 2


def test_back_goes_to_the_step_before_and_to_the_lesson_before(transcript: Transcript) -> None:
    """From a lesson's first step it goes to the last step of the lesson before."""
    shown = transcript(":back", lesson=2, step=0)
    assert "1 Create a Conv1d" in shown
    assert "This is the very first step." in transcript(":back", lesson=1)


def test_a_solution_is_shown_but_not_run(transcript: Transcript) -> None:
    """`:solution` leaves the typing to the learner."""
    shown = transcript(":solution", "conv1d", lesson=1, step=6)
    assert ">>> conv1d = nn.Conv1d(2, 3, 5)" in shown
    assert "NameError" in shown


def test_the_language_changes_at_the_same_step(transcript: Transcript) -> None:
    """The same step is shown in the other language, and answers go on counting."""
    shown = transcript(":lang zh_CN", "b", lesson=1, step=3)
    assert "对了。" in shown


def test_a_lesson_is_found_by_number_id_and_title() -> None:
    """Whatever a person calls it; else they are told what there is."""
    titles = list_lessons("en")
    assert find_lesson(titles, "2") == 1
    assert find_lesson(titles, titles[2].id.upper()) == 2
    assert find_lesson(titles, titles[3].title) == 3
    assert "no lesson 0" in str(find_lesson(titles, "0"))


def test_resuming_finds_the_step_that_was_left(store: Store) -> None:
    """The first open step of the lesson last opened; nothing when all is done."""
    titles = list_lessons("en")
    for step in titles[0].step_ids[:3]:
        store.passed(titles[0].id, step, "", None)
    assert first_open_step(store, titles[0]) == 3
    assert where_to_resume(store, titles) == 0
    store.set("lesson", titles[3].id)
    assert where_to_resume(store, titles) == 3
    for title in titles:
        for step in title.step_ids:
            store.passed(title.id, step, "", None)
    assert where_to_resume(store, titles) is None


def test_a_question_mark_is_an_answer_where_a_prediction_is_asked_for(
    transcript: Transcript,
) -> None:
    """The prose offers `?` to who would rather see: it reveals, and is no wish for help."""
    shown = transcript("?", lesson=2, step=1)
    assert "torch.Size([3, 2, 5])" in shown
    assert ":explain EXPR" not in shown


def test_a_command_finds_the_names_of_the_lesson_from_the_first_input(
    transcript: Transcript,
) -> None:
    """Who comes back and explains something at once does so in the lesson's own names."""
    assert "0.1683" in transcript(":explain y[0,0,0]", lesson=5)
    assert "Tensor" in transcript("y?", lesson=5)


def test_words_at_a_choice_are_told_that_a_letter_is_wanted(transcript: Transcript) -> None:
    """A letter that is no option, a word or a sentence is not run as Python."""
    for typed in ("e", "the filter I think", "7"):
        shown = transcript(typed, lesson=1, step=3)
        assert "The answer here is a letter: a, b, c." in shown
        assert "Traceback" not in shown


def test_a_right_part_of_a_sum_is_not_held_against_the_whole(transcript: Transcript) -> None:
    """A step that asks for one channel's dot product says nothing of what is still missing."""
    shown = transcript("x[0,0,0:5] @ conv1d.weight[0,0]", lesson=5, step=3)
    assert "That is it." in shown
    assert "missing" not in shown


def test_an_element_read_off_does_not_give_its_sum_away(transcript: Transcript) -> None:
    """Where a number is to be worked out by hand, its derivation leaves out the line to type."""
    shown = transcript("y[0,0,1]", lesson=5, step=5)
    assert "0.1969" in shown
    assert "@ conv1d.weight" not in shown


def test_printing_the_value_asked_for_is_an_answer(transcript: Transcript) -> None:
    """What stands on the screen is what was asked for, `print` around it or not."""
    assert "That is it." in transcript("print(conv1d.weight)", lesson=2, step=2)
    assert "That is it." in transcript("print(y[0,0,0])", lesson=5)


def test_the_right_thing_under_another_name_is_not_called_lost(transcript: Transcript) -> None:
    """Who keeps the layer, but calls it otherwise, is told which name the lesson uses."""
    shown = " ".join(transcript("conv = nn.Conv1d(2, 3, 5)", lesson=1, step=6).split())
    assert "this lesson calls it conv1d" in shown
    assert "nothing holds" not in shown


def test_trying_something_else_is_no_wrong_answer(transcript: Transcript) -> None:
    """A tensor made of new numbers alone is not compared with the one asked for."""
    shown = transcript("torch.rand(2)", "x[0, :, 0:3]", lesson=5, step=1)
    assert shown.count("has the shape") == 1


def test_the_whole_shape_is_right_where_its_last_size_is_asked_for(
    transcript: Transcript,
) -> None:
    """The shape that is then shown is just what was predicted."""
    assert "As you predicted." in transcript("(1, 1, 2)", lesson=4, step=7)


def test_numbers_in_other_places_are_not_all_put_down_to_reshape(transcript: Transcript) -> None:
    """Samples in another order are the right numbers too, and no `reshape` was there."""
    shown = " ".join(transcript("y = conv1d(x.flip(0))", lesson=4, step=1).split())
    assert "Another order along an axis does that" in shown


def sum_at(position: int) -> str:
    """Return the sum by hand of the first output's element at a position."""
    window = f"{position}:{position + 5}"
    return " + ".join(
        [f"x[0,{c},{window}] @ conv1d.weight[0,{c}]" for c in range(2)] + ["conv1d.bias[0]"]
    )


@pytest.fixture
def guide(store: Store) -> Iterator[Guide]:
    """A guide whose screen is 90 columns wide and is not looked at."""
    screen = Screen(Look(), file=io.StringIO(), width=90)
    evaluator = LearnerEvaluator(find_torch("numpy"))
    evaluator.quiet = True
    with contextlib.redirect_stdout(io.StringIO()):
        yield Guide(list_lessons("en"), evaluator, screen, Explainer(evaluator, screen), store)


def test_a_skip_is_no_pass(transcript: Transcript, store: Store) -> None:
    """What was skipped is not in the progress, whatever the kind of step."""
    transcript(*[":skip"] * 9, lesson=2)
    assert store.progress() == {}


def test_each_kind_is_kept_as_it_was_passed(transcript: Transcript, store: Store) -> None:
    """Read, predicted wrongly, printed and chosen: the input, and whether it was right."""
    transcript("", "(3,5)", "conv1d.weight", "b", "a", lesson=2)
    title = list_lessons("en")[1]
    passed = store.progress()[title.id]
    assert [(passed[step].source, passed[step].right) for step in title.step_ids[:4]] == [
        ("", None), ("(3,5)", False), ("conv1d.weight", True), ("a", True),
    ]  # fmt: skip


def test_the_bottom_line_says_where_we_are_and_what_to_do(guide: Guide) -> None:
    """Lesson, step, progress and what is asked for; on a narrow screen the least needed goes."""
    lines = []
    for step in (0, 1, 3, 99):
        guide.open(0, step)
        lines.append(guide.status())
    assert lines == [
        " 1 Create a Conv1d · step 1/9 ········· · Enter goes on · :hint :help",
        " 1 Create a Conv1d · step 2/9 ■········ · type Python · :hint :help",
        " 1 Create a Conv1d · step 4/9 ■■■······ · type a letter · :hint :help",
        " 1 Create a Conv1d · step 9/9 ■■■■■■■■· · type Python · :hint :help",
    ]
    guide.open(1, 1)
    assert "predict, or ?" in guide.status()


def test_the_bottom_line_fits_a_narrow_screen(store: Store) -> None:
    """The commands go first, then the title, then the place; what is to do stays longest."""
    lines = []
    for width in (60, 50, 35, 20, 5):
        screen = Screen(Look(ascii=True), file=io.StringIO(), width=width)
        evaluator = LearnerEvaluator(find_torch("numpy"))
        guide = Guide(list_lessons("en"), evaluator, screen, Explainer(evaluator, screen), store)
        guide.open(0, 3)
        lines.append(guide.status())
    assert lines == [
        " 1 Create a Conv1d - step 4/9 ###...... - type a letter",
        " step 4/9 ###...... - type a letter",
        " step 4/9 ###...... - type a letter",
        " type a letter",
        "",
    ]


def test_hints_begin_anew_with_each_step(transcript: Transcript) -> None:
    """A step that follows one whose hints were read gives its own first hint."""
    lesson = load_lesson(list_lessons("en")[4].folder, "en")
    first, second = lesson.steps[1:3]
    assert len(second.hints) > 1
    shown = transcript(*[":hint"] * len(first.hints), first.solution, ":hint", lesson=5, step=1)
    left = len(second.hints) - 1
    assert shown.rstrip().endswith(f"{left} more hint" + ("s." if left > 1 else "."))


def test_misses_are_counted_for_each_step_alone(transcript: Transcript) -> None:
    """One miss before a right answer and one after it are not two at one step."""
    shown = transcript("(3,5)", "conv1d.weight[0]", "conv1d.weight", "b", lesson=2, step=1)
    assert ":hint gives an idea" not in shown


def test_the_authors_words_come_before_the_picture(transcript: Transcript) -> None:
    """A sum that aims at another element is told in the author's words where there are some."""
    shown = " ".join(transcript(sum_at(0), lesson=5, step=5).split())
    says = load_lesson(list_lessons("en")[4].folder, "en").steps[5].says["not-moved"]
    assert says.replace("`", "").split(".")[0] in shown
    assert "That sum is put together as" not in shown


def test_a_sum_that_aims_elsewhere_is_told_so(transcript: Transcript) -> None:
    """Without words of the author's, the element that the sum aims at is named."""
    shown = " ".join(transcript(sum_at(1), lesson=5, step=4).split())
    assert "That sum is put together as y[0,0,1]. The step asks for y[0,0,0]." in shown


def test_a_miss_says_which_names_are_as_before(transcript: Transcript) -> None:
    """A wrong answer that changed the lesson's names tells that they are as they were."""
    assert "x: as before this input." in transcript("x.zero_(); x[0, :, 0:4]", lesson=5, step=1)


@pytest.mark.parametrize("fault", [KeyboardInterrupt, RuntimeError])
@pytest.mark.parametrize("where", ["after", "show"])
def test_a_right_answer_counts_though_its_picture_was_never_drawn(
    transcript: Transcript,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    where: str,
    fault: type[BaseException],
) -> None:
    """Ctrl-C or a fault of ours after the verdict: the pass is kept, and the next step shown."""
    whole = getattr(Explainer, where)

    def fails(*_arguments: object, **_options: object) -> None:
        monkeypatch.setattr(Explainer, where, whole)
        raise fault

    monkeypatch.setattr(Explainer, where, fails)
    step = load_lesson(list_lessons("en")[4].folder, "en").steps[0]
    shown = transcript(kind_of(step).answer(step), lesson=5)
    assert "step 2/12" in shown
    assert list(store.progress()["compute"]) == [step.id]
    assert store.place() == ("compute", list_lessons("en")[4].step_ids[1])


def test_a_lesson_whose_setting_up_is_interrupted_is_still_open(
    guide: Guide, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while the engine loads costs nothing: it is set up when it is next needed."""

    def interrupted(*_arguments: object) -> None:
        raise KeyboardInterrupt

    guide.open(3, 1)
    with monkeypatch.context() as patch:
        patch.setattr("conv1d_tutor.course.run.LessonRun.begin", interrupted)
        with pytest.raises(KeyboardInterrupt):
            guide.prepare()
    assert guide.step is not None
    guide.prepare()
    assert guide.step.id == list_lessons("en")[3].step_ids[1]


def test_the_tour_types_each_answer_and_ends(store: Store) -> None:
    """A text is passed by Enter, a choice by its letter, and after the last lesson it is over."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        screen = Screen(Look(), file=out, width=80)
        evaluator = LearnerEvaluator(find_torch("numpy"))
        explainer = Explainer(evaluator, screen)
        guide = Guide(list_lessons("en"), evaluator, screen, explainer, store, last=1, tour=True)
        guide.open(1)
        reader = TourReader(guide, screen, Keyboard(), 0)
        typed: list[str] = []
        while (answer := reader.read()) is not None:
            typed.append(answer)
            guide.respond(guide.judge(answer))
    steps = load_lesson(list_lessons("en")[1].folder, "en").steps
    assert typed == [kind_of(step).answer(step) for step in steps]
    assert (typed[0], typed[3]) == ("", "a")
    assert "The tour ends here." in out.getvalue()
