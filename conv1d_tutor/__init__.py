"""An interactive console in which a newcomer comes to understand PyTorch's Conv1d."""

__version__ = "0.1.0"
