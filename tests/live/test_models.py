"""Models of the kind that learners paste, trained a few steps in both libraries."""

import contextlib
import io
import re
import warnings
from types import ModuleType
from typing import Any

import pytest

torch = pytest.importorskip("torch", reason="compares with PyTorch live")

from conv1d_tutor import engine  # noqa: E402
from tests.engine.consoles import same_answer  # noqa: E402

WAVENET = """
class Block(nn.Module):
    def __init__(self, channels, dilation):
        super().__init__()
        self.pad = (2 - 1) * dilation
        self.conv = nn.utils.weight_norm(nn.Conv1d(channels, 2 * channels, 2, dilation=dilation))
        self.res = nn.utils.weight_norm(nn.Conv1d(channels, channels, 1))
        self.skip = nn.utils.weight_norm(nn.Conv1d(channels, channels, 1))

    def forward(self, x):
        h = F.glu(self.conv(F.pad(x, (self.pad, 0))), dim=1)
        return x + self.res(h), self.skip(h)

class WaveNet(nn.Module):
    def __init__(self, classes=8, channels=6, layers=4):
        super().__init__()
        self.embed = nn.Embedding(classes, channels)
        self.blocks = nn.ModuleList([Block(channels, 2 ** i) for i in range(layers)])
        self.head = nn.Sequential(nn.PReLU(), nn.Conv1d(channels, channels, 1), nn.Mish(),
                                  nn.Conv1d(channels, classes, 1))

    def forward(self, tokens):
        x = self.embed(tokens).transpose(1, 2)
        total = 0
        for block in self.blocks:
            x, s = block(x)
            total = total + s
        return self.head(total)

net = WaveNet()
print(net)
print(sum(p.numel() for p in net.parameters()))
print([(n, tuple(p.shape)) for n, p in net.named_parameters()])
opt = torch.optim.Adam(net.parameters(), lr=1e-2)
tokens = torch.randint(0, 8, (4, 32))
for step in range(4):
    opt.zero_grad()
    logits = net(tokens[:, :-1])
    loss = F.cross_entropy(logits, tokens[:, 1:])
    loss.backward()
    norm = nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()
    print(step, f"{loss.item():.4f}", f"{norm.item():.3f}")
for block in net.blocks:
    for part in (block.conv, block.res, block.skip):
        nn.utils.remove_weight_norm(part)
net.eval()
with torch.no_grad():
    print(net(tokens)[0, :, -1])
print(list(net.state_dict())[:4])
"""

TCN = """
from torch.nn.utils import weight_norm

class Chomp1d(nn.Module):
    def __init__(self, chomp_size):
        super(Chomp1d, self).__init__()
        self.chomp_size = chomp_size

    def forward(self, x):
        return x[:, :, :-self.chomp_size].contiguous()

class TemporalBlock(nn.Module):
    def __init__(self, n_inputs, n_outputs, kernel_size, stride, dilation, padding, dropout=0.2):
        super(TemporalBlock, self).__init__()
        self.conv1 = weight_norm(nn.Conv1d(n_inputs, n_outputs, kernel_size, stride=stride,
                                           padding=padding, dilation=dilation))
        self.chomp1 = Chomp1d(padding)
        self.relu1 = nn.ReLU()
        self.dropout1 = nn.Dropout(dropout)
        self.conv2 = weight_norm(nn.Conv1d(n_outputs, n_outputs, kernel_size, stride=stride,
                                           padding=padding, dilation=dilation))
        self.chomp2 = Chomp1d(padding)
        self.relu2 = nn.ReLU()
        self.dropout2 = nn.Dropout(dropout)
        self.net = nn.Sequential(self.conv1, self.chomp1, self.relu1, self.dropout1,
                                 self.conv2, self.chomp2, self.relu2, self.dropout2)
        self.downsample = nn.Conv1d(n_inputs, n_outputs, 1) if n_inputs != n_outputs else None
        self.relu = nn.ReLU()
        self.init_weights()

    def init_weights(self):
        self.conv1.weight.data.normal_(0, 0.01)
        self.conv2.weight.data.normal_(0, 0.01)
        if self.downsample is not None:
            self.downsample.weight.data.normal_(0, 0.01)

    def forward(self, x):
        out = self.net(x)
        res = x if self.downsample is None else self.downsample(x)
        return self.relu(out + res)

class TemporalConvNet(nn.Module):
    def __init__(self, num_inputs, num_channels, kernel_size=2, dropout=0.2):
        super(TemporalConvNet, self).__init__()
        layers = []
        for i in range(len(num_channels)):
            dilation_size = 2 ** i
            in_channels = num_inputs if i == 0 else num_channels[i - 1]
            layers += [TemporalBlock(in_channels, num_channels[i], kernel_size, stride=1,
                                     dilation=dilation_size,
                                     padding=(kernel_size - 1) * dilation_size, dropout=dropout)]
        self.network = nn.Sequential(*layers)

    def forward(self, x):
        return self.network(x)

net = TemporalConvNet(3, [8, 8, 12], kernel_size=3)
print(net)
print(list(net.state_dict()))
head = nn.Linear(12, 1)
opt = torch.optim.Adam([*net.parameters(), *head.parameters()], lr=4e-3)
x, y = torch.randn(6, 3, 40), torch.randn(6, 1)
for epoch in range(4):
    opt.zero_grad()
    loss = nn.MSELoss()(head(net(x)[:, :, -1]), y)
    loss.backward()
    opt.step()
    print(epoch, round(loss.item(), 4))
net.eval()
print(net(x)[0, :3, -1])
"""

UNET = """
class Double(nn.Module):
    def __init__(self, i, o):
        super().__init__()
        self.net = nn.Sequential(nn.Conv1d(i, o, 3, padding=1), nn.BatchNorm1d(o), nn.ELU(),
                                 nn.Conv1d(o, o, 3, padding='same', padding_mode='reflect'),
                                 nn.GroupNorm(2, o), nn.SiLU())
    def forward(self, x):
        return self.net(x)

class UNet1d(nn.Module):
    def __init__(self, mode='nearest', align_corners=None):
        super().__init__()
        self.d1, self.d2, self.mid = Double(1, 4), Double(4, 8), Double(8, 8)
        self.pool = nn.MaxPool1d(2)
        self.up = nn.Upsample(scale_factor=2, mode=mode, align_corners=align_corners)
        self.u2, self.u1 = Double(16, 4), Double(8, 4)
        self.out = nn.Conv1d(4, 1, 1)

    def forward(self, x):
        a = self.d1(x)
        b = self.d2(self.pool(a))
        c = self.mid(self.pool(b))
        c = self.u2(torch.cat([self.up(c), b], dim=1))
        c = self.u1(torch.cat([self.up(c), a], dim=1))
        return self.out(c)

modes = (('nearest', None), ('linear', True), ('linear', False), ('nearest-exact', None))
for mode, align in modes:
    net = UNet1d(mode, align)
    opt = torch.optim.AdamW(net.parameters(), lr=1e-2)
    x = torch.randn(3, 1, 32)
    for step in range(3):
        opt.zero_grad()
        loss = F.smooth_l1_loss(net(x), x.cumsum(-1))
        loss.backward()
        opt.step()
        print(mode, align, step, f"{loss.item():.4f}")
print(net)
print(net(x).shape, F.interpolate(x, size=50, mode='linear').shape)
print(F.interpolate(x, size=5, mode='area')[0])
"""

RESNET = """
class Residual(nn.Module):
    def __init__(self, i, o, stride=1):
        super().__init__()
        self.conv1 = nn.Conv1d(i, o, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.GroupNorm(num_groups=4, num_channels=o)
        self.conv2 = nn.Conv1d(o, o, 3, padding=1, bias=False)
        self.norm2 = nn.GroupNorm(4, o)
        self.act = nn.SELU(inplace=True)
        self.short = nn.Sequential()
        if stride != 1 or i != o:
            self.short = nn.Sequential(nn.Conv1d(i, o, 1, stride=stride, bias=False),
                                       nn.GroupNorm(4, o))

    def forward(self, x):
        h = self.act(self.norm1(self.conv1(x)))
        return self.act(self.norm2(self.conv2(h)) + self.short(x))

class ResNet1d(nn.Module):
    def __init__(self, classes=5):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv1d(2, 8, 7, stride=2, padding=3), nn.GroupNorm(1, 8),
                                  nn.PReLU(8))
        self.layers = nn.Sequential(Residual(8, 8), Residual(8, 16, 2), Residual(16, 16))
        self.head = nn.Linear(16, classes)
        for m in self.modules():
            if isinstance(m, nn.Conv1d):
                nn.init.kaiming_normal_(m.weight, mode='fan_out', nonlinearity='relu')
            elif isinstance(m, (nn.BatchNorm1d, nn.GroupNorm)):
                nn.init.constant_(m.weight, 1)
                nn.init.constant_(m.bias, 0)

    def forward(self, x):
        x = self.layers(self.stem(x))
        return self.head(F.adaptive_avg_pool1d(x, 1).squeeze(-1))

net = ResNet1d()
print(net)
opt = torch.optim.Adam(net.parameters(), lr=3e-3)
sched = torch.optim.lr_scheduler.StepLR(opt, 2, 0.5)
x, y = torch.randn(8, 2, 64), torch.randint(0, 5, (8,))
for step in range(4):
    loss = F.cross_entropy(net(x), y)
    opt.zero_grad(); loss.backward(); opt.step(); sched.step()
    print(step, f"{loss.item():.4f}", sched.get_last_lr())
print((net(x).argmax(1) == y).float().mean())
"""

AUDIO = """
def frames(x, size, hop):
    return x.unfold(-1, size, hop)

class FrontEnd(nn.Module):
    def __init__(self, size=32, hop=16):
        super().__init__()
        t = torch.arange(size, dtype=torch.float32)
        k = torch.arange(size // 2 + 1, dtype=torch.float32)
        angle = 2 * math.pi * k[:, None] * t[None] / size
        window = torch.hann_window(size)
        self.register_buffer('cos', (torch.cos(angle) * window)[:, None])
        self.register_buffer('sin', (torch.sin(angle) * window)[:, None])
        self.hop = hop
        self.norm = nn.InstanceNorm1d(size // 2 + 1)

    def forward(self, x):
        re = F.conv1d(x, self.cos, stride=self.hop)
        im = F.conv1d(x, self.sin, stride=self.hop)
        return self.norm(torch.log1p(re ** 2 + im ** 2))

net = nn.Sequential(FrontEnd(), nn.Conv1d(17, 8, 3), nn.Hardswish(), nn.AdaptiveMaxPool1d(1),
                    nn.Flatten(), nn.Linear(8, 2))
print(net)
t = torch.arange(256) / 256
x = torch.stack([torch.sin(2 * math.pi * f * t) for f in (5., 20., 40., 60.)])[:, None]
y = torch.tensor([0, 0, 1, 1])
opt = torch.optim.Adam(net.parameters(), lr=0.01)
for step in range(4):
    opt.zero_grad()
    loss = nn.CrossEntropyLoss()(net(x), y)
    loss.backward()
    opt.step()
    print(f"{loss.item():.4f}")
print((frames(x, 32, 16) * torch.hamming_window(32)).sum(-1)[0])
print(torch.blackman_window(5), torch.bartlett_window(6, periodic=False))
print([n for n, _ in net.named_buffers()])
"""

STYLE = """
class AdaIN(nn.Module):
    def __init__(self, style, channels):
        super().__init__()
        self.norm = nn.InstanceNorm1d(channels, affine=False)
        self.fc = nn.Linear(style, 2 * channels)
    def forward(self, x, s):
        gamma, beta = self.fc(s).unsqueeze(-1).chunk(2, dim=1)
        return (1 + gamma) * self.norm(x) + beta

class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        weight_norm = nn.utils.parametrizations.weight_norm
        self.norm1 = AdaIN(4, 6)
        self.norm2 = nn.InstanceNorm1d(6, affine=True, track_running_stats=True)
        self.conv1 = weight_norm(nn.Conv1d(6, 6, 3, padding=1))
        self.conv2 = weight_norm(nn.ConvTranspose1d(6, 6, 4, stride=2, padding=1))
        self.act = nn.LeakyReLU(0.2)
    def forward(self, x, s):
        x = self.act(self.conv1(self.norm1(x, s)))
        x = F.interpolate(x, scale_factor=2, mode='linear', align_corners=False)
        return torch.tanh(self.conv2(self.norm2(x)))

net = Generator()
print(net)
print(list(net.state_dict()))
x, s = torch.randn(2, 6, 10), torch.randn(2, 4)
opt = torch.optim.Adam(net.parameters(), lr=1e-2, betas=(0.5, 0.9))
for step in range(3):
    opt.zero_grad()
    out = net(x, s)
    loss = out.abs().mean() + F.mse_loss(out[..., 1:], out[..., :-1])
    loss.backward()
    opt.step()
    print(out.shape, f"{loss.item():.4f}")
print(net.norm2.running_mean, net.norm2.num_batches_tracked)
net.eval()
print(net(x, s)[0, 0, :4])
torch.nn.utils.parametrize.remove_parametrizations(net.conv1, 'weight')
print(net.conv1, net(x, s)[0, 0, :4])
"""

IMAGES = """
conv1d = nn.Conv1d(3, 4, 5, stride=2, padding=1)
conv2d = nn.Conv2d(1, 4, (3, 5), stride=(1, 2), padding=(0, 1))
print(conv1d, conv2d)
with torch.no_grad():
    conv2d.weight.copy_(conv1d.weight.unsqueeze(1))
    conv2d.bias.copy_(conv1d.bias)
x = torch.randn(2, 3, 20)
print(conv1d(x).shape, conv2d(x.unsqueeze(1)).shape)
print(torch.allclose(conv1d(x), conv2d(x.unsqueeze(1)).squeeze(2), atol=1e-6))

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 8, 3, stride=2, padding='valid')
        self.conv3 = nn.Conv2d(8, 8, (3, 4), padding='same', groups=2, padding_mode='circular')
        self.fc = nn.Linear(8, 10)
    def forward(self, x):
        x = F.relu(self.conv1(x))
        x = F.relu(self.conv2(x))
        x = F.mish(self.conv3(x))
        return self.fc(x.mean(dim=(2, 3)))

net = Net()
print(net)
opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
x, y = torch.randn(6, 1, 14, 14), torch.randint(0, 10, (6,))
for step in range(4):
    opt.zero_grad()
    loss = F.cross_entropy(net(x), y)
    loss.backward()
    opt.step()
    print(f"{loss.item():.4f}")
print(net.conv1.weight[0, 0])
print(net(x)[0])
try:
    net(torch.randn(2, 3, 14, 14))
except RuntimeError as e:
    print(e)
"""

MODELS = {
    "wavenet": WAVENET, "tcn": TCN, "unet": UNET, "resnet": RESNET, "audio": AUDIO, "style": STYLE,
    "images": IMAGES,
}  # fmt: skip

_IMPORT = re.compile(r"^from torch\.nn\.utils import (\w+)$", re.MULTILINE)


def printed(face: ModuleType, source: str) -> str:
    """Return what a program prints, with `torch` as one of the libraries."""
    names: dict[str, Any] = {"torch": face, "nn": face.nn, "F": face.nn.functional}
    names["math"] = __import__("math")
    names["__name__"] = "__main__"
    face.manual_seed(0)
    written = io.StringIO()
    # The learner's `import torch` finds the engine at the prompt only.
    source = _IMPORT.sub(r"\1 = torch.nn.utils.\1", source)
    with contextlib.redirect_stdout(written), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(source, "<model>", "exec"), names)
    return written.getvalue()


@pytest.mark.parametrize("name", MODELS)
def test_a_model_prints_alike(name: str) -> None:
    """Repr, parameters, losses of every step, what it answers in the end: line by line."""
    ours, theirs = printed(engine, MODELS[name]), printed(torch, MODELS[name])
    one, two = ours.splitlines(), theirs.splitlines()
    assert len(one) == len(two)
    for mine, expected in zip(one, two, strict=True):
        assert same_answer(expected, mine), f"PyTorch: {expected}\nengine:  {mine}"
