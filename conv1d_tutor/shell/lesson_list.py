"""The lessons as a list: which one is meant, where a learner goes on, how far each is done."""

import difflib
from collections.abc import Sequence

from rich.text import Text

from conv1d_tutor.course.lesson import LessonTitle
from conv1d_tutor.course.store import Store
from conv1d_tutor.errors import TutorError
from conv1d_tutor.i18n import _
from conv1d_tutor.view import Look


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


def where_left(store: Store, title: LessonTitle) -> int:
    """Return the step of a lesson to go on with: where the learner is, else the first open one."""
    lesson, step = store.place() or ("", "")
    if lesson == title.id and step in title.step_ids:
        return title.step_ids.index(step)
    return first_open_step(store, title)


def where_to_resume(store: Store, titles: Sequence[LessonTitle]) -> int | None:
    """Return the lesson to go on with: the one the learner is in, or else the first not done.

    None at the end of the last lesson, and when every lesson is done and none was gone back to.
    """
    ids = [title.id for title in titles]
    lesson, step = store.place() or (store.get("lesson"), None)
    if lesson in ids:
        number = ids.index(lesson)
        if step == "":
            return number + 1 if number + 1 < len(titles) else None
        if step in titles[number].step_ids:
            return number
    open_ = [number for number, title in enumerate(titles) if not is_done(store, title)]
    return next((number for number in open_ if ids[number] == lesson), open_[0] if open_ else None)


def is_done(store: Store, title: LessonTitle) -> bool:
    """Return whether every step of a lesson has passed."""
    return store.progress().get(title.id, {}).keys() >= set(title.step_ids)


def lesson_table(
    titles: Sequence[LessonTitle],
    store: Store,
    look: Look,
    width: int,
    here: int | None = None,
    *,
    steps: bool = False,
) -> Text:
    """Return a line a lesson: number, title, steps done; `here` is marked, `steps` lists each.

    Titles are cut where `width` is too small for them.
    """
    progress = store.progress()

    def known(done: int) -> str:
        return str(done) if done or store.readable else "?"

    widest = min(max(Text(title.title).cell_len for title in titles), max(width - 15, 8))
    lines = []
    for number, title in enumerate(titles):
        passed = progress.get(title.id, {})
        done = sum(step in passed for step in title.step_ids)
        total = len(title.step_ids)
        name = Text(title.title)
        name.truncate(widest, overflow="ellipsis", pad=True)
        mark = ">" if number == here else " "
        finished = _("done") if done == total else f"{known(done)}/{total}"
        lines.append(
            Text.assemble(
                (f"{mark} {number + 1}  ", "prompt" if number == here else "note"),
                (name.plain, "heading" if number == here else ""),
                (f"   {finished}", "good" if done == total else "note"),
            )
        )
        if steps:
            for step in title.step_ids:
                sign = look.glyphs("✓") if step in passed else " "
                lines.append(Text(f"     {sign} {step}", style="note"))
    return Text("\n").join(lines)
