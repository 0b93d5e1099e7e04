"""The list of lessons: which is here, how far each is done."""

import pytest
from rich.text import Text

from conv1d_tutor.course.format.loading import list_lessons
from conv1d_tutor.course.store import Store
from conv1d_tutor.errors import TutorError
from conv1d_tutor.shell.lesson_list import find_lesson, lesson_number, lesson_table
from conv1d_tutor.view import Look


def table(store: Store, **settings: object) -> list[Text]:
    """Return the lines of the list."""
    titles = list_lessons("en")
    given: dict[str, object] = {"look": Look(), "width": 80} | settings
    return list(lesson_table(titles, store, **given).split("\n"))  # type: ignore[arg-type]


def test_the_lesson_one_is_in_is_marked(store: Store) -> None:
    """That one, and no other."""
    marks = [line.plain[:5] for line in table(store, here=2)]
    assert marks == ["  1  ", "  2  ", "> 3  ", "  4  ", "  5  "]
    assert all(line.plain.startswith("  ") for line in table(store))


def test_what_is_done_is_counted_and_green(store: Store) -> None:
    """A whole lesson says so; of another the steps that passed are counted."""
    first, second, *_rest = list_lessons("en")
    for step in first.step_ids:
        store.passed(first.id, step, "", None)
    store.passed(second.id, second.step_ids[0], "", None)
    lines = table(store)
    assert [line.plain.split()[-1] for line in lines[:3]] == ["done", "1/10", "0/9"]
    assert [str(line.spans[-1].style) for line in lines[:2]] == ["good", "note"]


def test_every_step_is_listed_on_request(store: Store) -> None:
    """With a mark where it passed."""
    first = list_lessons("en")[0]
    store.passed(first.id, first.step_ids[1], "", None)
    lines = [line.plain.strip() for line in table(store, steps=True)]
    assert lines[1:4] == [first.step_ids[0], f"✓ {first.step_ids[1]}", first.step_ids[2]]


def test_a_wish_that_means_no_lesson_is_refused() -> None:
    """The sentence says what there is, and what is near."""
    titles = list_lessons("en")
    assert "Did you mean create?" in str(find_lesson(titles, "craete"))
    assert lesson_number(titles, "5") == 4
    for beyond in ("0", "6"):
        with pytest.raises(TutorError, match=f"There is no lesson {beyond}"):
            lesson_number(titles, beyond)
