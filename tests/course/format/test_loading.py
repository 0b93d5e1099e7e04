"""Lessons are read whole, and every fault is named with its file and line."""

import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import run as run_process
from time import perf_counter

import pytest

from conv1d_tutor.course.format.loading import (
    lesson_folders,
    lessons_folder,
    list_lessons,
    load_lesson,
    load_lessons,
)
from conv1d_tutor.errors import LessonError

TOML = """\
format = 1
id = "create"
seed = 7
setup = '''
import torch
'''
owns = ["x"]

[[step]]
id = "hello"
kind = "read"
show = "torch.zeros(2)"

[[step]]
id = "make"
kind = "run"
check = { conv1d = "nn.Conv1d(2, 3, 5)" }
solution = "conv1d = nn.Conv1d(2, 3, 5)"
accept = [
  "conv1d = nn.Conv1d(2, 3, kernel_size=5)",
]
reject = [
  { code = "conv1d = nn.Conv1d(3, 2, 5)", says = "swapped" },
]
explain = "conv1d"

[[step]]
id = "pick"
kind = "choice"
answer = "b"
"""

PROSE = """\
# Create a layer

## hello
Words.

Press Enter.

## make
About it:

```python
# not a heading
## nor this
```

Make one.

### hint
The first.
### hint
The second.
### says: swapped
In and out are swapped.
### after
Well.

## pick
Which?
### option: a
This.
### option: b
That.
### says: a
Not this.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lesson without a fault."""
    lesson = tmp_path / "01-create"
    lesson.mkdir()
    lesson.joinpath("lesson.toml").write_text(TOML, encoding="utf-8")
    lesson.joinpath("en.md").write_text(PROSE, encoding="utf-8")
    return lesson


def test_a_lesson_is_read_whole(folder: Path) -> None:
    """Every key and every section of a lesson arrives in the model."""
    lesson = load_lesson(folder, "en")
    assert (lesson.id, lesson.title, lesson.seed) == ("create", "Create a layer", 7)
    assert lesson.owns == ("x",)
    assert lesson.setup == "import torch\n"
    hello, make, pick = lesson.steps
    assert (hello.kind, hello.show, hello.line) == ("read", "torch.zeros(2)", 9)
    assert hello.task == "Press Enter."
    assert make.check == {"conv1d": "nn.Conv1d(2, 3, 5)"}
    assert make.hints == ("The first.", "The second.")
    assert make.says == {"swapped": "In and out are swapped."}
    assert make.reject[0].code == "conv1d = nn.Conv1d(3, 2, 5)"
    assert make.after == "Well."
    assert "# not a heading\n## nor this" in make.prose
    assert pick.options == (("a", "This."), ("b", "That."))


def test_a_longer_fence_ends_a_code_block_too(folder: Path) -> None:
    """As in Markdown: what is written with four marks closes what three have opened."""
    text = PROSE.replace("```\n\nMake", "````\n\nMake")
    folder.joinpath("en.md").write_text(text, encoding="utf-8")
    make = load_lesson(folder, "en").steps[1]
    assert make.task == "Make one."
    assert make.after == "Well."


FAULTS = [
    ("seed = 7", 'seed = "7"', 3, "whole number"),
    ("seed = 7", "seed = -7", 3, "seed"),
    ("seed = 7", "sed = 7", 3, "`sed` is not known"),
    ("format = 1", "format = 2", 1, "update conv1d-tutor"),
    ("format = 1", "format = 0", 1, "no format 0"),
    ("format = 1\n", "", None, "needs the key `format`"),
    ('id = "create"', 'id = "Create it"', 2, "no id"),
    ("seed = 7", "seed = = 7", 3, "not TOML"),
    ("import torch\n", "import torch\nimport os\n", 6, "may not import `os`"),
    ('owns = ["x"]', 'owns = ["x", "2y"]', 7, "no name"),
    ('kind = "read"', 'kind = "listen"', 11, "no kind 'listen'"),
    ('kind = "read"\n', "", 9, "needs the key `kind`"),
    ('show = "torch.zeros(2)"', 'show = "torch.zeros(2"', 12, "not Python"),
    ('show = "torch.zeros(2)"', 'solution = "1"', 12, "has no `solution`"),
    ('show = "torch.zeros(2)"', "show = 2", 12, "text in quotes"),
    ('id = "make"', 'id = "hello"', 15, "first in line 10"),
    ('id = "make"', 'id = "build"', 15, "no section for this step"),
    ('check = { conv1d = "nn.Conv1d(2, 3, 5)" }', "check = {}", 17, "table of names"),
    ('"nn.Conv1d(2, 3, 5)" }', '"x = 3" }', 17, "not a Python expression"),
    ("solution = ", "# solution = ", 14, "needs the key `solution`"),
    ('  "conv1d = nn.Conv1d(2, 3, kernel_size=5)",', '  "open(1)",', 20, "the name `open`"),
    ('code = "conv1d = nn.Conv1d(3, 2, 5)"', 'code = "x.__class__"', 23, "`.__class__`"),
    (', says = "swapped" }', " }", 23, "a text `code` and a text `says`"),
    ('answer = "b"', 'answer = "c"', 30, "none of the options: a, b"),
]


@pytest.mark.parametrize(("old", "new", "line", "says"), FAULTS)
def test_a_fault_in_the_toml_is_named_with_its_line(
    folder: Path, old: str, new: str, line: int | None, says: str
) -> None:
    """A fault in lesson.toml gives the file, the line and what to do."""
    path = folder / "lesson.toml"
    assert old in TOML
    path.write_text(TOML.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LessonError) as caught:
        load_lesson(folder, "en")
    assert says in caught.value.problem
    assert (caught.value.path, caught.value.line) == (path, line)


PROSE_FAULTS = [
    ("# Create a layer", "Create a layer", 1, "must begin with the lesson's title"),
    ("# Create a layer\n", "# Create a layer\nLost words.\n", 2, "never shown"),
    ("## hello", "## helo", 3, "has no step"),
    ("```\n\nMake", "\n\nMake", 11, "never closed"),
    ("### hint", "### tip", 18, "`### tip` is not known"),
    ("The first.\n", "", 18, "nothing stands under"),
    ("### says: swapped", "### says: sweped", 8, "add `### says: swapped`"),
    ("### after", "### says: more", 24, "nothing in the step asks for"),
    ("### after", "### option: a", 24, "nothing in the step asks for"),
    ("## pick", "## make", 27, "stands here twice, first in line 8"),
    ("### option: b\nThat.\n", "", 27, "two options or more"),
    ("### says: a\nNot this.\n", "", 27, "add `### says: a`"),
    ("### option: b", "### option: a", 31, "stands twice"),
    ("Words.\n\nPress Enter.\n", "", 3, "says nothing"),
]


@pytest.mark.parametrize(("old", "new", "line", "says"), PROSE_FAULTS)
def test_a_fault_in_the_prose_is_named_with_its_line(
    folder: Path, old: str, new: str, line: int, says: str
) -> None:
    """A fault in the Markdown gives the file, the line and what to do."""
    path = folder / "en.md"
    assert old in PROSE
    path.write_text(PROSE.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LessonError) as caught:
        load_lesson(folder, "en")
    if says == "has no step":  # the step that lost its section is found first
        assert caught.value.path.name == "lesson.toml"
        assert "no section for this step" in caught.value.problem
        return
    assert says in caught.value.problem
    assert (caught.value.path, caught.value.line) == (path, line)


def test_a_section_without_a_step_is_a_fault(folder: Path) -> None:
    """Words that no step would show are named with their line."""
    path = folder / "en.md"
    path.write_text(PROSE + "## extra\nMore.\n", encoding="utf-8")
    with pytest.raises(LessonError, match="`## extra` has no step") as caught:
        load_lesson(folder, "en")
    assert caught.value.line == PROSE.count("\n") + 1


def test_text_that_is_not_utf8_is_a_fault_with_its_line(folder: Path) -> None:
    """A file in another encoding is named, not shown as rubbish."""
    (folder / "en.md").write_bytes(PROSE.encode() + "## 第一".encode("gbk"))
    with pytest.raises(LessonError, match="UTF-8") as caught:
        load_lesson(folder, "en")
    assert caught.value.line == PROSE.count("\n") + 1


def test_control_characters_do_not_reach_the_screen(folder: Path) -> None:
    """Escape sequences, C1 bytes and marks that turn text around are taken out of the prose."""
    nasty = PROSE.replace("Words.", "W\x1b[31mo\x9br\u202eds.\r")
    (folder / "en.md").write_text(nasty, encoding="utf-8", newline="")
    assert load_lesson(folder, "en").steps[0].prose.startswith("W[31mords.")


def test_a_lesson_in_another_language_only_is_still_shown(folder: Path) -> None:
    """A pack that has only one language is shown in that one, and says which it is."""
    (folder / "en.md").rename(folder / "zh_CN.md")
    assert load_lesson(folder, "en").language == "zh_CN"


def test_two_lessons_may_not_have_one_id(folder: Path) -> None:
    """Progress is kept by the id, so a second lesson with it is a fault."""
    twin = folder.with_name("02-twin")
    twin.mkdir()
    for path in folder.iterdir():
        (twin / path.name).write_bytes(path.read_bytes())
    with pytest.raises(LessonError, match="01-create has the id 'create' too") as caught:
        load_lessons("en", folder.parent)
    assert (caught.value.path.parent, caught.value.line) == (twin, 2)


def test_a_folder_without_lessons_says_so(tmp_path: Path) -> None:
    """An empty or missing folder is a fault that names it."""
    with pytest.raises(LessonError, match="no lesson here"):
        lesson_folders(tmp_path)
    with pytest.raises(LessonError, match="gone"):
        lesson_folders(tmp_path / "gone")


def test_titles_are_listed_as_the_lessons_are_loaded() -> None:
    """The quick list agrees with the lessons that come with the tutor, in both languages."""
    for language in ("en", "zh_CN"):
        lessons = load_lessons(language)
        listed = list_lessons(language)
        assert [(one.id, one.title, one.folder) for one in listed] == [
            (one.id, one.title, one.folder) for one in lessons
        ]
        assert [one.step_ids for one in listed] == [
            tuple(step.id for step in lesson.steps) for lesson in lessons
        ]
        assert all(lesson.language == language for lesson in lessons)
    assert lessons_folder().name == "lessons"


@pytest.mark.timed
def test_listing_and_loading_are_fast_enough_for_the_first_paint() -> None:
    """All titles come at once, and one lesson loads in a few milliseconds (generous bounds)."""
    folders = lesson_folders()
    begun = perf_counter()
    list_lessons("en")
    listed = perf_counter()
    load_lesson(folders[0], "en")
    assert listed - begun < 0.1
    assert perf_counter() - listed < 0.2


def test_loading_needs_none_of_the_heavy_libraries() -> None:
    """Reading lessons imports none of numpy, rich, prompt_toolkit and markdown-it."""
    code = (
        "import sys\n"
        "from conv1d_tutor.course.format.loading import list_lessons, load_lessons\n"
        "list_lessons('en'); load_lessons('en')\n"
        "heavy = {'numpy', 'rich', 'prompt_toolkit', 'markdown_it'} & set(sys.modules)\n"
        "print(sorted(heavy))"
    )
    done = run_process(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


def test_sub_tables_have_their_lines_too(write_lesson: Callable[..., Path]) -> None:
    """A fault in `[step.check]` or `[[step.reject]]` is found where it stands."""
    keys = (
        "kind = 'run'\nsolution = 'z = 1'\n[step.check]\nz = '1'\n"
        "[[step.reject]]\ncode = 'z = 2'\nsays = 'two'\n"
        "[[step.reject]]\ncode = 'z = eval(3)'\nsays = 'two'\n"
    )
    folder = write_lesson((keys, "### says: two\nTwo.\n"))
    with pytest.raises(LessonError, match="`eval`") as caught:
        load_lesson(folder, "en")
    lines = (folder / "lesson.toml").read_text(encoding="utf-8").splitlines()
    assert lines[(caught.value.line or 0) - 1] == "[[step.reject]]"
    assert "eval" in lines[caught.value.line or 0]


LISTS = """
kind = "run"
check = { a = "1", b = "2", c = "d e" }
solution = "a = 1"
reject = [
  { code = "a = 2", says = "two" },  # a comment, with a comma
  { says = "two", code = "a = 3, 4" },
  { code = '''
a = 5
a = open(1)''', says = "two" },
]
"""


@pytest.mark.parametrize(
    ("mended", "line", "says"),
    [
        ((), "check = ", "not a Python expression"),
        (('"d e"', '"3"'), "a = open(1)''', says", "the name `open`"),
        (('"d e"', '"3"', "a = 3, 4", "exec(1)"), '  { says = "two", code', "the name `exec`"),
        (('"d e"', '"3"', '"a = 3, 4"', "3"), '  { says = "two", code', "a text `code`"),
    ],
)
def test_a_fault_in_a_list_is_found_in_its_item(
    write_lesson: Callable[..., Path], mended: tuple[str, ...], line: str, says: str
) -> None:
    """Commas inside an item, and comments, do not count as the next item."""
    keys = LISTS
    for old, new in zip(mended[::2], mended[1::2], strict=True):
        keys = keys.replace(old, new)
    folder = write_lesson(("kind = 'read'", ""), (keys, "### says: two\nTwo.\n"))
    with pytest.raises(LessonError) as caught:
        load_lesson(folder, "en")
    assert says in caught.value.problem
    lines = (folder / "lesson.toml").read_text(encoding="utf-8").splitlines()
    assert lines[(caught.value.line or 0) - 1].startswith(line)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("seed = 7", "seed = true", "`seed` is a whole number, not True"),
        ("seed = 7", "seed = 18446744073709551616", "is no seed"),
        ("seed = 7\n", "", "a lesson needs the key `seed`"),
        ('owns = ["x"]', 'owns = "x"', "`owns` is a list of texts, not 'x'"),
        ('owns = ["x"]', 'owns = ["x", ""]', "`owns` is a list of texts, and '' is none"),
        ('owns = ["x"]', 'owns = ["_x"]', "'_x' is no name"),
        ('owns = ["x"]', 'owns = ["for"]', "'for' is no name"),
        ('"conv1d = nn.Conv1d(2, 3, kernel_size=5)",', "3,", "`accept` is a list of texts"),
        ('{ conv1d = "nn.Conv1d(2, 3, 5)" }', "{ conv1d = 3 }", "conv1d is an expression"),
        ('"swapped" }', '"swapped", more = "x" }', "a text `code` and a text `says`"),
        ('answer = "b"', 'answer = "b"\nfrom = "layer"', "has no `from`"),
        ('answer = "b"', 'answer = "b"\nsolution = "a"', "leave `solution` out"),
        ('explain = "conv1d"', 'explain = "a = 1"', "explain: this is not a Python expression"),
        ('explain = "conv1d"', 'show_after = "import os"', "may not import `os`"),
    ],
)
def test_what_stands_in_a_key_is_checked(folder: Path, old: str, new: str, says: str) -> None:
    """Each sort of value is told from what it should be."""
    path = folder / "lesson.toml"
    assert old in TOML
    path.write_text(TOML.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LessonError) as caught:
        load_lesson(folder, "en")
    assert says in caught.value.problem


def test_an_empty_setup_is_no_fault(folder: Path) -> None:
    """A lesson may begin with nothing."""
    path = folder / "lesson.toml"
    path.write_text(TOML.replace("import torch\n", ""), encoding="utf-8")
    assert load_lesson(folder, "en").setup == ""
