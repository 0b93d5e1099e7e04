"""Pictures: rich renderables made from plain data. Nothing here prints."""

from .derivation import Zoom
from .look import Look
from .pen import Picture
from .picture import picture
from .prose import prose
from .theme import Background, theme

__all__ = ["Background", "Look", "Picture", "Zoom", "picture", "prose", "theme"]
