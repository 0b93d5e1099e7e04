"""The lessons and how far they are done, as lines."""

from collections.abc import Sequence

from rich.text import Text

from conv1d_tutor.course.lesson import LessonTitle
from conv1d_tutor.course.store import Store
from conv1d_tutor.i18n import _
from conv1d_tutor.view import Look

__all__ = ["lesson_table"]


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
    widest = min(max(Text(title.title).cell_len for title in titles), max(width - 15, 8))
    lines = []
    for number, title in enumerate(titles):
        passed = progress.get(title.id, {})
        done = sum(step in passed for step in title.step_ids)
        total = len(title.step_ids)
        name = Text(title.title)
        name.truncate(widest, overflow="ellipsis", pad=True)
        mark = ">" if number == here else " "
        finished = _("done") if done == total else f"{done}/{total}"
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
