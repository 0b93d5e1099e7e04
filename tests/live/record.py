"""Ask PyTorch once, and write down what it answers: `python -m tests.live.record [FAMILY …]`.

The bundled engine is then held to these answers by tests/engine, where there is no PyTorch. The
lines of the transcripts stay; the samples are chosen anew from those that PyTorch publishes for
its own tests: few of each operator, small, and of as many forms as fit.
"""

import functools
import json
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import torch

from conv1d_tutor import engine
from tests.engine.consoles import TRANSCRIPTS, read_transcript, write_transcript
from tests.engine.samples import PUBLISHED, Json, answer, assert_same_answer, written

from .published import UnaryUfuncInfo, invocations, modules, optimizers

LEFT_OUT = {"empty", "empty_like", "new_empty", "resize_", "resize_as_", "as_strided"}
"""Operators whose answers are whatever memory holds."""
ROOM = {"gradients": 5_000, "values": 1_500, "single numbers": 900}
"""So many characters an operator's samples may take: with a gradient, without, of one number."""
FEW = 6
"""So many numbers show what an operation makes of each by itself."""


def record_transcripts() -> None:
    """Answer the lines of every transcript anew."""
    for name, ask in TRANSCRIPTS.items():
        write_transcript(name, {line: ask(torch, line) for line in read_transcript(name)})


def record_family(name: str, questions: Iterable[list[Json]]) -> None:
    """Write one family of questions with PyTorch's answers; tell what the engine answers else."""
    with (PUBLISHED / f"{name}.jsonl").open("w", encoding="utf-8") as file:
        for candidates in questions:
            for asked, answered in chosen(candidates):
                if other := difference(asked, answered):
                    print(f"left out: {json.dumps(asked)[:200]}\n          {other}")
                    continue
                file.write(json.dumps({"asked": asked, "answered": answered}) + "\n")


def difference(asked: Json, answered: Json) -> str:
    """Return how the bundled engine answers otherwise; empty where it answers alike."""
    try:
        assert_same_answer(answer(engine, asked), answered)
    except AssertionError as error:
        return " ".join(str(error).split())[:300]
    return ""


def chosen(candidates: list[Json]) -> list[tuple[Json, Json]]:
    """Return the smallest candidates of each form with their answers, as long as there is room."""
    answered: dict[str, tuple[int, Json, Json]] = {}
    for asked in candidates:
        found = json.loads(json.dumps(answer(torch, asked)))
        size = len(json.dumps([asked, found]))
        form = form_of(asked)
        if form not in answered or size < answered[form][0]:
            answered[form] = size, asked, found
    taken = []
    left = dict(ROOM)
    for size, asked, found in sorted(answered.values(), key=lambda each: each[0]):
        kind = "values" if "gives" in found and "gradients" not in found else "gradients"
        if not max(sizes_in(asked), default=2) > 1:
            kind = "single numbers"
        if size <= left[kind]:
            left[kind] -= size
            taken.append((asked, found))
    return taken


def sizes_in(value: Any) -> Iterator[int]:
    """Yield how many numbers each tensor in a question has."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name in ("float32", "float64", "int64", "bool"):
                yield np.size(each)
            else:
                yield from sizes_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from sizes_in(each)


def form_of(value: Any) -> str:
    """Return what is left of a question without its numbers: dimensions, dtypes, options."""
    if isinstance(value, dict):
        for dtype in ("float32", "float64", "int64", "bool"):
            if dtype in value:
                empty = "empty" if not np.size(value[dtype]) else ""
                return f"{dtype} of {np.ndim(value[dtype])} {empty}"
        return str({name: form_of(each) for name, each in value.items()})
    return str([form_of(each) for each in value]) if isinstance(value, list) else str(value)


def rounded(value: Any) -> Any:
    """Return a sample's value with numbers of few digits, which take little room."""
    if isinstance(value, torch.Tensor) and value.is_floating_point():
        detached = value.detach()
        coarse = torch.round(detached * 16) / 16
        kept = torch.where(coarse == coarse.round(), detached, coarse)
        return kept.clone().requires_grad_(value.requires_grad)
    if isinstance(value, list | tuple) and not isinstance(value, torch.Size):
        return type(value)(rounded(each) for each in value)
    return value


def asked_of(call: str, sample: Any, **more: Any) -> Json | None:
    """Return a published sample as a question; None where JSON cannot hold it."""
    try:
        return more | {
            "call": call,
            "given": [written(rounded(each)) for each in (sample.input, *sample.args)],
            "options": {name: written(rounded(each)) for name, each in sample.kwargs.items()},
        }
    except (TypeError, ValueError):
        return None


def path_of(op: Any) -> str | None:
    """Return where the engine offers a published operator; None where it does not."""
    name = op.name
    if name in LEFT_OUT or name.startswith("__r"):
        return None
    if name.startswith("nn.functional."):
        return name if name.removeprefix("nn.functional.") in engine.nn.functional.__all__ else None
    if name.startswith("linalg."):
        return name if hasattr(engine.linalg, name.removeprefix("linalg.")) else None
    if name in engine.FUNCTIONS and hasattr(torch, name):
        return str(name)
    return f"Tensor.{name}" if hasattr(engine.Tensor, name) else None


def operators(functional: bool) -> Iterator[list[Json]]:
    """Yield the questions of each published operator, in the forms that it has."""
    for op in invocations.op_db:
        path = path_of(op)
        if path is None or path.startswith("nn.functional.") is not functional:
            continue
        short = path.rpartition(".")[2]
        forms = ["saved"] if op.supports_autograd else []
        if not functional and "." not in path and hasattr(engine.Tensor, short):
            forms.append("method")
        if op.inplace_variant is not None and hasattr(engine.Tensor, f"{short}_"):
            forms.append("in place")
        if op.supports_out and "." not in path:
            forms.append("out")
        questions = []
        for dtype in (torch.float32, torch.int64, torch.bool):
            if dtype not in op.supported_dtypes("cpu"):
                continue
            torch.manual_seed(0)
            learned = dtype.is_floating_point and op.supports_autograd
            for sample in list(op.sample_inputs("cpu", dtype, requires_grad=learned))[:200]:
                if isinstance(op, UnaryUfuncInfo) and sample.input.numel() > FEW:
                    few = sample.input.detach().flatten()[:FEW]
                    sample.input = few.clone().requires_grad_(learned)
                questions += in_its_forms(path, sample, forms)
        yield questions


def in_its_forms(path: str, sample: Any, forms: list[str]) -> list[Json]:
    """Return a sample as a question in as many forms as the operator has in both libraries."""
    found: list[Json] = []
    one_less = [[each for each in forms if each != dropped] for dropped in forms]
    for kept in (forms, *one_less, []):
        asked = asked_of(path, sample, **({"forms": kept} if kept else {}))
        if asked is None:
            break
        answered = answer(torch, asked)
        if "raises" not in answered:
            found = [asked]
            if not difference(asked, answered):
                break
    return found


def errors() -> Iterator[list[Json]]:
    """Yield the published wrong calls of each operator that raise."""
    for op in invocations.op_db:
        path = path_of(op)
        if path is None or op.error_inputs_func is None:
            continue
        torch.manual_seed(0)
        questions = [asked_of(path, each.sample_input) for each in op.error_inputs("cpu")]
        yield [each for each in questions if each and "raises" in answer(torch, each)]


def layers() -> Iterator[list[Json]]:
    """Yield the questions of each published layer."""
    for info in modules.module_db:
        name = info.module_cls.__name__
        if name not in engine.nn.__all__ or name == "Dropout":
            continue
        questions = []
        for training in (True, False):
            torch.manual_seed(0)
            for sample in info.module_inputs_func(
                info, device="cpu", dtype=torch.float32, requires_grad=True, training=training
            ):
                made, given = sample.constructor_input, sample.forward_input
                try:
                    asked = {
                        "layer": name,
                        "made with": [written(each) for each in made.args],
                        "made by": {n: written(v) for n, v in made.kwargs.items()},
                        "training": training,
                        "given": [written(rounded(each)) for each in given.args],
                        "options": {n: written(rounded(v)) for n, v in given.kwargs.items()},
                    }
                except TypeError:
                    continue
                if "raises" not in answer(torch, asked):
                    questions.append(asked)
        yield questions


def optimizer_steps() -> Iterator[list[Json]]:
    """Yield the questions of each published optimizer."""
    for info in optimizers.optim_db:
        name = info.optim_cls.__name__
        if name not in engine.optim.__all__:
            continue
        questions = []
        for each in info.optim_inputs_func("cpu"):
            try:
                options = {name: written(value) for name, value in each.kwargs.items()}
            except TypeError:
                continue
            questions.append({"optimizer": name, "options": options})
        yield [each for each in questions if "raises" not in answer(torch, each)]


def main(only: list[str]) -> None:
    """Record everything, or some families only; "lines" are the transcripts."""
    warnings.simplefilter("ignore")
    if not only or "lines" in only:
        record_transcripts()
    families: dict[str, Callable[[], Iterator[list[Json]]]] = {
        "operators": functools.partial(operators, False),
        "functions": functools.partial(operators, True),
        "layers": layers,
        "optimizers": optimizer_steps,
        "errors": errors,
    }
    for name, questions in families.items():
        if not only or name in only:
            record_family(name, questions())


if __name__ == "__main__":
    main(sys.argv[1:])
