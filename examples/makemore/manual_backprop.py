"""Every gradient of the batch-norm network by hand, checked against backward().

``in_steps`` writes the network and its loss as a chain of small steps and keeps every result between. ``by_hand`` goes
back through the chain. Three rules do all the work: multiply by the step's slope; where a number was used more than
once, its shares add up; where a row or a column was spread over a table (broadcast), sum the table back over it.

The check runs in float64, so that what is left of a difference is rounding and not a mistake. The next lesson,
``manual_training.py``, finds a shorter way back with a pen, and trains with it.
"""

from names import contexts, options, read

import tensorgrad as tg

F = tg.nn.functional
BLOCK, PLACES, EPS = 3, 10, 1e-5


def make(size, hidden):
    """The parameters: none of them zero or one, where a wrong gradient could pass for a right one."""
    generator = tg.Generator().manual_seed(1)

    def normal(rows, columns, scale):
        return tg.randn(rows, columns, generator=generator, dtype=tg.float64) * scale

    fan_in = BLOCK * PLACES
    return {
        "C": normal(size, PLACES, 1.0), "W1": normal(fan_in, hidden, (5 / 3) / fan_in**0.5),
        "gain": normal(1, hidden, 0.1) + 1, "shift": normal(1, hidden, 0.1),
        "W2": normal(hidden, size, 0.1), "b2": normal(1, size, 0.1),
    }  # fmt: skip


def in_steps(p, x, y):
    """All that lies between the contexts x (N, 3), with the letters y (N,) that came next, and the loss."""
    n, t = len(x), {}
    t["places"] = p["C"][x]  # (N, 3, 10)
    t["row"] = t["places"].view(n, -1)  # (N, 30)
    t["sums"] = t["row"] @ p["W1"]  # (N, H)
    t["mean"] = t["sums"].sum(0, keepdim=True) / n  # (1, H)
    t["centred"] = t["sums"] - t["mean"]
    t["squares"] = t["centred"] ** 2
    t["variance"] = t["squares"].sum(0, keepdim=True) / n  # (1, H)
    t["inverse"] = (t["variance"] + EPS) ** -0.5
    t["normal"] = t["centred"] * t["inverse"]
    t["scaled"] = t["normal"] * p["gain"] + p["shift"]
    t["h"] = tg.tanh(t["scaled"])
    t["logits"] = t["h"] @ p["W2"] + p["b2"]  # (N, V)
    t["top"] = t["logits"].max(1, keepdim=True).values  # (N, 1)
    t["lowered"] = t["logits"] - t["top"]  # at most 0, so that exp cannot overflow
    t["powers"] = t["lowered"].exp()
    t["total"] = t["powers"].sum(1, keepdim=True)  # (N, 1)
    t["logs"] = t["lowered"] - t["total"].log()  # of the chances: the softmax of the logits
    t["loss"] = -t["logs"][tg.arange(n), y].sum() / n
    return t


def by_hand(p, t, x, y):
    """The gradient of the loss by each parameter and each step, from the last to the first."""
    n, size = t["logits"].shape
    d = {"loss": tg.ones_like(t["loss"])}
    d["logs"] = -F.one_hot(y, size).double() / n * d["loss"]
    d["total"] = -d["logs"].sum(1, keepdim=True) / t["total"]
    d["powers"] = d["total"] * tg.ones_like(t["powers"])
    d["lowered"] = d["logs"] + d["powers"] * t["powers"]
    d["top"] = -d["lowered"].sum(1, keepdim=True)  # 0 up to rounding: to lower a row changes no chance
    d["logits"] = d["lowered"] + F.one_hot(t["logits"].argmax(1), size) * d["top"]
    d["W2"], d["b2"] = t["h"].T @ d["logits"], d["logits"].sum(0, keepdim=True)
    d["h"] = d["logits"] @ p["W2"].T
    d["scaled"] = d["h"] * (1 - t["h"] ** 2)
    d["gain"], d["shift"] = (d["scaled"] * t["normal"]).sum(0, keepdim=True), d["scaled"].sum(0, keepdim=True)
    d["normal"] = d["scaled"] * p["gain"]
    d["inverse"] = (d["normal"] * t["centred"]).sum(0, keepdim=True)
    d["variance"] = d["inverse"] * -0.5 * (t["variance"] + EPS) ** -1.5
    d["squares"] = d["variance"] / n * tg.ones_like(t["squares"])
    d["centred"] = d["normal"] * t["inverse"] + d["squares"] * 2 * t["centred"]
    d["mean"] = -d["centred"].sum(0, keepdim=True)
    d["sums"] = d["centred"] + d["mean"] / n
    d["W1"], d["row"] = t["row"].T @ d["sums"], d["sums"] @ p["W1"].T
    d["places"] = d["row"].view(t["places"].shape)
    d["C"] = F.one_hot(x.view(-1), len(p["C"])).double().T @ d["places"].view(-1, PLACES)  # a letter's places add up
    return d


def main(argv=None):
    args = options(__doc__, argv, batch=32, hidden=64)
    letters, (train, _, _) = read(args.names)
    x, y = contexts(train, letters, BLOCK)
    x, y = x[: args.batch], y[: args.batch]

    p = make(len(letters), args.hidden)
    for w in p.values():
        w.requires_grad = True
    t = in_steps(p, x, y)
    for step in t.values():
        step.retain_grad()
    t["loss"].backward()
    with tg.no_grad():
        hand = by_hand(p, t, x, y)

    apart = {}
    for name, of in (t | p).items():
        apart[name] = (hand[name] - of.grad).abs().max().item()
        largest = of.grad.abs().max().item()
        print(f"{name:9s} {tuple(of.shape)!s:12s} largest gradient {largest:.1e}, by hand {apart[name]:.1e} apart")
    return apart


if __name__ == "__main__":
    main()
