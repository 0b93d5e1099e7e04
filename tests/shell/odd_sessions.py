"""Sessions of odd inputs in a process of their own, which may be left in any state.

`python -m tests.shell.odd_sessions PLACE snippets` or `... PLACE SEED` prints, as JSON, the inputs
at which a fault of ours was seen.
"""

import contextlib
import io
import json
import random
import sys
from collections.abc import Iterator

from conv1d_tutor.course.format.loading import list_lessons
from conv1d_tutor.course.store import Store
from conv1d_tutor.i18n import language
from conv1d_tutor.shell.evaluator import LearnerEvaluator
from conv1d_tutor.shell.explainer import Explainer
from conv1d_tutor.shell.guide import Guide
from conv1d_tutor.shell.imports import find_torch
from conv1d_tutor.shell.screen import Screen
from conv1d_tutor.shell.session import Session
from conv1d_tutor.view import Look

from .odd_inputs import OBJECTS, SNIPPETS, USES

NAMES = (
    "import torch; from torch import nn; "
    "x = torch.rand(4, 2, 6); conv1d = nn.Conv1d(2, 3, 5); y = conv1d(x)"
)

# One step of every kind, by lesson and number; free play has none.
PLACES = {
    "free": None,
    "read": (1, 1),
    "value": (1, 2),
    "run": (1, 3),
    "choice": (1, 4),
    "layer": (1, 7),
    "predict": (2, 2),
    "hand": (5, 5),
}

LEAVING = frozenset({"exit", "exit()"})
OF_OURS = ("stumbled over this", "check of this step failed", "/conv1d_tutor/shell/")


def answers(inputs: list[str], place: str) -> Iterator[tuple[str, str]]:
    """Return each input with all that was shown of it."""
    out = io.StringIO()
    with Store(None) as store, contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
        screen = Screen(Look(), file=out, width=80)
        evaluator = LearnerEvaluator(find_torch("numpy"))
        explainer = Explainer(evaluator, screen)
        guide = None
        if (at := PLACES[place]) is not None:
            guide = Guide(list_lessons(language()), evaluator, screen, explainer, store)
            guide.open(at[0] - 1, at[1] - 1)
        shown: list[tuple[str, str]] = []

        class Typist:
            """Types whole inputs, and takes down what came of the one before."""

            def __init__(self) -> None:
                self.left = iter([*inputs, None])
                self.last = ""

            def read(self, default: str = "") -> str | None:
                del default
                shown.append((self.last, out.getvalue()))
                out.seek(0)
                out.truncate()
                typed = next(self.left)
                self.last = typed or ""
                return typed

        Session(evaluator, screen, explainer, guide).run(Typist())
    yield from shown


def faults(inputs: list[str], place: str) -> list[tuple[str, str]]:
    """Return the inputs at which a fault of ours was seen, cut short, with what was said."""
    shown = list(answers(inputs, place))
    if len(shown) != len(inputs) + 1:
        return [("the session", "did not go on to the last input")]
    return [
        (typed[:80], said[-400:]) for typed, said in shown if any(sign in said for sign in OF_OURS)
    ]


def inputs_of(what: str, place: str) -> list[str]:
    """Return all snippets, or values and uses drawn by a seed: forty values, each used thrice."""
    if what == "snippets":
        return [NAMES, *(odd for odd in SNIPPETS if odd not in LEAVING)]
    draw = random.Random(f"{place} {what}")
    inputs = [NAMES]
    for value in draw.sample(OBJECTS, 40):
        inputs += [f"it = {value}", *draw.sample(USES, 3)]
    return inputs


if __name__ == "__main__":
    where, drawn = sys.argv[1:]
    sys.__stdout__.write(json.dumps(faults(inputs_of(drawn, where), where)))
