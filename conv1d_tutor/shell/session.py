"""The loop: read, evaluate, judge, show. It ends when the learner says so, and never otherwise."""

import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from conv1d_tutor import interrupts
from conv1d_tutor.course.evaluation import Outcome, raised_by_learner
from conv1d_tutor.errors import TutorError
from conv1d_tutor.i18n import LANGUAGES, N_, _, language, use_language
from conv1d_tutor.odd_values import is_a

from .commands import Command, CommandTable, command_list, split_command
from .evaluator import LearnerEvaluator
from .explainer import Explainer
from .guide import Guide
from .inspection import describe
from .readers import Reader
from .screen import Screen
from .surroundings import listed
from .tracebacks import error_line, learner_traceback, left_debugger
from .typed import clean, halfwidth, is_complete, is_one_long_call

_LEAVING = frozenset({"exit", "exit()", "quit", "quit()"})
_HELPING = frozenset({"help", "help()"})
_DONT_KNOW = frozenset({"?", "？"})
_AT_A_LOSS = frozenset({"idk", "i don't know", "i dont know", "dunno", "不知道", "我不知道"})
_NEEDS_NO_NAMES = frozenset({"help", "lang", "list", "quit"})


class Session:
    """One learner at one prompt. With a `guide` it leads through lessons, else it is free play.

    `remember` is told of a setting the learner changes: its name and value.
    """

    def __init__(
        self,
        evaluator: LearnerEvaluator,
        screen: Screen,
        explainer: Explainer,
        guide: Guide | None = None,
        remember: Callable[[str, str], None] | None = None,
    ) -> None:
        self._evaluator = evaluator
        self._screen = screen
        self._explainer = explainer
        self._guide = guide
        self._remember = remember
        self._offered = ""
        self._going = True
        self._reader: Reader | None = None
        own = [
            Command(
                "play", "", N_("a free console with your names; Ctrl-D comes back"), self._play
            ),
            Command("lang", N_("LANGUAGE"), N_("change the language: en or zh_CN"), self._speak),
            Command("help", "", N_("this list"), self._help),
            Command("quit", "", N_("save and leave; Ctrl-D does the same"), self._quit),
        ]
        lessons = guide.commands() if guide is not None else []
        explaining = explainer.commands()
        self._interruptible = frozenset(command.name for command in explaining)
        self.commands = CommandTable([*lessons, *explaining, *own])

    def run(self, reader: Reader) -> None:
        """Read and answer inputs until the learner leaves or they end."""
        self._reader = reader
        # It would be said at some later time, when the coroutine is thrown away.
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        with interrupts.listened_to():
            while self._going:
                offered, self._offered = self._offered, ""
                try:
                    typed = reader.read(offered)
                except KeyboardInterrupt:
                    continue  # the line is given up, as at any prompt
                except Exception as error:
                    raise TutorError(
                        _("Nothing can be read any more ({error}), so the session ends.").format(
                            error=error_line(error)
                        )
                    ) from error
                if typed is None:
                    break
                self.take(typed)
                if self._guide is not None:
                    with self._going_on():
                        self._guide.catch_up()

    def take(self, typed: str) -> None:
        """Answer one input; whatever comes of that is said, and never raised."""
        with self._going_on():
            self.answer(typed)

    def answer(self, typed: str) -> None:
        """Answer one input: a command, a wish in bare words, an answer to a step, or Python."""
        self._screen.typed_into()
        kind = None if self._guide is None else self._guide.kind
        if typed.strip() in _DONT_KNOW and kind is not None and kind.takes_dont_know:
            self._evaluate(typed)
        elif command := split_command(typed):
            self._command(*command)
        elif not self._bare_words(typed.strip()):
            self._evaluate(clean(typed))

    def _evaluate(self, source: str) -> None:
        """Evaluate an input, as an answer where a step waits for one, and show what came of it."""
        if self._guide is None and not source.strip():
            return
        if is_one_long_call(source):
            self._screen.note(
                _(
                    "Python hears Ctrl-C only when this one call has ended. Ctrl-\\ ends the tutor "
                    "at once; what you have done is saved."
                )
            )
        kind = None if self._guide is None else self._guide.kind
        if self._guide is None or kind is None:
            with interrupts.allowed():
                self._report(self._evaluator.evaluate(source))
            return
        verdict = self._guide.judge(source)
        with self._going_on(), interrupts.allowed():
            self._report(verdict.outcome, exercise=kind.hides_sums, part=kind.asks_for_parts)
        self._guide.respond(verdict)  # a step that has passed is passed, whatever became of that

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Say what went wrong in the block; nothing of it ends the session."""
        try:
            yield
        except KeyboardInterrupt:
            self._screen.note("KeyboardInterrupt", "error")
        except TutorError as error:
            self._screen.note(str(error), "error")
        except RecursionError:
            self._screen.note(_("This is nested too deep to be taken apart."))
        except BaseException as error:
            if raised_by_learner(error):
                self._screen.note(
                    _("Looking at this ran your own code, which raised {error}.").format(
                        error=error_line(error)
                    )
                )
                return
            # A fault of ours must not cost the learner the session.
            self._screen.note(
                _(
                    "The tutor itself stumbled over this ({error}). That is not your fault; "
                    "nothing is lost, and you can go on."
                ).format(error=error_line(error)),
                "error",
            )

    def names(self) -> Mapping[str, object]:
        """Return the learner's namespace, for completion."""
        return self._evaluator.names

    def _command(self, name: str, argument: str) -> None:
        command = self.commands.find(name)
        if command is None:
            self._screen.note(self.commands.unknown(name))
        else:
            if self._guide is not None and command.name not in _NEEDS_NO_NAMES:
                self._guide.prepare()
            if command.name in self._interruptible:
                with interrupts.allowed():
                    command.run(argument)
            else:
                command.run(argument)

    def _bare_words(self, words: str) -> bool:
        # A name that the learner has bound is the learner's.
        if words.rstrip("()") in self._evaluator.names:
            return False
        if words in _LEAVING:
            self._quit("")
        elif words in _HELPING:
            self._help("")
        elif self._guide is not None and words.rstrip("。.!！").lower() in _AT_A_LOSS:
            self._command("hint", "")
        elif words.endswith(("?", "？")) and " " in words.rstrip("?？ "):
            self._screen.note(_("That reads like a question. :help lists what can be asked for."))
        elif words.endswith(("?", "？")) and words[:-1].strip():
            if self._guide is not None:
                self._guide.prepare()
            with interrupts.allowed():
                self._screen.show(describe(words.rstrip("?？ "), self._evaluator))
        else:
            return False
        return True

    def _report(self, outcome: Outcome, *, exercise: bool = False, part: bool = False) -> None:
        """Show what an outcome calls for beyond its echo: an error, or where a number is from."""
        if self._evaluator.put_back:
            self._screen.note(
                _("Put back, because the tutor needs it too: {names}.").format(
                    names=listed(self._evaluator.put_back)
                )
            )
        error = outcome.error
        if error is None:
            self._explainer.after(outcome, exercise=exercise, part=part)
        elif is_a(error, SystemExit):
            self._screen.note(
                _("Your code asked Python to exit. The tutor stays; :quit or Ctrl-D leaves it.")
            )
        elif is_a(error, KeyboardInterrupt):
            self._screen.note("KeyboardInterrupt", "error")
        elif left_debugger(error):
            self._screen.note(_("The debugger was left, and with it this input."))
        else:
            self._screen.note(learner_traceback(error), "error")
            if not (is_a(error, SyntaxError) and self._offer_halfwidth(outcome.source)):
                self._explainer.decode(error, outcome.source)

    def _offer_halfwidth(self, source: str) -> bool:
        corrected = halfwidth(source)
        if corrected == source or not is_complete(corrected):
            return False
        wrong = "".join(dict.fromkeys(a for a in source if a not in corrected))
        self._screen.note(
            _(
                "Python does not know the full-width characters {characters}. With Python's own:"
            ).format(characters=" ".join(wrong))
        )
        self._screen.code(corrected)
        self._offered = corrected
        return True

    def _quit(self, argument: str) -> None:
        del argument
        self._going = False

    def _play(self, argument: str) -> None:
        del argument
        if self._reader is None:
            return
        self._screen.note(
            _("A free console with copies of your names. Ctrl-D or :quit comes back.")
        )
        evaluator = LearnerEvaluator(
            self._evaluator.torch, self._evaluator.names, after=self._evaluator
        )
        Session(
            evaluator, self._screen, self._explainer.using(evaluator), remember=self._remember
        ).run(self._reader)
        if self._guide is not None:
            self._guide.present()

    def _speak(self, argument: str) -> None:
        if argument not in LANGUAGES:
            known = ", ".join(f"{code} ({name})" for code, name in LANGUAGES.items())
            now = LANGUAGES[language()]
            self._screen.note(
                _("The language is {now}. :lang takes one of: {known}").format(now=now, known=known)
            )
            return
        use_language(argument)
        if self._remember is not None:
            self._remember("language", argument)
        if self._guide is not None:
            self._guide.translate()
            self._guide.present()

    def _help(self, argument: str) -> None:
        del argument
        self._screen.show(command_list(self.commands, self._screen.width))
