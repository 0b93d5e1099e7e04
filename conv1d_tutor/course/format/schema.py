"""What keys a `lesson.toml` may have, and what stands in them."""

import keyword
import re
from pathlib import Path
from typing import Any

from conv1d_tutor.errors import LessonError
from conv1d_tutor.i18n import _

from ..lesson import FORMAT, KINDS
from .toml_file import TomlPlaces

__all__ = ["check_lesson_table", "check_step_table"]

_LESSON_KEYS = {
    "format": "number",
    "id": "id",
    "seed": "number",
    "setup": "text",
    "owns": "names",
    "step": "tables",
}
_LESSON_NEEDS = ("format", "id", "seed", "step")

_STEP_KEYS = {
    "id": "id",
    "kind": "text",
    "check": "checks",
    "value": "text",
    "from": "text",
    "answer": "text",
    "show": "text",
    "show_after": "text",
    "explain": "text",
    "solution": "text",
    "accept": "texts",
    "reject": "mistakes",
    "misses": "mistakes",
}
_STEP_ALWAYS = ("id", "kind")
_STEP_MAY = ("show_after", "explain")
_KIND_NEEDS = {
    "read": (),
    "run": ("check", "solution"),
    "value": ("value", "solution"),
    "predict": ("value", "solution"),
    "choice": ("answer",),
    "hand": ("value", "solution"),
}
_KIND_MAY = {
    "read": ("show",),
    "run": ("accept", "reject"),
    "value": ("from", "accept", "reject"),
    "predict": ("show", "accept", "misses"),
    "choice": ("solution",),
    "hand": ("accept", "reject"),
}

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SEED_LIMIT = 2**64


def check_lesson_table(path: Path, places: TomlPlaces, table: dict[str, Any]) -> None:
    """Raise `LessonError` unless the keys outside the steps are as the format says."""
    table_check = _Table(path, places, -1)
    table_check.known(table, tuple(_LESSON_KEYS))
    table_check.needed(table, _LESSON_NEEDS)
    table_check.typed(table, _LESSON_KEYS)
    if table["format"] != FORMAT:
        raise table_check.fault(
            "format",
            _("there is no format {format}; write `format = {known}`").format(
                format=table["format"], known=FORMAT
            ),
        )
    if not 0 <= table["seed"] < _SEED_LIMIT:
        raise table_check.fault(
            "seed", _("{seed} is no seed; take one from 0 to 2**64 - 1").format(seed=table["seed"])
        )
    if not table["step"]:
        raise table_check.fault("step", _("a lesson needs a [[step]] at least"))


def check_step_table(path: Path, places: TomlPlaces, step: int, table: dict[str, Any]) -> None:
    """Raise `LessonError` unless the keys of one step are those of its kind."""
    table_check = _Table(path, places, step)
    table_check.known(table, tuple(_STEP_KEYS))
    table_check.needed(table, _STEP_ALWAYS)
    table_check.typed(table, _STEP_KEYS)
    kind = table["kind"]
    if kind not in KINDS:
        raise table_check.fault(
            "kind",
            _("there is no kind {kind!r}; take one of: {kinds}").format(
                kind=kind, kinds=", ".join(KINDS)
            ),
        )
    table_check.needed(table, _KIND_NEEDS[kind])
    allowed = _STEP_ALWAYS + _STEP_MAY + _KIND_NEEDS[kind] + _KIND_MAY[kind]
    for key in table:
        if key not in allowed:
            raise table_check.fault(
                key,
                _("a step of kind {kind!r} has no `{key}`; it may have: {allowed}").format(
                    kind=kind, key=key, allowed=", ".join(allowed)
                ),
            )
    if kind == "choice" and table.get("solution", table["answer"]) != table["answer"]:
        raise table_check.fault(
            "solution", _("the solution of a choice is its `answer`; leave `solution` out")
        )
    if table.get("from", "layer") != "layer":
        raise table_check.fault(
            "from",
            _('a value can come from = "layer", not from {value!r}').format(value=table["from"]),
        )


class _Table:
    """The keys of one table of the file, with the lines they stand on."""

    def __init__(self, path: Path, places: TomlPlaces, step: int) -> None:
        self.path = path
        self.places = places
        self.step = step

    def fault(self, key: str, problem: str, item: int = -1) -> LessonError:
        return LessonError(self.path, self.places.line(self.step, key, item), problem)

    def known(self, table: dict[str, Any], keys: tuple[str, ...]) -> None:
        for key in table:
            if key not in keys:
                raise self.fault(
                    key,
                    _("the key `{key}` is not known here; known are: {known}").format(
                        key=key, known=", ".join(keys)
                    ),
                )

    def needed(self, table: dict[str, Any], keys: tuple[str, ...]) -> None:
        for key in keys:
            if key not in table:
                raise self.fault(
                    "",
                    _("a lesson needs the key `{key}`; add it").format(key=key)
                    if self.step < 0
                    else _("a step of kind {kind!r} needs the key `{key}`; add it").format(
                        kind=table.get("kind", "?"), key=key
                    ),
                )

    def typed(self, table: dict[str, Any], types: dict[str, str]) -> None:
        for key, value in table.items():
            getattr(self, f"_{types[key]}")(key, value)

    def _number(self, key: str, value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.fault(
                key,
                _("`{key}` is a whole number, not {value!r}").format(key=key, value=value),
            )

    def _text(self, key: str, value: object) -> None:
        if not isinstance(value, str) or (not value.strip() and key != "setup"):
            raise self.fault(
                key,
                _("`{key}` is a text in quotes, not {value!r}").format(key=key, value=value),
            )

    def _id(self, key: str, value: object) -> None:
        if not isinstance(value, str) or not _ID.fullmatch(value):
            raise self.fault(
                key,
                _(
                    "{value!r} is no {key}: take small letters, digits and single hyphens, "
                    "such as make-layer; progress is kept by it"
                ).format(key=key, value=value),
            )

    def _texts(self, key: str, value: object) -> None:
        if not isinstance(value, list):
            raise self.fault(
                key,
                _("`{key}` is a list of texts, not {value!r}").format(key=key, value=value),
            )
        for item, text in enumerate(value):
            if not isinstance(text, str) or not text.strip():
                raise self.fault(
                    key,
                    _("`{key}` is a list of texts, and {value!r} is none").format(
                        key=key, value=text
                    ),
                    item,
                )

    def _names(self, key: str, value: object) -> None:
        self._texts(key, value)
        assert isinstance(value, list)
        for item, name in enumerate(value):
            self._name(key, name, item)

    def _checks(self, key: str, value: object) -> None:
        if not isinstance(value, dict) or not value:
            raise self.fault(
                key,
                _(
                    '`{key}` is a table of names and expressions, such as {{ x = "torch.rand(3)" }}'
                    ", not {value!r}"
                ).format(key=key, value=value),
            )
        for item, (name, expression) in enumerate(value.items()):
            self._name(key, name, item)
            if not isinstance(expression, str) or not expression.strip():
                raise self.fault(
                    key,
                    _("`{key}`: {name} is an expression in quotes, not {value!r}").format(
                        key=key, name=name, value=expression
                    ),
                    item,
                )

    def _name(self, key: str, name: str, item: int) -> None:
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            raise self.fault(
                key,
                _("`{key}`: {name!r} is no name that a learner could bind").format(
                    key=key, name=name
                ),
                item,
            )

    def _mistakes(self, key: str, value: object) -> None:
        if not isinstance(value, list):
            raise self.fault(
                key,
                _(
                    '`{key}` is a list of tables, such as [{{ code = "y", says = "why" }}], '
                    "not {value!r}"
                ).format(key=key, value=value),
            )
        for item, entry in enumerate(value):
            if (
                not isinstance(entry, dict)
                or set(entry) != {"code", "says"}
                or not all(isinstance(text, str) and text.strip() for text in entry.values())
            ):
                raise self.fault(
                    key,
                    _("each of `{key}` has a text `code` and a text `says`, not {value!r}").format(
                        key=key, value=entry
                    ),
                    item,
                )

    def _tables(self, key: str, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self.fault(key, _("a lesson's steps are written each under [[step]]"))
