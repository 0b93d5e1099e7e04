"""The Chinese is whole: every sentence of the code is in the catalogue, with the same blanks."""

import re
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import conv1d_tutor

PACKAGE = Path(conv1d_tutor.__file__).parent
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}


def written() -> dict[str, str]:
    """Return every message that the code marks, with the module it stands in."""
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS)
    return {
        (message if isinstance(message, str) else message[0]): name
        for name, _line, message, _comments, _context in found
    }


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """The Chinese catalogue."""
    with (PACKAGE / "locale/zh_CN/LC_MESSAGES/conv1d_tutor.po").open("rb") as file:
        return read_po(file, abort_invalid=True)


def test_every_sentence_is_translated(catalogue: Catalog) -> None:
    """Nothing of the interface is left in English, and nothing is marked as a guess."""
    missing = sorted(
        f"{name}: {text}"
        for text, name in written().items()
        if (entry := catalogue.get(text)) is None or not entry.string or entry.fuzzy
    )
    assert missing == []


def test_nothing_is_kept_that_the_code_no_longer_says(catalogue: Catalog) -> None:
    """A sentence that has changed takes its old translation with it."""
    said = written()
    assert [entry.id for entry in catalogue if entry.id and _first(entry) not in said] == []


def test_a_translation_has_the_same_blanks_to_fill(catalogue: Catalog) -> None:
    """Every {name} of a sentence is in its translation too, and no other."""
    for entry in catalogue:
        if entry.id:
            forms = entry.string if isinstance(entry.string, tuple) else (entry.string,)
            for form in forms:
                assert _blanks(form) == _blanks(_first(entry)), entry.id


def test_chinese_sentences_use_chinese_punctuation(catalogue: Catalog) -> None:
    """Between Chinese characters stand full-width marks, as a reader of Chinese expects."""
    for entry in catalogue:
        text = entry.string if isinstance(entry.string, str) else entry.string[0]
        assert not re.search(r"[一-鿿]([;?!]|,(?! ))", text), text


def _first(entry: Message) -> str:
    return entry.id if isinstance(entry.id, str) else entry.id[0]


def _blanks(text: str) -> set[str]:
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}
