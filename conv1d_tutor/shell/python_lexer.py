"""Python's colours while it is typed; a module of its own, as Pygments takes long to load."""

from prompt_toolkit.lexers import PygmentsLexer
from pygments.lexers.python import PythonLexer

PYTHON_LEXER = PygmentsLexer(PythonLexer)
