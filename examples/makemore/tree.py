"""A deeper network that joins neighbours two by two: eight letters become four pairs, two fours, and one row.

The networks before this one press all letters into one layer at once. Here each layer joins only what stands side by
side, so that two letters become a syllable before anything is made of the whole: a tree with three storeys. Every pair
of a storey goes through the same weights.

And the network is built from modules: Embedding, Linear, BatchNorm1d and Tanh do what the earlier lessons wrote out.
Only the joining is new, and it is a view: (batch, 8, channels) read as (batch, 4, 2 * channels). The normalisation
takes the pairs of a row as so many rows more, because all of them go through the same weights.

Source of the tree: van den Oord and others, "WaveNet: a generative model for raw audio" (2016).
"""

import time

from names import contexts, draw, measure, options, read

import tensorgrad as tg

nn = tg.nn
BLOCK = 8  # letters of context: the leaves of the tree


class Join(nn.Module):
    """Two neighbours to one: (batch, places, channels) -> (batch, places / 2, hidden)."""

    def __init__(self, channels, hidden):
        super().__init__()
        self.layer = nn.Sequential(nn.Linear(2 * channels, hidden, bias=False), nn.BatchNorm1d(hidden), nn.Tanh())

    def forward(self, x):
        batch, places, channels = x.shape
        return self.layer(x.view(batch * places // 2, 2 * channels)).view(batch, places // 2, -1)


class Tree(nn.Module):
    """(batch, 8) numbers of letters -> (batch, size) logits of the next."""

    def __init__(self, size, channels, hidden):
        super().__init__()
        self.places = nn.Embedding(size, channels)
        self.joins = nn.Sequential(Join(channels, hidden), Join(hidden, hidden), Join(hidden, hidden))
        self.last = nn.Linear(hidden, size)
        with tg.no_grad():
            self.last.weight *= 0.1  # not sure of anything at the start

    def forward(self, x):
        return self.last(self.joins(self.places(x)).squeeze(1))


def main(argv=None):
    args = options(__doc__, argv, steps=60_000, batch=64, channels=24, hidden=128)
    letters, (train, dev, _) = read(args.names)
    (x, y), (dev_x, dev_y) = contexts(train, letters, BLOCK), contexts(dev, letters, BLOCK)

    tg.manual_seed(1)
    model = Tree(len(letters), args.channels, args.hidden)
    optimizer = tg.optim.SGD(model.parameters(), lr=0.1)
    schedule = tg.optim.lr_scheduler.MultiStepLR(optimizer, [args.steps // 2], gamma=0.1)
    print(model)
    print(f"{len(x)} contexts, {sum(p.numel() for p in model.parameters())} parameters")

    def dev_loss():
        model.eval()
        loss = measure(model, dev_x, dev_y)
        model.train()
        return loss

    losses = [dev_loss()]
    print(f"step {0:6d}: dev loss {losses[0]:.4f}")
    start = time.perf_counter()
    for step in range(1, args.steps + 1):
        rows = tg.randint(0, len(x), (args.batch,))
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step % max(1, args.steps // 10) == 0:
            losses.append(dev_loss())
            print(f"step {step:6d}: dev loss {losses[-1]:.4f}, {time.perf_counter() - start:.0f} s", flush=True)

    model.eval()
    print("names:", *draw(model, letters, BLOCK))
    return losses


if __name__ == "__main__":
    main()
