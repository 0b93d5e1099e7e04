"""`choice`: the letter of one of the options that the prose gives."""

import ast
import builtins
import unicodedata
from collections.abc import Callable, Sequence

from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _

from ..evaluation import Outcome
from ..format.toml_file import Table
from ..judge.verdict import Verdict, listed
from ..lesson import Step
from ..source import Source
from .kind import Kind, Names, WorkOut

_DIGITS = 4  # nobody means an option by a longer number


class Choice(Kind):
    """The key of one of the `options`; `answer` is the right one."""

    name = "choice"
    needs = ("answer",)
    may = ("solution",)
    answer_key = "answer"
    has_options = True

    def check_table(self, table: Table) -> None:
        """Raise `LessonError` where a solution is given that is not the answer."""
        answer = table.values["answer"]
        if table.values.get("solution", answer) != answer:
            problem = _("the solution of a choice is its `answer`; leave `solution` out")
            raise table.fault("solution", problem)

    def check_prose(self, step: Step, table: Table, fault: Callable[[str], LessonError]) -> None:
        """Raise `LessonError` unless the prose has options, and the answer is one of them."""
        if len(step.options) < 2:
            raise fault(
                _(
                    "a choice needs two options or more; write each under `### option: a`, "
                    "`### option: b`"
                )
            )
        options = dict(step.options)
        if step.answer not in options:
            problem = _("the answer {answer!r} is none of the options: {options}")
            raise table.fault("answer", problem, answer=step.answer, options=", ".join(options))

    def wrong_answers(self, step: Step) -> list[str]:
        """Return the wrong options: each needs words of its own."""
        return [key for key, _text in step.options if key != step.answer]

    def answer(self, step: Step) -> str:
        """Return the letter of the right option."""
        return step.answer

    def read(self, step: Step, typed: Source, names: Names, expected: WorkOut) -> Verdict | None:
        """Return whether the option chosen is the right one; what is no option may be Python."""
        keys, texts = zip(*step.options, strict=True)
        key = read_choice(typed.text, keys, texts)
        if key is None:
            if not _is_no_code(typed, names):
                return None
            return Verdict(
                "aside", _("The answer here is a letter: {letters}.").format(letters=listed(keys))
            )
        outcome = Outcome(typed, key, has_value=True)
        if key == step.answer:
            return Verdict("passed", right=True, outcome=outcome)
        return Verdict("missed", step.says.get(key, ""), key, right=False, outcome=outcome)

    @property
    def todo(self) -> str:
        """What the bottom line says that there is to do."""
        return _("type a letter")


def _is_no_code(typed: Source, names: Names) -> bool:
    """Return whether an input is a word, a number or a sentence, and not Python to try."""
    if typed.error is not None:
        typed = Source.parse(typed.text.strip())  # a blank before it makes no difference here
    if typed.error is not None:
        return not set(typed.text) & set("=()[]{}@*")
    match typed.tree.body:
        case [ast.Expr(value=ast.Name(id=name))]:
            return name not in names and not hasattr(builtins, name)
        case [ast.Expr(value=ast.Constant())]:
            return True
    return False


def read_choice(text: str, options: Sequence[str], texts: Sequence[str] = ()) -> str | None:
    """Return the key of the option that was chosen; None where the text is no choice.

    Takes `b`, `B`, `b)`, `(b)`, `"b"`, a full-width `ｂ`, and 2 for the second option. Where
    the options' own `texts` are numbers, a number is the option that says so.
    """
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    text = text.strip("()[]{}\"'`“”‘’【】「」.。,，、:： ").strip()
    for key in options:
        if text == unicodedata.normalize("NFKC", key).casefold():
            return key
    values = [said.strip() for said in texts]
    if any(said.isdecimal() for said in values):
        return options[values.index(text)] if text in values else None
    if text.isdecimal() and len(text) < _DIGITS and 1 <= int(text) <= len(options):
        return options[int(text) - 1]
    return None
