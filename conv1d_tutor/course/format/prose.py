"""A lesson's Markdown, cut into its sections; what the text means is for others to draw."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _
from conv1d_tutor.printable import printable

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")


@dataclass(slots=True)
class Section:
    """What stands under one `## step-id`, with the lines of its headings."""

    id: str
    line: int
    prose: str = ""
    hints: list[str] = field(default_factory=list)
    says: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    after: str = ""
    lines: dict[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prose:
    """One language's file of a lesson: its title and its sections by step id."""

    path: Path
    title: str
    sections: dict[str, Section]


def read_text(path: Path) -> str:
    """Read a lesson's file as UTF-8, without control characters, or raise `LessonError`."""
    try:
        return printable(path.read_bytes().decode("utf-8"))
    except FileNotFoundError:
        raise LessonError(path, None, _("there is no such file; a lesson needs it")) from None
    except OSError as error:
        raise LessonError(path, None, error.strerror or str(error)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise LessonError(path, line, _("this is not UTF-8 text; save the file in UTF-8")) from None


def read_title(path: Path) -> str:
    """Return the title of a lesson's Markdown, reading no further than its first heading."""
    for _line, level, title in _headings(path, read_text(path)):
        if level == 1 and title:
            return title
        break
    raise LessonError(path, 1, _("the file must begin with the lesson's title: `# Title`"))


def read_prose(path: Path) -> Prose:
    """Cut a lesson's Markdown into its sections; any fault is a `LessonError` with its line."""
    text = read_text(path)
    lines = text.split("\n")
    headings = [heading for heading in _headings(path, text) if heading[1] <= 3]
    title = read_title(path)
    sections: dict[str, Section] = {}
    section: Section | None = None
    ends = [line for line, _level, _title in headings[1:]] + [len(lines) + 1]
    for (line, level, heading), end in zip(headings, ends, strict=True):
        body = "\n".join(lines[line : end - 1]).strip("\n").rstrip()
        if level == 2:
            section = _begin(path, line, heading, sections)
            section.prose = body
        elif level == 3 and section is not None:
            _add(path, line, heading, body, section)
        elif level == 1 and line == headings[0][0]:
            if body:
                problem = _(
                    "text before the first `## step-id` is never shown; "
                    "move it into the section of a step"
                )
                raise LessonError(path, line + 1, problem)
        else:
            problem = _("`{heading}` stands outside a step; begin a step with `## step-id`")
            raise LessonError(path, line, problem, heading=f"{'#' * level} {heading}")
    return Prose(path, title, sections)


def _headings(path: Path, text: str) -> Iterator[tuple[int, int, str]]:
    """Return line, level and title of each heading, passing over fenced code."""
    fence, opened = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        mark = _FENCE.match(line)
        if fence:
            if mark and mark[1].startswith(fence) and not line[mark.end() :].strip():
                fence = ""
        elif mark:
            fence, opened = mark[1], number
        elif heading := _HEADING.match(line):
            yield number, len(heading[1]), (heading[2] or "").strip()
    if fence:
        problem = _("the code block that begins here is never closed; end it with {fence}")
        raise LessonError(path, opened, problem, fence=fence)


def _begin(path: Path, line: int, step_id: str, sections: dict[str, Section]) -> Section:
    if step_id in sections:
        problem = _("`## {id}` stands here twice, first in line {first}; join the two")
        raise LessonError(path, line, problem, id=step_id, first=sections[step_id].line)
    sections[step_id] = Section(step_id, line)
    return sections[step_id]


def _add(path: Path, line: int, heading: str, body: str, section: Section) -> None:
    """Put what stands under a `###` heading into its section."""
    word, colon, key = (part.strip() for part in heading.replace("：", ":").partition(":"))
    if not body:
        problem = _("nothing stands under `### {heading}`")
        raise LessonError(path, line, problem, heading=heading)
    place = (word, key)
    if place in section.lines and word != "hint":
        problem = _("`### {heading}` stands twice under `## {id}`, first in line {first}")
        first = section.lines[place]
        raise LessonError(path, line, problem, heading=heading, id=section.id, first=first)
    section.lines[place] = line
    if word == "hint" and not colon:
        section.hints.append(body)
    elif word == "after" and not colon:
        section.after = body
    elif word == "says" and key:
        section.says[key] = body
    elif word == "option" and key:
        section.options[key] = body
    else:
        problem = _(
            "`### {heading}` is not known; under a step stand `### hint`, "
            "`### says: key`, `### option: a` and `### after`"
        )
        raise LessonError(path, line, problem, heading=heading)
