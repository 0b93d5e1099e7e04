"""Runs a lesson's own code: silently, apart from the learner's namespace, within the allow-list."""

import builtins
import io
import warnings
from collections.abc import Mapping, Sequence
from types import ModuleType

from .evaluation import Listener, Outcome, TorchImport, run_source
from .format.allowlist import ALLOWED_BUILTINS, ALLOWED_MODULES
from .source import Source


class Sandbox:
    """Runs allow-listed code over a copy of the names it is given.

    `torch` is what its `import torch` finds; `torch`, `nn` and `F` are always there. Changes
    in place do reach the values given: whoever cares takes a snapshot first.
    """

    def __init__(self, torch: ModuleType) -> None:
        self.modules = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional}
        self._torch_import = TorchImport(torch)
        self._builtins: dict[str, object] = {
            name: getattr(builtins, name) for name in ALLOWED_BUILTINS if hasattr(builtins, name)
        }
        self._builtins["__build_class__"] = builtins.__build_class__
        self._builtins["__import__"] = self._import

    def run(self, code: str, names: Mapping[str, object]) -> Outcome:
        """Run `code` and return what came of it, its error included; nothing is shown.

        What is no error of the code, such as Ctrl-C, is raised.
        """
        space: dict[str, object] = {**self.modules, **names}
        space["__builtins__"] = self._builtins
        space["__name__"] = "__main__"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            listener = Listener(io.StringIO(), quiet=True)
            outcome = run_source(Source.parse(code), space, listener, "<lesson>")
        if outcome.error is not None:
            outcome.error.with_traceback(None)  # its frames would keep every value alive
            if not isinstance(outcome.error, Exception):
                raise outcome.error
        return outcome

    def _import(
        self,
        name: str,
        globals: Mapping[str, object] | None = None,  # noqa: A002 - the names of `__import__`
        locals: Mapping[str, object] | None = None,  # noqa: A002
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> ModuleType:
        # PyTorch's own compiled code imports parts of it through whoever calls it.
        if level or (name not in ALLOWED_MODULES and name.partition(".")[0] != "torch"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return self._torch_import(name, globals, locals, fromlist)
