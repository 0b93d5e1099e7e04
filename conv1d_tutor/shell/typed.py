"""What was typed or pasted, made into Python source: prompts stripped, punctuation understood."""

import ast
import codeop
import re
import unicodedata
import warnings

from conv1d_tutor.errors import UNPARSABLE

_PROMPT = re.compile(r"^\s*(?:\d+\.\s*)?(?:>>>|\.\.\.|In \[\d+\]:|\s*\.\.\.:)(?: |$)")
_NUMBERED = re.compile(r"^\s*\d+\.\s+(?=\S)")
_TRACEBACK = "Traceback (most recent call last):"
_PAGE_FURNITURE = frozenset({"复制代码", "复制", "Copy", "Copy code"})

# Pages are full of blanks that Python does not take for blanks.
_ODD_BLANKS = {0xA0: " ", 0x2007: " ", 0x202F: " ", 0x200B: None, 0xFEFF: None}

_CLOSING = {"“": '"', "”": '"', "‘": "'", "’": "'", "「": '"', "」": '"'}
_MARKS = {
    "。": ".",
    "、": ",",
    "【": "[",
    "】": "]",
    "《": "<",
    "》": ">",
    "—": "-",
    "−": "-",
    "×": "*",
}


def behind_prompt(line: str) -> str | None:
    """Return what stands behind a console's prompt in a copied line; None where it has none."""
    line = line.translate(_ODD_BLANKS)
    return _PROMPT.sub("", line, count=1) if _PROMPT.match(line) else None


def clean(text: str) -> str:
    """Strip what is copied along with code: prompts, a page's line numbers, its buttons.

    Where any line carries a console's prompt, lines that carry none were its output and
    are left out.
    """
    text = text.translate(_ODD_BLANKS)
    lines = [line for line in text.splitlines() if line.strip() not in _PAGE_FURNITURE]
    if any(_PROMPT.match(line) for line in lines):
        lines = [_PROMPT.sub("", line, count=1) for line in lines if _PROMPT.match(line)]
    elif lines and all(_NUMBERED.match(line) for line in lines if line.strip()):
        lines = [_NUMBERED.sub("", line, count=1) for line in lines]
    # The newline that ends an indented block is kept: it is what runs the block.
    return "\n".join(lines).rstrip() + ("\n" if text.endswith("\n") else "")


def halfwidth(source: str) -> str:
    """Return `source` with Chinese and full-width punctuation as Python's, outside of strings."""
    out: list[str] = []
    quote = ""
    for character in source:
        plain = _CLOSING.get(character, character)
        if quote:
            out.append(plain if plain == quote else character)
            if plain == quote:
                quote = ""
            continue
        if plain in "\"'":
            quote = plain
        elif plain in _MARKS:
            plain = _MARKS[plain]
        elif unicodedata.east_asian_width(plain) == "F":
            plain = unicodedata.normalize("NFKC", plain)
        out.append(plain)
    return "".join(out)


def is_complete(typed: str) -> bool:
    """Return whether a console would run what was typed now: complete, or beyond mending.

    An indented block goes on until a blank line, as in Python's console.
    """
    source = clean(typed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        try:
            # "exec" lets several pasted statements be one input.
            if codeop.compile_command(source, "<input>", "exec") is None:
                return False
            return source.endswith("\n") or not ends_in_block(source)
        except UNPARSABLE:
            return True


def is_open_traceback(typed: str) -> bool:
    """Return whether a command holds a traceback whose last line, the error itself, is missing."""
    _before, begun, after = typed.rpartition(_TRACEBACK)
    lines = after.splitlines()[1:] if begun else []
    return bool(begun) and not any(line[:1] not in {" ", "\t", ""} for line in lines)


def ends_in_block(typed: str) -> bool:
    """Return whether more lines of an indented block could follow the last line typed."""
    try:
        last = ast.parse(clean(typed)).body[-1:]
    except UNPARSABLE:
        return False
    return any(
        hasattr(statement, "body") and (statement.end_lineno or 0) > statement.lineno
        for statement in last
    )


_LONG = 10**8  # steps that take Python seconds
_AT_ONCE = frozenset("all any frozenset list max min set sorted sum tuple".split())
_SMALL_POWER = re.compile(r"\d{1,20}(?:\s*\*\*\s*\d{1,2})?")


def is_one_long_call(source: str) -> bool:
    """Return whether Python works off a very long range in one call, such as `sum(range(10**10))`.

    It looks for Ctrl-C between the steps of a program, and this is one step.
    """
    if "range(" not in source:
        return False
    try:
        tree = ast.parse(source)
    except UNPARSABLE:
        return False
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _AT_ONCE
        and any(map(_is_long_range, node.args))
        for node in ast.walk(tree)
    )


def _is_long_range(node: ast.expr) -> bool:
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return False
    ends = [ast.unparse(each) for each in node.args[:2]]
    if node.func.id != "range" or not all(map(_SMALL_POWER.fullmatch, ends)) or not ends:
        return False
    powers = [end.partition("**") for end in ends]
    first, *rest = [int(base) ** int(power or 1) for base, _, power in powers]
    return bool((rest[0] - first if rest else first) > _LONG)
