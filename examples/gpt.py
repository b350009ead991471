"""A small GPT that learns to write like a text, character by character.

Each character looks back at the ones before it. It sends out a query; every earlier place answers with a key; where the
two agree, the place's value is taken in. That is attention, and several heads do it side by side. Then each place
thinks about what it has gathered, in a small network of its own. Blocks of the two, one after the other, only add to
the stream that runs through them, so gradients reach the bottom.

One pass gives a prediction at every place of the context, and each of them is trained on the character that came next.
The loss is measured on the last tenth of the text, which is never trained on. A text of a megabyte or so is enough.

Source: Vaswani and others, "Attention is all you need" (2017); Radford and others, "Language models are unsupervised
multitask learners" (2019).
"""

import argparse
import time
from pathlib import Path

import tensorgrad as tg

nn, F = tg.nn, tg.nn.functional


class Attention(nn.Module):
    """Each place takes in values of the places up to its own: (batch, places, channels) -> the same shape."""

    def __init__(self, channels, heads, context):
        super().__init__()
        self.heads = heads
        self.ask = nn.Linear(channels, 3 * channels, bias=False)  # queries, keys and values at once
        self.mix = nn.Linear(channels, channels)
        self.register_buffer("later", tg.ones(context, context).triu(1) == 1)

    def forward(self, x):
        batch, places, channels = x.shape
        parts = self.ask(x).view(batch, places, 3, self.heads, channels // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)  # (batch, heads, places, channels of a head)
        agreement = query @ key.transpose(-2, -1) * (channels // self.heads) ** -0.5
        weights = agreement.masked_fill(self.later[:places, :places], float("-inf")).softmax(-1)
        return self.mix((weights @ value).transpose(1, 2).reshape(batch, places, channels))


class Block(nn.Module):
    """Gather, then think; both add to the stream."""

    def __init__(self, channels, heads, context):
        super().__init__()
        self.gather = nn.Sequential(nn.LayerNorm(channels), Attention(channels, heads, context))
        self.think = nn.Sequential(
            nn.LayerNorm(channels), nn.Linear(channels, 4 * channels), nn.ReLU(), nn.Linear(4 * channels, channels)
        )

    def forward(self, x):
        x = x + self.gather(x)
        return x + self.think(x)


class GPT(nn.Module):
    """(batch, places) numbers of characters -> (batch, places, size) logits of the character after each."""

    def __init__(self, size, channels, heads, layers, context):
        super().__init__()
        self.context = context
        self.character, self.place = nn.Embedding(size, channels), nn.Embedding(context, channels)
        self.blocks = nn.Sequential(*[Block(channels, heads, context) for _ in range(layers)])
        self.last = nn.Sequential(nn.LayerNorm(channels), nn.Linear(channels, size))

    def forward(self, x):
        return self.last(self.blocks(self.character(x) + self.place.weight[: x.shape[1]]))

    @tg.no_grad()
    def write(self, start, count):
        """``start`` (1, places) and ``count`` more, each drawn by the chances that the model gives it."""
        for _ in range(count):
            logits = self(start[:, -self.context :])[:, -1]
            start = tg.cat([start, tg.multinomial(logits.softmax(-1), 1)], dim=1)
        return start


def read(path):
    """The characters of a text in their order, and the text as their numbers, (N,)."""
    if not Path(path).is_file():
        raise SystemExit(f"The GPT needs a text to learn from, but there is no file {path}: give one with --text FILE.")
    text = Path(path).read_text("utf-8")
    characters = sorted(set(text))
    number = {character: i for i, character in enumerate(characters)}
    return characters, tg.tensor([number[character] for character in text])


def batch_at(data, starts, context):
    """The characters from each start on, (batch, context), and those one place further."""
    rows = data[starts.view(-1, 1) + tg.arange(context + 1)]
    return rows[:, :-1], rows[:, 1:]


def loss_of(model, x, y):
    """The mean cross entropy over all places of all rows."""
    return F.cross_entropy(model(x).flatten(0, 1), y.flatten())


def main(argv=None):
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter
    )
    parser.add_argument("--text", default="input.txt", metavar="FILE", help="a text file, a megabyte or so")
    sizes = {"steps": 3000, "batch": 16, "context": 64, "channels": 64, "heads": 4, "layers": 4, "sample": 500}
    for name, number in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=number, metavar="N", help="a whole number")
    parser.add_argument("--lr", type=float, default=2e-3, metavar="RATE", help="at its highest")
    args = parser.parse_args(argv)

    tg.manual_seed(1)
    characters, data = read(args.text)
    train, held_out = data[: int(0.9 * len(data))], data[int(0.9 * len(data)) :]
    if len(held_out) <= args.context + 1:
        raise SystemExit(f"A context of {args.context} needs a text of over {10 * args.context + 20} characters.")
    model = GPT(len(characters), args.channels, args.heads, args.layers, args.context)
    optimizer = tg.optim.AdamW(model.parameters(), lr=args.lr)
    schedule = tg.optim.lr_scheduler.OneCycleLR(optimizer, args.lr, total_steps=args.steps + 1)
    print(f"{len(data)} characters, {len(characters)} kinds; {sum(p.numel() for p in model.parameters())} parameters")
    places = tg.linspace(0, len(held_out) - args.context - 1, 100).long()  # spread over the whole of it
    measured = batch_at(held_out, places, args.context)

    losses, start = [], time.perf_counter()
    for step in range(args.steps + 1):
        if step % max(1, args.steps // 20) == 0:
            with tg.no_grad():
                losses.append(loss_of(model, *measured).item())
            print(f"step {step:6d}: held-out loss {losses[-1]:.4f}, {time.perf_counter() - start:.0f} s", flush=True)
        if step == args.steps:
            break
        starts = tg.randint(0, len(train) - args.context, (args.batch,))
        loss = loss_of(model, *batch_at(train, starts, args.context))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()

    written = model.write(tg.zeros(1, 1, dtype=tg.long), args.sample)[0]
    print("".join(characters[i] for i in written[1:].tolist()))
    return losses


if __name__ == "__main__":
    main()
