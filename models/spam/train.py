#!/usr/bin/python3
"""Trains the spam classifier; writes model.onnx, vocabulary.txt, test-ids.txt, golden.json and sample/ beside this file.

One minute; one core is used. The test mails are looked at once, at the end: the network's form and all the numbers below were
chosen by cross-validation on the other four fifths.
"""

import argparse
import collections
import json
import re
import sys
from pathlib import Path

import numpy
import torch
from torch import nn

FOLDER = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(FOLDER.parent))

from corpus import deduplicate, read_corpus, split_corpus  # noqa: E402
from export_onnx import export_onnx  # noqa: E402
from network import BagOfWords  # noqa: E402
from samples import write_golden, write_samples  # noqa: E402
from seed_everything import seed_everything  # noqa: E402
from tokenizer import Tokenizer, is_word  # noqa: E402
from views import VIEWS  # noqa: E402

SEED = 11
EPOCHS = 12
BATCH = 64
LEARNING_RATE_MAX = 0.01
WEIGHT_DECAY = 0.1
MAILS_PER_WORD = 3
VOCABULARY_MAX = 12_000
EXCERPT_SHARE = 0.3
EXCERPT_TOKENS_MIN = 15
VIEW_SHARES = (0.4, 0.4, 0.2)
# Names that the collectors of the corpus put in place of their own, and traces of their mail servers.
ARTEFACTS = re.compile(r"z{4,}|y{4,}|q{4,}|spamassassin|taint|netnoteinc|jmason|localhost|rov|javamail|nextpart")


def build_vocabulary(token_lists: list) -> list:
    """Padding, unknown, then the words of at least MAILS_PER_WORD training mails, the most frequent first."""
    mails = collections.Counter(word for tokens in token_lists for word in set(tokens) if is_word(word))
    words = [word for word, count in mails.items() if count >= MAILS_PER_WORD and not ARTEFACTS.match(word)]
    words.sort(key=lambda word: (-mails[word], word))
    return ["[pad]", "[unk]", *words[: VOCABULARY_MAX - 2]]


def excerpt(ids: torch.Tensor, random: numpy.random.RandomState) -> torch.Tensor:
    """A stretch of a mail: what remains when somebody pastes a few lines only."""
    length = int((ids > 0).sum())
    if length <= EXCERPT_TOKENS_MIN:
        return ids
    kept = random.randint(EXCERPT_TOKENS_MIN, length)
    start = random.randint(0, length - kept + 1)
    return nn.functional.pad(ids[start : start + kept], (0, len(ids) - kept))


def train(model: nn.Module, views: torch.Tensor, labels: torch.Tensor) -> None:
    """`views`: view x mail x token. Each epoch reads each mail once, in a form drawn by VIEW_SHARES."""
    random = numpy.random.RandomState(SEED)
    count = len(labels)
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE_MAX, weight_decay=WEIGHT_DECAY)
    steps = EPOCHS * -(-count // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE_MAX, total_steps=steps)
    for epoch in range(EPOCHS):
        model.train()
        drawn = torch.from_numpy(random.choice(len(VIEW_SHARES), count, p=VIEW_SHARES))
        ids = views[drawn, torch.arange(count)].clone()
        for row in numpy.nonzero(random.rand(count) < EXCERPT_SHARE)[0]:
            ids[row] = excerpt(ids[row], random)
        losses = []
        for rows in torch.randperm(count).split(BATCH):
            loss = nn.functional.cross_entropy(model(ids[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch={epoch + 1} train_loss={numpy.mean(losses):.4f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder that the npm package was installed in")
    data = parser.parse_args().data
    tokenizer = Tokenizer(json.loads((FOLDER / "model.json").read_text("utf-8"))["preprocessing"])
    seed_everything(SEED)

    mails = read_corpus(data)
    words = {mail.id: [token for token in tokenizer.tokens(mail.text) if is_word(token)] for mail in mails}
    kept = deduplicate(mails, words)
    training, validation, test = split_corpus(kept, SEED)
    print(f"mails={len(mails)} kept={len(kept)} training={len(training)} validation={len(validation)} test={len(test)}")
    (FOLDER / "test-ids.txt").write_text("".join(f"{mail.id}\n" for mail in test), "utf-8")

    tokens = {mail.id: [tokenizer.tokens(view(mail.text)) for view in VIEWS.values()] for mail in kept}
    vocabulary = build_vocabulary([[token for view in tokens[mail.id] for token in view] for mail in training])
    (FOLDER / "vocabulary.txt").write_text("".join(f"{token}\n" for token in vocabulary), "utf-8")
    index = {token: at for at, token in enumerate(vocabulary)}

    def tensors(part: list) -> tuple:
        ids = [[tokenizer.ids(tokens[mail.id][view], index) for mail in part] for view in range(len(VIEWS))]
        return torch.tensor(ids), torch.tensor([int(mail.spam) for mail in part])

    model = BagOfWords(len(vocabulary))
    train(model, *tensors(training))
    model.eval()
    for name, part in (("validation", validation), ("test", test)):
        views, labels = tensors(part)
        for view, ids in zip(VIEWS, views):
            with torch.no_grad():
                right = (model(ids).argmax(1) == labels).float().mean().item()
            print(f"{name}_accuracy={right:.4f} view={view!r}")
    size = export_onnx(model, tensors(test[:2])[0][0], "ids", "logits", FOLDER / "model.onnx")
    write_golden(FOLDER, tokenizer, index)
    write_samples(FOLDER, {mail.id: mail for mail in test}, tokenizer, index, model)
    print(f"vocabulary={len(vocabulary)} size_bytes={size}; now run: npx node models/evaluate.ts spam --update --data {data}")


if __name__ == "__main__":
    main()
