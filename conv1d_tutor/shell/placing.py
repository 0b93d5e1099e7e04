"""Which lesson is meant, and where a learner goes on."""

import difflib
from collections.abc import Sequence

from conv1d_tutor.course.lesson import LessonTitle
from conv1d_tutor.course.store import Store
from conv1d_tutor.errors import TutorError
from conv1d_tutor.i18n import _

__all__ = ["find_lesson", "first_open_step", "lesson_number", "where_to_resume"]


def find_lesson(titles: Sequence[LessonTitle], wish: str) -> int | str:
    """Return the number (from 0) of the lesson meant by a number, an id or a title.

    Gives a sentence that says what there is where none is meant.
    """
    if wish.isdecimal() and 1 <= int(wish) <= len(titles):
        return int(wish) - 1
    for number, title in enumerate(titles):
        if wish.lower() in {title.id.lower(), title.title.lower(), title.folder.name.lower()}:
            return number
    known = [title.id for title in titles]
    near = difflib.get_close_matches(wish.lower(), known, n=1)
    guess = " " + _("Did you mean {near}?").format(near=near[0]) if near else ""
    return (
        _("There is no lesson {wish}. Lessons are 1 to {last}, or by name: {names}.").format(
            wish=wish, last=len(titles), names=", ".join(known)
        )
        + guess
    )


def lesson_number(titles: Sequence[LessonTitle], wish: str) -> int:
    """Return the number (from 0) of the lesson meant; raises `TutorError` where none is."""
    found = find_lesson(titles, wish)
    if isinstance(found, str):
        raise TutorError(found)
    return found


def first_open_step(store: Store, title: LessonTitle) -> int:
    """Return the first step of a lesson that has not passed; the first of all once all have."""
    passed = store.progress().get(title.id, {})
    return next(
        (at for at, step in enumerate(title.step_ids) if step not in passed),
        0,
    )


def where_to_resume(store: Store, titles: Sequence[LessonTitle]) -> int | None:
    """Return the lesson to go on with: the one last opened, or else the first not done.

    None when every lesson is done.
    """
    progress = store.progress()
    open_ = [
        number
        for number, title in enumerate(titles)
        if any(step not in progress.get(title.id, {}) for step in title.step_ids)
    ]
    last = store.get("lesson")
    return next(
        (number for number in open_ if titles[number].id == last), open_[0] if open_ else None
    )
