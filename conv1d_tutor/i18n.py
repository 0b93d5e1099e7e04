"""The language the tutor speaks: interface text through gettext, English as written in the code."""

import gettext
from pathlib import Path

LANGUAGES = {"en": "English", "zh_CN": "简体中文"}
"""What the tutor speaks: the code of each language and its own name for itself."""

_LOCALE_FOLDER = Path(__file__).parent / "locale"


class _Spoken:
    """The one language in use; a learner changes it while the tutor runs."""

    code: str = "en"
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def use_language(code: str) -> None:
    """Speak `code` from now on; a code that is not in `LANGUAGES` raises `KeyError`."""
    LANGUAGES[code]
    _Spoken.code = code
    _Spoken.catalogue = (
        gettext.NullTranslations()
        if code == "en"
        else gettext.translation("conv1d_tutor", _LOCALE_FOLDER, [code], fallback=True)
    )


def language() -> str:
    """Return the code of the language in use."""
    return _Spoken.code


def _(message: str) -> str:
    """Return `message` in the language in use. Call it when text is shown, never at import."""
    return _Spoken.catalogue.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a message that fits `count`, in the language in use."""
    return _Spoken.catalogue.ngettext(singular, plural, count)


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for it
    """Mark `message` for the catalogue where it is written; `_` translates it where it is shown."""
    return message
