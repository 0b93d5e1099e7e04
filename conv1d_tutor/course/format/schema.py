"""What keys a `lesson.toml` may have, and what stands in them."""

import keyword
import re
from collections.abc import Callable, Iterable, Mapping

from conv1d_tutor.i18n import _
from conv1d_tutor.late import loaded_late

from ..lesson import FORMAT
from .toml_file import Table

with loaded_late():  # a list of lessons needs no kinds of step
    from .. import kinds

_Check = Callable[[Table, str, object], None]

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SEED_LIMIT = 2**64


def _number(table: Table, key: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise table.fault(key, _("`{key}` is a whole number, not {value!r}"), value=value)


def _text(table: Table, key: str, value: object) -> None:
    if not isinstance(value, str) or not value.strip():
        raise table.fault(key, _("`{key}` is a text in quotes, not {value!r}"), value=value)


def _setup(table: Table, key: str, value: object) -> None:
    if not isinstance(value, str) or value.strip():
        _text(table, key, value)


def _id(table: Table, key: str, value: object) -> None:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        problem = _(
            "{value!r} is no {key}: take small letters, digits and single hyphens, "
            "such as make-layer; progress is kept by it"
        )
        raise table.fault(key, problem, value=value)


def _texts(table: Table, key: str, value: object) -> None:
    if not isinstance(value, list):
        raise table.fault(key, _("`{key}` is a list of texts, not {value!r}"), value=value)
    for item, text in enumerate(value):
        if not isinstance(text, str) or not text.strip():
            problem = _("`{key}` is a list of texts, and {value!r} is none")
            raise table.fault(key, problem, item, value=text)


def _names(table: Table, key: str, value: object) -> None:
    _texts(table, key, value)
    assert isinstance(value, list)
    for item, name in enumerate(value):
        _name(table, key, name, item)


def _name(table: Table, key: str, name: str, item: int) -> None:
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        problem = _("`{key}`: {name!r} is no name that a learner could bind")
        raise table.fault(key, problem, item, name=name)


def _expressions(table: Table, key: str, value: object) -> None:
    if not isinstance(value, dict) or not value:
        problem = _(
            '`{key}` is a table of names and expressions, such as {{ x = "torch.rand(3)" }}'
            ", not {value!r}"
        )
        raise table.fault(key, problem, value=value)
    for item, (name, expression) in enumerate(value.items()):
        _name(table, key, name, item)
        if not isinstance(expression, str) or not expression.strip():
            problem = _("`{key}`: {name} is an expression in quotes, not {value!r}")
            raise table.fault(key, problem, item, name=name, value=expression)


def _mistakes(table: Table, key: str, value: object) -> None:
    if not isinstance(value, list):
        problem = _(
            '`{key}` is a list of tables, such as [{{ code = "y", says = "why" }}], not {value!r}'
        )
        raise table.fault(key, problem, value=value)
    for item, entry in enumerate(value):
        if (
            not isinstance(entry, dict)
            or set(entry) != {"code", "says"}
            or not all(isinstance(text, str) and text.strip() for text in entry.values())
        ):
            problem = _("each of `{key}` has a text `code` and a text `says`, not {value!r}")
            raise table.fault(key, problem, item, value=entry)


def _tables(table: Table, key: str, value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
        raise table.fault(key, _("a lesson's steps are written each under [[step]]"))


_LESSON_KEYS: Mapping[str, _Check] = {
    "format": _number,
    "id": _id,
    "seed": _number,
    "setup": _setup,
    "owns": _names,
    "step": _tables,
}
_LESSON_NEEDS = ("format", "id", "seed", "step")

_STEP_KEYS: Mapping[str, _Check] = {
    "id": _id,
    "kind": _text,
    "check": _expressions,
    "value": _text,
    "from": _text,
    "answer": _text,
    "show": _text,
    "show_after": _text,
    "explain": _text,
    "solution": _text,
    "accept": _texts,
    "reject": _mistakes,
    "misses": _mistakes,
}
_STEP_NEEDS = ("id", "kind")
_STEP_MAY = ("show_after", "explain")


def check_lesson_table(table: Table) -> None:
    """Raise `LessonError` unless the keys outside the steps are as the format says."""
    values = table.values
    version = values.get("format")
    if isinstance(version, int) and not isinstance(version, bool) and version > FORMAT:
        problem = _(
            "the lesson is in format {format}, and this version reads up to {known}: "
            "update conv1d-tutor"
        )
        raise table.fault("format", problem, format=version, known=FORMAT)
    _check_keys(table, _LESSON_KEYS)
    _check_needed(table, _LESSON_NEEDS)
    _check_types(table, _LESSON_KEYS)
    if version != FORMAT:
        problem = _("there is no format {format}; write `format = {known}`")
        raise table.fault("format", problem, format=version, known=FORMAT)
    if not 0 <= values["seed"] < _SEED_LIMIT:
        problem = _("{seed} is no seed; take one from 0 to 2**64 - 1")
        raise table.fault("seed", problem, seed=values["seed"])
    if not values["step"]:
        raise table.fault("step", _("a lesson needs a [[step]] at least"))


def check_step_table(table: Table) -> None:
    """Raise `LessonError` unless the keys of one step are those of its kind."""
    values = table.values
    _check_keys(table, _STEP_KEYS)
    _check_needed(table, _STEP_NEEDS)
    _check_types(table, _STEP_KEYS)
    kind = kinds.KINDS.get(values["kind"])
    if kind is None:
        problem = _("there is no kind {kind!r}; take one of: {kinds}")
        raise table.fault("kind", problem, kind=values["kind"], kinds=", ".join(kinds.KINDS))
    _check_needed(table, kind.needs)
    allowed = _STEP_NEEDS + _STEP_MAY + kind.needs + kind.may
    for key in values:
        if key not in allowed:
            problem = _("a step of kind {kind!r} has no `{key}`; it may have: {allowed}")
            raise table.fault(key, problem, kind=kind.name, allowed=", ".join(allowed))
    kind.check_table(table)
    if values.get("from", "layer") != "layer":
        problem = _('a value can come from = "layer", not from {value!r}')
        raise table.fault("from", problem, value=values["from"])


def _check_keys(table: Table, known: Iterable[str]) -> None:
    for key in table.values:
        if key not in known:
            problem = _("the key `{key}` is not known here; known are: {known}")
            raise table.fault(key, problem, known=", ".join(known))


def _check_needed(table: Table, keys: Iterable[str]) -> None:
    for key in keys:
        if key not in table.values:
            problem = _("a lesson needs the key `{key}`; add it").format(key=key)
            if table.number >= 0:
                kind = table.values.get("kind", "?")
                problem = _("a step of kind {kind!r} needs the key `{key}`; add it")
                problem = problem.format(kind=kind, key=key)
            raise table.fault("", problem)


def _check_types(table: Table, checks: Mapping[str, _Check]) -> None:
    for key, value in table.values.items():
        checks[key](table, key, value)
