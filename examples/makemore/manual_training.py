"""Training without backward(): the whole gradient written as a few lines, with a pen first.

The steps of ``manual_backprop.py`` shrink when their slopes are multiplied out. For a row of logits and the letter y
that came, the loss is log(sum exp) - logit[y], so its gradient is softmax - one-hot: what the model said minus what was
so. For a normalised column, n numbers with normal = (sums - mean) * inverse, the shares by way of mean and variance
come to

    d sums = inverse * (d normal - mean(d normal) - normal * mean(d normal * normal))

which takes out of the gradient what would only move the column or stretch it: that the normalisation undoes.

The lesson compares these lines with backward() once, and then trains with them alone.
"""

import time

from manual_backprop import BLOCK, EPS, PLACES, make
from names import contexts, draw, measure, options, read

import tensorgrad as tg

F = tg.nn.functional


def hidden_layer(p, x):
    """What goes in (N, 30), one over the spread of its sums (1, H), the normalised sums and the tanh (N, H)."""
    row = p["C"][x].view(len(x), -1)
    sums = row @ p["W1"]
    inverse = (sums.var(0, keepdim=True, unbiased=False) + EPS) ** -0.5
    normal = (sums - sums.mean(0, keepdim=True)) * inverse
    return row, inverse, normal, tg.tanh(normal * p["gain"] + p["shift"])


@tg.no_grad()
def gradients(p, x, y):
    """The gradient of the mean cross entropy by each parameter, for contexts x (N, 3) and the letters y (N,)."""
    n, (row, inverse, normal, h) = len(x), hidden_layer(p, x)
    chances = (h @ p["W2"] + p["b2"]).softmax(1)
    d_logits = (chances - F.one_hot(y, chances.shape[1])) / n
    d_scaled = (d_logits @ p["W2"].T) * (1 - h**2)
    d = {"W2": h.T @ d_logits, "b2": d_logits.sum(0, keepdim=True)}
    d["gain"], d["shift"] = (d_scaled * normal).sum(0, keepdim=True), d_scaled.sum(0, keepdim=True)
    d_sums = p["gain"] * inverse * (d_scaled - d["shift"] / n - normal * d["gain"] / n)
    d["W1"], d_places = row.T @ d_sums, (d_sums @ p["W1"].T).view(-1, PLACES)
    d["C"] = F.one_hot(x.view(-1), len(p["C"])).double().T @ d_places
    return d


def compare(p, x, y):
    """How far each gradient is from that of backward(), at most."""
    loss = F.cross_entropy(hidden_layer(p, x)[-1] @ p["W2"] + p["b2"], y)
    loss.backward()
    return {name: (d - p[name].grad).abs().max().item() for name, d in gradients(p, x, y).items()}


def main(argv=None):
    args = options(__doc__, argv, steps=50_000, batch=32, hidden=100)
    letters, (train, dev, _) = read(args.names)
    (x, y), (dev_x, dev_y) = contexts(train, letters, BLOCK), contexts(dev, letters, BLOCK)

    p = make(len(letters), args.hidden)
    for w in p.values():
        w.requires_grad = True
    apart = compare(p, x[: args.batch], y[: args.batch])
    print("largest differences from backward():", ", ".join(f"{name} {d:.0e}" for name, d in apart.items()))

    def logits_of(rows):
        """With the mean and the variance of the sums of a few thousand contexts, for there may be no batch."""
        known = p["C"][x[:5000]].view(-1, BLOCK * PLACES) @ p["W1"]
        centred = p["C"][rows].view(len(rows), -1) @ p["W1"] - known.mean(0)
        normal = centred * (known.var(0, unbiased=False) + EPS) ** -0.5
        return tg.tanh(normal * p["gain"] + p["shift"]) @ p["W2"] + p["b2"]

    losses, generator = [measure(logits_of, dev_x, dev_y)], tg.Generator().manual_seed(2)
    print(f"step {0:6d}: dev loss {losses[0]:.4f}")
    start = time.perf_counter()
    for step in range(1, args.steps + 1):
        rows = tg.randint(0, len(x), (args.batch,), generator=generator)
        rate = 0.1 if step <= args.steps // 2 else 0.01
        for name, d in gradients(p, x[rows], y[rows]).items():
            p[name].data -= rate * d
        if step % max(1, args.steps // 10) == 0:
            losses.append(measure(logits_of, dev_x, dev_y))
            print(f"step {step:6d}: dev loss {losses[-1]:.4f}, {time.perf_counter() - start:.0f} s", flush=True)

    print("names:", *draw(logits_of, letters, BLOCK))
    return losses, apart


if __name__ == "__main__":
    main()
