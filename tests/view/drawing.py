"""What a picture of one expression says, as text: for tests that look at one detail of it."""

from conv1d_tutor.explain import explain
from conv1d_tutor.view import Look
from conv1d_tutor.view.pictures import Zoom, picture
from tests.explain.article import evaluate

from .test_screens import names_of

__all__ = ["drawn"]


def drawn(
    expression: str,
    source: str = "",
    *,
    width: int = 80,
    look: Look | None = None,
    zoom: Zoom = "channels",
) -> str:
    """Return the picture of `expression`, after `source` was run in the article's names."""
    names = names_of(source)
    found = explain(evaluate(names, expression), names, expression)
    lines = picture(found, look or Look(), zoom).lines(width)
    return "\n".join(line.plain for line in lines)
