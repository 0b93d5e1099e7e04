"""The way through the lessons: judged, told, moved on, kept."""

from conv1d_tutor.course.loading import list_lessons, load_lesson
from conv1d_tutor.course.store import Store
from conv1d_tutor.shell.lesson_list import find_lesson, first_open_step, where_to_resume

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
