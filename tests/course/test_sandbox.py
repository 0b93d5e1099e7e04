"""A lesson's code runs unseen, apart from the learner's names, and within what is allowed."""

import warnings
from types import ModuleType

import pytest

from conv1d_tutor.course.sandbox import Sandbox


@pytest.fixture
def sandbox(torch_module: ModuleType) -> Sandbox:
    """A sandbox around the bundled engine."""
    return Sandbox(torch_module)


def test_it_gives_value_and_names_and_leaves_the_rest(sandbox: Sandbox) -> None:
    """What code binds is in the outcome only; the names it was given are as before."""
    names: dict[str, object] = {"x": 1}
    ran = sandbox.run("x = x + 1\nimport math as m\ny = [k for k in range(x)]\ny", names)
    assert (ran.value, ran.has_value, ran.error) == ([0, 1], True, None)
    assert list(ran.bound) == ["x", "m", "y"]
    assert ran.bound["x"] == 2
    assert names == {"x": 1}


def test_torch_is_always_there(sandbox: Sandbox, torch_module: ModuleType) -> None:
    """`torch`, `nn` and `F` need no import; an import finds the same modules."""
    assert sandbox.run("torch", {}).value is torch_module
    assert sandbox.run("F", {}).value is torch_module.nn.functional
    assert sandbox.run("import torch.nn.functional as F\nF is torch.nn.functional", {}).value
    assert sandbox.run("from torch.nn import functional\nfunctional is F", {}).value


@pytest.mark.parametrize(
    ("code", "kind", "text"),
    [
        ("import os", ModuleNotFoundError, "No module named 'os'"),
        ("from . import x", ModuleNotFoundError, "No module named ''"),
        ("from torch import nope", ImportError, "cannot import name 'nope' from 'torch'"),
        ("open('f')", NameError, "name 'open' is not defined"),
        ("x = = 1", SyntaxError, "invalid syntax"),
        ("return 3", SyntaxError, "'return' outside function"),
        ("1 / 0", ZeroDivisionError, "division by zero"),
    ],
)
def test_an_error_is_the_outcomes(
    sandbox: Sandbox, code: str, kind: type[Exception], text: str
) -> None:
    """What is not allowed is not there; an error holds no frames, and so no values."""
    ran = sandbox.run(code, {})
    assert type(ran.error) is kind
    assert text in str(ran.error)
    assert ran.error.__traceback__ is None
    assert (ran.value, ran.has_value) == (None, False)


def warn() -> None:
    """Warn, as a library may."""
    warnings.warn("mind", stacklevel=1)


def test_nothing_is_shown(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither prints nor values nor warnings of a lesson's code reach the learner."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        ran = sandbox.run("print('secret')\n5\nwarn()", {"warn": warn})
    assert ran.printed == "secret\n"
    assert capsys.readouterr() == ("", "")


def test_a_warning_is_no_error_of_the_lesson(sandbox: Sandbox) -> None:
    """Where warnings are errors, a lesson's code still runs."""
    assert sandbox.run("warn()", {"warn": warn}).error is None


@pytest.mark.parametrize("ending", [KeyboardInterrupt, SystemExit])
def test_ctrl_c_is_not_taken_for_a_fault_of_the_lesson(
    sandbox: Sandbox, ending: type[BaseException]
) -> None:
    """What is no error of the code goes up to whoever reads the keys."""

    def stop() -> None:
        raise ending

    with pytest.raises(ending):
        sandbox.run("stop()", {"stop": stop})
