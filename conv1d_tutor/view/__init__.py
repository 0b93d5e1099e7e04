"""Pictures: rich renderables made from plain data. Nothing here prints."""

from .derivation import Zoom
from .explorer import explorer_screen
from .look import Look
from .pen import Picture
from .picture import picture
from .plot import plot_picture
from .prose import prose
from .slide import slide_frame, slide_frames
from .theme import Background, theme

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
