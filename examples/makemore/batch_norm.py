"""The same network, started well and kept well: the scale of the weights, and batch normalisation.

tanh is flat far from 0. A neuron that sits there for nearly every row hands back almost no gradient and hardly learns.
So the lesson first looks at what comes out of the hidden layer before any training, for three ways to start:

- weights from N(0, 1): sums of 30 numbers spread over sqrt(30) = 5.5, and most neurons are flat;
- weights scaled by (5/3) / sqrt(fan in): a spread of 5/3, where tanh bends but is not flat, so that what it squeezes
  is made up for;
- any weights, but each neuron's sums shifted and scaled to mean 0 and variance 1 over the batch.

The last is batch normalisation. A gain and a shift per neuron are trained with the rest, so the network may undo it.
The bias of the layer before would be subtracted with the mean, so there is none. After training there may be one row
and no batch: the layer keeps running averages of mean and variance for that, and ``tensorgrad.nn.BatchNorm1d`` is this
same layer. The last layer starts small, so that the first loss is log(27) = 3.30 and no step is lost on unlearning.

Source: Ioffe and Szegedy, "Batch normalization" (2015); He and others, "Delving deep into rectifiers" (2015).
"""

import time

from names import contexts, draw, measure, options, read

import tensorgrad as tg

F = tg.nn.functional
BLOCK, PLACES = 3, 10


class Normalise(tg.nn.Module):
    """(x - mean) / sqrt(variance + eps) * gain + shift: of the batch in training, of the running averages after it."""

    def __init__(self, size, eps=1e-5, momentum=0.01):
        super().__init__()
        self.eps, self.momentum = eps, momentum
        self.gain, self.shift = tg.nn.Parameter(tg.ones(size)), tg.nn.Parameter(tg.zeros(size))
        self.register_buffer("mean", tg.zeros(size))
        self.register_buffer("variance", tg.ones(size))

    def forward(self, x):
        mean, variance = self.mean, self.variance
        if self.training:
            mean, variance = x.mean(0), x.var(0, unbiased=False)
            with tg.no_grad():
                unbiased = variance * (len(x) / (len(x) - 1))
                self.mean += self.momentum * (mean - self.mean)
                self.variance += self.momentum * (unbiased - self.variance)
        return (x - mean) / (variance + self.eps).sqrt() * self.gain + self.shift


def flat_share(sums):
    """The share of neurons that are flat, |tanh| > 0.97, over all rows."""
    return (tg.tanh(sums).abs() > 0.97).float().mean().item()


def main(argv=None):
    args = options(__doc__, argv, steps=100_000, batch=64, hidden=200)
    letters, (train, dev, _) = read(args.names)
    (x, y), (dev_x, dev_y) = contexts(train, letters, BLOCK), contexts(dev, letters, BLOCK)

    generator = tg.Generator().manual_seed(1)
    fan_in = BLOCK * PLACES
    C = tg.randn(len(letters), PLACES, generator=generator)
    W1 = tg.randn(fan_in, args.hidden, generator=generator)
    W2 = tg.randn(args.hidden, len(letters), generator=generator) * 0.01
    b2 = tg.zeros(len(letters))
    norm = Normalise(args.hidden)

    sums = C[x[:1000]].view(-1, fan_in) @ W1
    print(f"flat at the start, weights from N(0, 1): {flat_share(sums):.1%}")
    print(f"flat at the start, weights scaled:       {flat_share(sums * (5 / 3) / fan_in**0.5):.1%}")
    print(f"flat at the start, sums normalised:      {flat_share((sums - sums.mean(0)) / sums.std(0)):.1%}")

    W1 *= (5 / 3) / fan_in**0.5
    for p in (C, W1, W2, b2):
        p.requires_grad = True
    parameters = [C, W1, W2, b2, *norm.parameters()]

    def logits_of(x):
        return tg.tanh(norm(C[x].view(len(x), -1) @ W1)) @ W2 + b2

    def dev_loss():
        norm.eval()
        loss = measure(logits_of, dev_x, dev_y)
        norm.train()
        return loss

    losses = [dev_loss()]
    print(f"step {0:6d}: dev loss {losses[0]:.4f}")
    start = time.perf_counter()
    for step in range(1, args.steps + 1):
        rows = tg.randint(0, len(x), (args.batch,), generator=generator)
        loss = F.cross_entropy(logits_of(x[rows]), y[rows])
        for p in parameters:
            p.grad = None
        loss.backward()
        rate = 0.1 if step <= args.steps // 2 else 0.01
        with tg.no_grad():
            for p in parameters:
                p -= rate * p.grad
        if step % max(1, args.steps // 10) == 0:
            losses.append(dev_loss())
            print(f"step {step:6d}: dev loss {losses[-1]:.4f}, {time.perf_counter() - start:.0f} s", flush=True)

    norm.eval()
    print("names:", *draw(logits_of, letters, BLOCK))
    return losses


if __name__ == "__main__":
    main()
