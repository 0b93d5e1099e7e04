"""Pictures: rich renderables made from plain data. Nothing here prints."""

from importlib import import_module
from typing import TYPE_CHECKING

from .look import Look
from .pen import Picture
from .prose import prose
from .theme import Background, theme

if TYPE_CHECKING:
    from .derivation import Zoom
    from .explorer import explorer_screen
    from .picture import picture
    from .plot import plot_picture
    from .slide import slide_frame, slide_frames

__all__ = [
    "Background",
    "Look",
    "Picture",
    "Zoom",
    "explorer_screen",
    "picture",
    "plot_picture",
    "prose",
    "slide_frame",
    "slide_frames",
    "theme",
]

# The first screen of a lesson is prose; what draws numbers loads when there is one to draw.
_DRAWN_LATER = {
    "Zoom": "derivation",
    "explorer_screen": "explorer",
    "picture": "picture",
    "plot_picture": "plot",
    "slide_frame": "slide",
    "slide_frames": "slide",
}


def __getattr__(name: str) -> object:
    if name not in _DRAWN_LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Importing `.picture` binds the package's own `picture` to the module: the function wins.
    for offered, module in _DRAWN_LATER.items():
        globals()[offered] = getattr(import_module(f".{module}", __name__), offered)
    return globals()[name]
