"""Pictures: rich renderables made from plain data. Nothing here prints."""

from ..late import loaded_late
from .pen import Look, Picture
from .theme import Background, theme
from .wrapping import wrap

# The first line on the screen needs none of these; each loads when it is first asked for.
with loaded_late():
    from . import explorer, pictures, prose, slide

__all__ = [
    "Background",
    "Look",
    "Picture",
    "explorer",
    "pictures",
    "prose",
    "slide",
    "theme",
    "wrap",
]
