"""What keys a `lesson.toml` may have, and what stands in them."""

import keyword
import re

from conv1d_tutor.i18n import _

from ..kinds import KINDS
from ..lesson import FORMAT
from .toml_file import Table

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
_STEP_NEEDS = ("id", "kind")
_STEP_MAY = ("show_after", "explain")

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SEED_LIMIT = 2**64


def check_lesson_table(table: Table) -> None:
    """Raise `LessonError` unless the keys outside the steps are as the format says."""
    check, values = _Check(table), table.values
    version = values.get("format")
    if isinstance(version, int) and not isinstance(version, bool) and version > FORMAT:
        raise table.fault(
            "format",
            _(
                "the lesson is in format {format}, and this version reads up to {known}: "
                "update conv1d-tutor"
            ).format(format=version, known=FORMAT),
        )
    check.known(tuple(_LESSON_KEYS))
    check.needed(_LESSON_NEEDS)
    check.typed(_LESSON_KEYS)
    if version != FORMAT:
        raise table.fault(
            "format",
            _("there is no format {format}; write `format = {known}`").format(
                format=version, known=FORMAT
            ),
        )
    if not 0 <= values["seed"] < _SEED_LIMIT:
        raise table.fault(
            "seed", _("{seed} is no seed; take one from 0 to 2**64 - 1").format(seed=values["seed"])
        )
    if not values["step"]:
        raise table.fault("step", _("a lesson needs a [[step]] at least"))


def check_step_table(table: Table) -> None:
    """Raise `LessonError` unless the keys of one step are those of its kind."""
    check, values = _Check(table), table.values
    check.known(tuple(_STEP_KEYS))
    check.needed(_STEP_NEEDS)
    check.typed(_STEP_KEYS)
    kind = KINDS.get(values["kind"])
    if kind is None:
        raise table.fault(
            "kind",
            _("there is no kind {kind!r}; take one of: {kinds}").format(
                kind=values["kind"], kinds=", ".join(KINDS)
            ),
        )
    check.needed(kind.needs)
    allowed = _STEP_NEEDS + _STEP_MAY + kind.needs + kind.may
    for key in values:
        if key not in allowed:
            raise table.fault(
                key,
                _("a step of kind {kind!r} has no `{key}`; it may have: {allowed}").format(
                    kind=kind.name, key=key, allowed=", ".join(allowed)
                ),
            )
    kind.check_table(table)
    if values.get("from", "layer") != "layer":
        raise table.fault(
            "from",
            _('a value can come from = "layer", not from {value!r}').format(value=values["from"]),
        )


class _Check:
    """Holds the keys of one table against what is known of them."""

    def __init__(self, table: Table) -> None:
        self._values = table.values
        self._fault = table.fault
        self._in_step = table.number >= 0

    def known(self, keys: tuple[str, ...]) -> None:
        for key in self._values:
            if key not in keys:
                raise self._fault(
                    key,
                    _("the key `{key}` is not known here; known are: {known}").format(
                        key=key, known=", ".join(keys)
                    ),
                )

    def needed(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            if key not in self._values:
                raise self._fault(
                    "",
                    _("a step of kind {kind!r} needs the key `{key}`; add it").format(
                        kind=self._values.get("kind", "?"), key=key
                    )
                    if self._in_step
                    else _("a lesson needs the key `{key}`; add it").format(key=key),
                )

    def typed(self, types: dict[str, str]) -> None:
        for key, value in self._values.items():
            getattr(self, f"_{types[key]}")(key, value)

    def _number(self, key: str, value: object) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._fault(
                key,
                _("`{key}` is a whole number, not {value!r}").format(key=key, value=value),
            )

    def _text(self, key: str, value: object) -> None:
        if not isinstance(value, str) or (not value.strip() and key != "setup"):
            raise self._fault(
                key,
                _("`{key}` is a text in quotes, not {value!r}").format(key=key, value=value),
            )

    def _id(self, key: str, value: object) -> None:
        if not isinstance(value, str) or not _ID.fullmatch(value):
            raise self._fault(
                key,
                _(
                    "{value!r} is no {key}: take small letters, digits and single hyphens, "
                    "such as make-layer; progress is kept by it"
                ).format(key=key, value=value),
            )

    def _texts(self, key: str, value: object) -> None:
        if not isinstance(value, list):
            raise self._fault(
                key,
                _("`{key}` is a list of texts, not {value!r}").format(key=key, value=value),
            )
        for item, text in enumerate(value):
            if not isinstance(text, str) or not text.strip():
                raise self._fault(
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
            raise self._fault(
                key,
                _(
                    '`{key}` is a table of names and expressions, such as {{ x = "torch.rand(3)" }}'
                    ", not {value!r}"
                ).format(key=key, value=value),
            )
        for item, (name, expression) in enumerate(value.items()):
            self._name(key, name, item)
            if not isinstance(expression, str) or not expression.strip():
                raise self._fault(
                    key,
                    _("`{key}`: {name} is an expression in quotes, not {value!r}").format(
                        key=key, name=name, value=expression
                    ),
                    item,
                )

    def _name(self, key: str, name: str, item: int) -> None:
        if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
            raise self._fault(
                key,
                _("`{key}`: {name!r} is no name that a learner could bind").format(
                    key=key, name=name
                ),
                item,
            )

    def _mistakes(self, key: str, value: object) -> None:
        if not isinstance(value, list):
            raise self._fault(
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
                raise self._fault(
                    key,
                    _("each of `{key}` has a text `code` and a text `says`, not {value!r}").format(
                        key=key, value=entry
                    ),
                    item,
                )

    def _tables(self, key: str, value: object) -> None:
        if not isinstance(value, list) or not all(isinstance(entry, dict) for entry in value):
            raise self._fault(key, _("a lesson's steps are written each under [[step]]"))
