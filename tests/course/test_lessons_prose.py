"""The lessons' prose: it fits a small terminal and keeps each language's typography."""

import io
import re
from collections.abc import Iterator

import pytest
from markdown_it import MarkdownIt
from rich.console import Console

from conv1d_tutor.course.format.loading import load_lessons
from conv1d_tutor.course.lesson import Step
from conv1d_tutor.view import Look
from conv1d_tutor.view.prose import prose

STEPS = [
    (language, lesson.id, step)
    for language in ("en", "zh_CN")
    for lesson in load_lessons(language)
    for step in lesson.steps
]
NAMES = [f"{language}-{lesson}-{step.id}" for language, lesson, step in STEPS]
ROWS = 24

SUBGOALS = {
    "en": ["pick the filter", "cut the window", "multiply", "sum the channels", "add the bias"],
    "zh_CN": ["选滤波器", "截取窗口", "逐项相乘", "各通道求和", "加上偏置"],
}
_CHINESE = "[\u4e00-\u9fff]"


def texts(step: Step) -> Iterator[str]:
    """Return every text of a step."""
    yield step.prose
    yield step.after
    yield from step.hints
    yield from step.says.values()
    for _key, text in step.options:
        yield text


def without_code(text: str) -> str:
    """Return the text with each piece of code replaced by one letter in code marks."""
    return re.sub(r"`[^`]+`", "`c`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def height(markdown: str) -> int:
    """Return how many lines of an 80-column terminal the text takes."""
    console = Console(file=io.StringIO(), width=80, color_system=None)
    with console.capture() as captured:
        console.print(prose(markdown, Look()))
    return len(captured.get().rstrip("\n").split("\n"))


@pytest.mark.parametrize(("language", "lesson", "step"), STEPS, ids=NAMES)
def test_step_fits_a_small_terminal(language: str, lesson: str, step: Step) -> None:
    """A step with its options, its heading, the prompt and the bottom line fits 24 rows."""
    options = sum(height(text) for _key, text in step.options)
    assert height(step.prose) + options + 8 <= ROWS
    assert height(step.after or "-") <= 10
    assert all(height(text) <= 6 for text in (*step.hints, *step.says.values()))


@pytest.mark.parametrize(("language", "lesson", "step"), STEPS, ids=NAMES)
def test_steps_lead(language: str, lesson: str, step: Step) -> None:
    """Every step that asks for something has a hint, and the task is a paragraph of its own."""
    assert step.kind == "read" or step.hints
    assert step.task.strip()
    assert not step.task.startswith("```")


@pytest.mark.parametrize(("language", "lesson", "step"), STEPS, ids=NAMES)
def test_markdown_is_all_used(language: str, lesson: str, step: Step) -> None:
    """No mark of emphasis or code is left over as a character."""
    for text in texts(step):
        for token in MarkdownIt("commonmark").parse(text):
            for child in token.children or ():
                assert child.type != "text" or not set("*`") & set(child.content)


@pytest.mark.parametrize(("language", "lesson", "step"), STEPS, ids=NAMES)
def test_nothing_is_exclaimed(language: str, lesson: str, step: Step) -> None:
    """The prose keeps calm: no exclamation mark in it, of either width."""
    assert not re.search("[!！]", without_code(" ".join(texts(step))))


@pytest.mark.parametrize(
    ("lesson", "step"),
    [(lesson, step) for language, lesson, step in STEPS if language == "zh_CN"],
    ids=[name for name in NAMES if name.startswith("zh")],
)
def test_chinese_typography(lesson: str, step: Step) -> None:
    """Chinese has its own punctuation, and a blank between it and Latin words, digits and code."""
    for text in map(without_code, texts(step)):
        assert not re.search(rf"{_CHINESE}[A-Za-z0-9`−]|[A-Za-z0-9`]{_CHINESE}", text), text
        assert not re.search(rf"{_CHINESE}\s?[,.;:?()]|[,.;:?()]{_CHINESE}", text), text
        assert not re.search("[，。：；？（）、] | [，。：；？（）、]", text), text


@pytest.mark.parametrize("language", SUBGOALS)
def test_subgoals_have_one_name(language: str) -> None:
    """The last lesson introduces the five sub-goals by their names, in their order."""
    (first, *others) = [
        step for code, lesson, step in STEPS if code == language and lesson == "compute"
    ]
    named = re.findall(r"^- \*([^*]+)\*", first.prose, flags=re.MULTILINE)
    assert named == SUBGOALS[language]
    later = " ".join(step.prose for step in others).lower()
    assert all(f"*{name}*" in later or f"*{name}.*" in later for name in named)
