"""The five lessons hold the whole article, and what they say is what is computed."""

from types import ModuleType

import pytest

from conv1d_tutor.course.format.loading import load_lessons
from conv1d_tutor.course.lesson import Lesson, Step
from conv1d_tutor.course.run import LessonRun
from conv1d_tutor.shell.evaluator import LearnerEvaluator

LESSONS = {
    language: {lesson.id: lesson for lesson in load_lessons(language)}
    for language in ("en", "zh_CN")
}

# Each statement of the article: its lesson and step, and words of it in each language.
ARTICLE = [
    ("create/welcome", "why would a 1-D convolution want a 3-D input?", "为什么要 3 维的输入"),
    ("create/version", "`python -V`", "`python -V`"),
    ("create/version", "`pip show torch`", "`pip show torch`"),
    ("create/version", "torch.__version__", "torch.__version__"),
    ("create/version", "Python 3.13.3 and PyTorch 2.7.1", "Python 3.13.3 和 PyTorch 2.7.1"),
    ("create/get-nn", "`from torch import nn`", "`from torch import nn`"),
    ("create/one-d", "several samples go through in one *batch*", "放在一个*批次*里一起处理"),
    ("create/one-d", "a sample can have several *channels*", "一个样本可以有好几个*通道*"),
    (
        "create/channel",
        "Mono sound has 1 channel. Stereo has 2",
        "单声道音频有 1 个通道；立体声有 2 个",
    ),
    ("create/filters", "`out_channels` says how many filters", "`out_channels` 是滤波器的个数"),
    ("create/filters", "`kernel_size` says how many", "`kernel_size` 是滤波器的大小"),
    ("create/make-layer", "3 filters of size 5", "3 个大小为 5 的滤波器"),
    ("weights/born", "The layer also filled itself", "这一层还自动备好了"),
    ("weights/born", "these numbers are corrected a little", "把这些数字修正一点"),
    (
        "weights/weight-shape",
        "output channels, input channels, filter size",
        "（输出通道数，输入通道数，滤波器大小）",
    ),
    ("weights/print-weight", "Type `conv1d.weight`", "请输入 `conv1d.weight`"),
    ("weights/print-weight", "one for each input channel", "各对应一个输入通道"),
    ("weights/parameter", "`Parameter containing:`", "`Parameter containing:`"),
    ("weights/parameter", "`requires_grad=True`", "`requires_grad=True`"),
    ("weights/bias-shape", "one bias for each output channel", "每个输出通道一个偏置"),
    ("weights/print-bias", "Show the biases", "把偏置显示出来"),
    ("input/three-axes", "a tensor with three axes", "有三个轴的张量"),
    ("input/three-axes", "how many samples are handled in one call", "一次处理多少个样本"),
    ("input/three-axes", "as many as the `in_channels` of the layer", "`in_channels` 一致"),
    ("input/three-axes", "for sound, the number of frames", "对音频来说，通常是帧数"),
    ("input/make-x", "4 samples with 2 channels and length 6", "4 个样本，2 个通道，长度 6"),
    ("run/run", "Send `x` through `conv1d`", "让 `x` 通过 `conv1d`"),
    (
        "run/guess-shape",
        "batch size, output channels, output length",
        "（批次大小，输出通道数，输出长度）",
    ),
    ("run/look", "Type `y`", "请输入 `y`"),
    (
        "run/windows",
        "output length = input length - filter size + 1",
        "输出长度 = 输入长度 - 滤波器大小 + 1",
    ),
    ("compute/take-apart", "A filter slides along the input", "滤波器在输入上滑动"),
    ("compute/take-apart", "the products are summed", "求乘积的和"),
    ("compute/take-apart", "and the bias is added", "再加上偏置"),
    ("compute/take-apart", "sample 0, output channel 0, position 0", "样本 0、输出通道 0、位置 0"),
    ("compute/dot-product", "`A @ B` is the same as `A.dot(B)`", "`A @ B` 等同于 `A.dot(B)`"),
    ("compute/by-hand-first", "the whole of `y[0,0,0]`", "`y[0,0,0]` 的完整算式"),
    ("compute/by-hand-second", "Compute `y[0,0,1]` by hand", "手工算出 `y[0,0,1]`"),
    ("compute/by-hand-alone", "y[b, o, t] = x[b, 0, t:t+5] @", "y[b, o, t] = x[b, 0, t:t+5] @"),
    ("compute/by-hand-alone", "They are called *features*", "它们叫做*特征*"),
    ("compute/by-hand-alone", "speech is recognised, text is understood", "音频识别、自然语言处理"),
    (
        "compute/fact-input",
        "(batch size, input channels, length)",
        "（批次大小，输入通道数，数据长度）",
    ),
    (
        "compute/fact-output",
        "(batch size, output channels, output length)",
        "（批次大小，输出通道数，输出长度）",
    ),
    ("compute/fact-length", "input length − filter size + 1", "输入长度 − 滤波器大小 + 1"),
    ("compute/fact-number", "dot products of the windows", "点积之和，再加一次偏置"),
    ("compute/fact-number", "`:explain` takes any number apart", "`:explain` 可以拆开任何一个数"),
    ("compute/fact-number", "`conv1d-tutor play`", "`conv1d-tutor play`"),
]

# What a step says in every language, and the expression that it must be the value of.
NUMBERS = [
    ("weights/weight-shape", "2 × 5 = 10", "f'2 × 5 = {conv1d.weight[0].numel()}'"),
    ("weights/count", "3 × 2 × 5 = 30", "f'3 × 2 × 5 = {conv1d.weight.numel()}'"),
    ("weights/why-random", "0.3162", "f'{(2 * 5) ** -0.5:.4f}'"),
    ("weights/seed", "1115395720", "str(torch.initial_seed())"),
    ("run/look", "0.2556", "f'{y[1,2,0].item():.4f}'"),
    ("run/windows", "6 − 5 + 1 = 2", "f'6 − 5 + 1 = {y.shape[-1]}'"),
    (
        "run/length",
        "100 − 5 + 1 = 96",
        "f'100 − 5 + 1 = {conv1d(torch.zeros(1, 2, 100)).shape[-1]}'",
    ),
    ("compute/dot-product", "0.1368", "f'{(x[0,0,0:5] @ conv1d.weight[0,0]).item():.4f}'"),
    ("compute/dot-product", "0.1979", "f'{(x[0,1,0:5] @ conv1d.weight[0,1]).item():.4f}'"),
    ("compute/by-hand-first", "AddBackward0", "(conv1d.bias[0] + conv1d.bias[1]).grad_fn.name()"),
    ("compute/by-hand-alone", "24", "str(y.numel())"),
]

# What a step says in words, as an expression that must be true.
TRUTHS = [
    ("create/make-layer", "conv1d.stride == (1,) and conv1d.kernel_size == (5,)"),
    ("create/words", "text(torch.ones(1, 300, 12)).shape == (1, 64, 10)"),
    ("create/words", "text(torch.ones(1, 300, 40)).shape == (1, 64, 38)"),
    ("weights/parameter", "repr(conv1d.weight).startswith('Parameter containing:')"),
    ("weights/parameter", "repr(conv1d.weight).endswith('requires_grad=True)')"),
    ("weights/one-row", "conv1d.weight[2, 0].grad_fn.name() == 'SelectBackward0'"),
    ("weights/one-row", "conv1d.weight.grad_fn is None"),
    ("weights/count", "sum(p.numel() for p in conv1d.parameters()) == 30 + 3"),
    ("weights/why-random", "conv1d.weight.abs().max().item() < (2 * 5) ** -0.5"),
    ("weights/why-random", "len(set(conv1d.weight.flatten().tolist())) == 30"),
    (
        "input/batch",
        "(lambda x: torch.allclose(conv1d(x)[1], conv1d(x[1:2])[0]))(frames.permute(0, 2, 1))",
    ),
    ("input/make-x", "not x.requires_grad and 0 <= x.min().item() and x.max().item() < 1"),
    ("input/one-sample", "x[2:3].shape == (1, 2, 6) and x[:, 0].shape == (4, 6)"),
    ("input/one-number", "x[2, 1, 5] == x[2, 1, -1]"),
    ("input/must-fit", "conv1d(torch.ones(400, 2, 5)).shape == (400, 3, 1)"),
    ("input/must-fit", "conv1d(torch.ones(1, 2, 99)).shape == (1, 3, 95)"),
    ("input/row-of-numbers", "nn.Conv1d(1, 4, 3)(one).shape == (1, 4, 4)"),
    ("input/channels-last", "frames.permute(0, 2, 1)[0, 0].tolist() == [0, 2, 4, 6, 8, 10]"),
    ("input/channels-last", "frames.permute(0, 2, 1)[0, 1].tolist() == [1, 3, 5, 7, 9, 11]"),
    ("run/run", "conv1d(torch.rand(4, 2, 6)).shape == y.shape"),
    ("run/look", "y.grad_fn.name() == 'ConvolutionBackward0' and x.grad_fn is None"),
    ("run/history", "y[:].grad_fn is not None and torch.equal(y[:], y)"),
    ("run/history", "(y + 0).grad_fn.name() == 'AddBackward0' and torch.equal(y + 0, y)"),
    ("run/history", "conv1d(x).grad_fn.name() == y.grad_fn.name()"),
    ("run/history", "y.detach().grad_fn is None and torch.equal(y.detach(), y)"),
    ("run/history", "y.detach().numpy().shape == (4, 3, 2)"),
    ("run/windows", "x.shape[-1] - y.shape[-1] == conv1d.kernel_size[0] - 1"),
    ("run/shortest", "torch.equal(conv1d(torch.zeros(1, 2, 5))[0, :, 0], conv1d.bias)"),
    ("run/one-sample", "conv1d(x[0:1]).shape == (1, 3, 2)"),
    ("run/one-sample", "nn.Conv1d(4, 3, 5)(torch.ones(4, 6)).shape == (3, 2)"),
    ("run/doubles", "samples.dtype == torch.float64 and conv1d.weight.dtype == torch.float32"),
    ("run/doubles", "torch.equal(samples.to(torch.float32), samples.float())"),
    ("compute/dot-product", "torch.equal(x[0,0] @ x[0,1], x[0,0].dot(x[0,1]))"),
    ("compute/by-hand-alone", "y.numel() == 4 * 3 * 2"),
    ("compute/fact-output", "nn.Conv1d(2, 8, 11)(torch.ones(5, 2, 1000)).shape == (5, 8, 990)"),
]

# What PyTorch refuses, with the part of its text that a step quotes.
REFUSALS = [
    (
        "input/channels-last",
        "conv1d(frames)",
        "expected input[4, 6, 2] to have 2 channels, but got 6",
    ),
    ("input/must-fit", "conv1d(torch.ones(4, 3, 6))", ""),
    ("input/must-fit", "conv1d(torch.ones(4, 2, 4))", ""),
    ("input/row-of-numbers", "nn.Conv1d(1, 4, 3)(v)", ""),
    ("run/history", "y.numpy()", ""),
    ("run/shortest", "conv1d(torch.zeros(1, 2, 4))", ""),
    ("run/one-sample", "conv1d(torch.zeros(4, 6))", "expected input[1, 4, 6] to have 2 channels"),
    (
        "run/doubles",
        "conv1d(samples)",
        "Input type (double) and bias type (float) should be the same",
    ),
    ("compute/dot-product", "sum(x[0,0,0:5] @ conv1d.weight[0,0])", ""),
]

# What newcomers get wrong, and the wrong answer by which a step recognises it.
MISCONCEPTIONS = [
    ("a 1-D convolution takes a 1-D input", "input/row-of-numbers", "one = v"),
    ("the 1 counts the axes of the input", "create/one-d", "a"),
    ("the channels may come last", "input/make-x", "x = torch.rand(4, 6, 2)"),
    ("reshape swaps axes", "input/channels-last", "frames.reshape(4, 2, 6)"),
    ("words are the channels of a sentence", "create/words", "text = nn.Conv1d(12, 64, 3)"),
    ("two axes are a batch of mono samples", "run/one-sample", "(2, 3, 2)"),
    ("one channel needs no axis", "input/alone", "(16, 8000)"),
    ("a 1-D filter has k numbers", "weights/weight-shape", "(3, 5)"),
    ("channels stay apart", "run/guess-shape", "(4, 6, 2)"),
    ("channels go through unchanged", "run/guess-shape", "(4, 2, 2)"),
    ("a bias for each input channel", "weights/bias-shape", "(2,)"),
    ("the bias is added once for each channel", "compute/fact-number", "d"),
    ("the output is as long as the input", "run/guess-shape", "(4, 3, 6)"),
    ("the length lacks its + 1", "run/length", "95"),
    ("the length is not rounded down", "run/stride", "2.33"),
    ("the bias goes with the position", "compute/by-hand-second", "y[0,0,1]+bias[1]"),
    (
        "any row of the filter goes with any channel",
        "compute/dot-product",
        "x[0,0,0:5] @ conv1d.weight[0,1]",
    ),
    ("the filter is flipped", "compute/turned-round", "[1, 2, 3]"),
    ("an input may be shorter than the filter", "run/shortest", "conv1d(torch.zeros(1, 2, 4))"),
    ("float64 is as good as float32", "run/doubles", "conv1d(samples)"),
    ("an operation that changes nothing leaves no history", "run/history", "b"),
    ("a new layer has new numbers, whatever the seed", "weights/seed", "False"),
    ("a layer has no parameters but its weights", "weights/count", "30"),
]
_LONG = {
    "y[0,0,1]+bias[1]": "x[0,0,1:6] @ conv1d.weight[0,0] + x[0,1,1:6] @ conv1d.weight[0,1]"
    " + conv1d.bias[1]"
}


def find(place: str, language: str = "en") -> tuple[Lesson, Step]:
    """Return the lesson and the step of a place such as `create/welcome`."""
    lesson_id, _, step_id = place.partition("/")
    lesson = LESSONS[language][lesson_id]
    return lesson, next(step for step in lesson.steps if step.id == step_id)


def words(place: str, language: str) -> str:
    """Return everything that a step says, with plain blanks for its line breaks."""
    _lesson, step = find(place, language)
    texts = [step.prose, step.after, *step.hints, *step.says.values()]
    return " ".join(" ".join([*texts, *(text for _key, text in step.options)]).split())


def names_after(place: str, torch: ModuleType) -> LearnerEvaluator:
    """Return a namespace as it is once a step has passed, with what its `show` brings."""
    lesson, step = find(place)
    evaluator = LearnerEvaluator(torch)
    evaluator.quiet = True
    LessonRun(lesson, evaluator, at=lesson.steps.index(step) + 1).begin()
    evaluator.names.setdefault("torch", torch)
    evaluator.names.setdefault("nn", torch.nn)
    return evaluator


def test_lessons_mirror_the_five_steps() -> None:
    """There are the five lessons, in the article's order, in both languages."""
    expected = ["create", "weights", "input", "run", "compute"]
    assert [list(lessons) for lessons in LESSONS.values()] == [expected, expected]


@pytest.mark.parametrize("lesson", LESSONS["en"].values(), ids=lambda lesson: lesson.id)
def test_lesson_is_short_and_mixed(lesson: Lesson) -> None:
    """A lesson has 6 to 12 steps of at least four kinds."""
    assert 6 <= len(lesson.steps) <= 12
    assert len({step.kind for step in lesson.steps}) >= 4


@pytest.mark.parametrize(("place", "english", "chinese"), ARTICLE)
def test_statement_has_its_place(place: str, english: str, chinese: str) -> None:
    """Each statement of the article is made in its step, in both languages."""
    assert english in words(place, "en")
    assert chinese in words(place, "zh_CN")


@pytest.mark.parametrize(("place", "said", "expression"), NUMBERS)
def test_number_is_computed(
    place: str, said: str, expression: str, torch_module: ModuleType
) -> None:
    """A number in the prose is the value of the expression it stands for."""
    outcome = names_after(place, torch_module).evaluate(expression)
    assert (outcome.error, outcome.value) == (None, said)
    assert said in words(place, "en")
    assert said in words(place, "zh_CN")


@pytest.mark.parametrize(("place", "expression"), TRUTHS)
def test_claim_is_true(place: str, expression: str, torch_module: ModuleType) -> None:
    """What a step says in words holds of the numbers that the learner has there."""
    outcome = names_after(place, torch_module).evaluate(expression)
    assert outcome.error is None
    assert bool(outcome.value) is True


@pytest.mark.parametrize(("place", "code", "quoted"), REFUSALS)
def test_refusal_is_quoted(place: str, code: str, quoted: str, torch_module: ModuleType) -> None:
    """What a step says is refused is refused, in the words that it quotes."""
    error = names_after(place, torch_module).evaluate(code).error
    assert isinstance(error, RuntimeError | TypeError)
    assert quoted in str(error)
    assert quoted in words(place, "en")
    assert quoted in words(place, "zh_CN")


@pytest.mark.parametrize(
    ("idea", "place", "wrong"), MISCONCEPTIONS, ids=[idea for idea, *_rest in MISCONCEPTIONS]
)
def test_misconception_is_answered(idea: str, place: str, wrong: str) -> None:
    """A known misconception is among the wrong answers of its step, with words of its own."""
    for language in LESSONS:
        _lesson, step = find(place, language)
        known_mistakes = {known.code: known.says for known in step.reject + step.misses}
        key = wrong if step.kind == "choice" else known_mistakes[_LONG.get(wrong, wrong)]
        assert key != step.answer
        assert step.says[key]


def test_general_length_formula(torch_module: ModuleType) -> None:
    """The formula with stride, padding and dilation gives the lengths that the layer gives."""
    for length in (7, 12):
        for size in (1, 3, 4):
            for stride in (1, 2, 3):
                for padding in (0, 2):
                    for dilation in (1, 2):
                        span = dilation * (size - 1) + 1
                        if length + 2 * padding < span:
                            continue
                        layer = torch_module.nn.Conv1d(1, 1, size, stride, padding, dilation)
                        given = layer(torch_module.zeros(1, 1, length)).shape[-1]
                        assert given == (length + 2 * padding - span) // stride + 1


def test_frame_six_is_never_read(torch_module: ModuleType) -> None:
    """With length 7, size 3 and stride 3 the last frame changes nothing, and the others do."""
    layer = torch_module.nn.Conv1d(1, 1, 3, stride=3)
    silent = layer(torch_module.zeros(1, 1, 7))
    changed = []
    for frame in range(7):
        signal = torch_module.zeros(1, 1, 7)
        signal[0, 0, frame] = 1.0
        changed.append(not torch_module.equal(layer(signal), silent))
    assert changed == [True] * 6 + [False]


def test_lessons_go_on_with_the_same_numbers(torch_module: ModuleType) -> None:
    """Each lesson begins with the very layer, input and output that the one before ended with."""
    ends = [
        names_after(place, torch_module).names
        for place in ("create/make-layer", "weights/seed", "input/make-x", "run/run")
    ]
    begins = []
    for lesson_id in ("weights", "input", "run", "compute"):
        evaluator = LearnerEvaluator(torch_module)
        LessonRun(LESSONS["en"][lesson_id], evaluator).begin()
        begins.append(evaluator.names)
    for end, begin in zip(ends, begins, strict=True):
        for name in ("x", "y"):
            if name in begin:
                assert torch_module.equal(end[name], begin[name])
        for one, other in zip(
            end["conv1d"].parameters(),  # type: ignore[attr-defined]
            begin["conv1d"].parameters(),  # type: ignore[attr-defined]
            strict=True,
        ):
            assert torch_module.equal(one, other)


def test_whole_derivation_comes_before_sums_by_hand() -> None:
    """The last lesson fades: a derivation is drawn first, a sum with gaps follows, then alone."""
    _lesson, first = find("compute/take-apart")
    assert first.explain == "y[0,0,0]"
    hands = [step.id for step in LESSONS["en"]["compute"].steps if step.kind == "hand"]
    assert hands == ["by-hand-first", "by-hand-second", "by-hand-alone"]
    gaps = [
        step.prose.count("_") > 0 for step in LESSONS["en"]["compute"].steps if step.id in hands
    ]
    assert gaps == [True, False, False]
