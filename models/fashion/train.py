#!/usr/bin/python3
"""Trains the Fashion-MNIST classifier and writes model.onnx and the sample pictures beside this file.

Ten minutes; one core is used. The test pictures are looked at once, at the end: learning rate, length and augmentation were
chosen on 6,000 pictures held out of the training set.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy
import torch
from torch import nn

FOLDER = Path(__file__).resolve().parent
sys.dont_write_bytecode = True
sys.path.insert(0, str(FOLDER.parent))

from export_onnx import export_onnx  # noqa: E402
from read_idx import read_idx  # noqa: E402
from seed_everything import seed_everything  # noqa: E402
from update_sample import update_sample  # noqa: E402
from write_png import write_png  # noqa: E402

SEED = 28
EPOCHS = 10
BATCH = 128
LEARNING_RATE_MAX = 2e-3
VALIDATION = 6000
SAMPLES = {"ankle-boot": 9, "trouser": 1, "bag": 8, "pullover": 2}


def network() -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(1, 32, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(32, 64, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Dropout(0.25),
        nn.Linear(64 * 5 * 5, 128),
        nn.ReLU(),
        nn.Dropout(0.5),
        nn.Linear(128, 10),
    )


def augment(images: torch.Tensor) -> torch.Tensor:
    """Mirrors each picture with probability one half."""
    mirrored = torch.rand(len(images), 1, 1, 1) < 0.5
    return torch.where(mirrored, images.flip(3), images)


def accuracy(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> float:
    model.eval()
    with torch.no_grad():
        right = sum((model(x).argmax(1) == y).sum().item() for x, y in zip(images.split(1000), labels.split(1000)))
    return right / len(labels)


def train(model: nn.Module, images: torch.Tensor, labels: torch.Tensor) -> None:
    order = torch.randperm(len(images))
    held_out, kept = order[:VALIDATION], order[VALIDATION:]
    steps = EPOCHS * (len(kept) // BATCH)
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE_MAX)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE_MAX, total_steps=steps)
    for epoch in range(EPOCHS):
        started = time.monotonic()
        model.train()
        losses = []
        for rows in kept[torch.randperm(len(kept))].split(BATCH):
            if len(rows) < BATCH:
                continue
            loss = nn.functional.cross_entropy(model(augment(images[rows])), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            losses.append(loss.item())
        measured = accuracy(model, images[held_out], labels[held_out])
        print(
            f"epoch={epoch + 1} train_loss={numpy.mean(losses):.4f} validation_accuracy={measured:.4f} "
            f"seconds={time.monotonic() - started:.1f}",
            flush=True,
        )


def write_samples(model: nn.Module, pixels: numpy.ndarray, images: torch.Tensor, labels: torch.Tensor) -> None:
    """For each class of SAMPLES the first test picture that the model gets right; the first one goes into the manifest too."""
    with torch.no_grad():
        guesses = torch.cat([model(part).argmax(1) for part in images.split(1000)])
    (FOLDER / "sample").mkdir(exist_ok=True)
    for name, label in SAMPLES.items():
        index = int(((labels == label) & (guesses == label)).nonzero()[0])
        write_png(pixels[index], FOLDER / "sample" / f"{name}.png")
        if name == next(iter(SAMPLES)):
            data = [round(value, 4) for value in images[index].flatten().tolist()]
            update_sample(FOLDER, "image", "FP32", [1, 1, 28, 28], data)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("/usr/share/datasets/fashion-mnist"), help="folder of IDX files")
    data = parser.parse_args().data
    manifest = json.loads((FOLDER / "model.json").read_text("utf-8"))
    mean, std = manifest["preprocessing"]["mean"][0], manifest["preprocessing"]["std"][0]

    def read(part: str) -> tuple:
        pixels = read_idx(data / f"{part}-images-idx3-ubyte.gz")
        labels = read_idx(data / f"{part}-labels-idx1-ubyte.gz")
        images = (torch.from_numpy(pixels.copy()).float().unsqueeze(1) / 255 - mean) / std
        return pixels, images, torch.from_numpy(labels.copy()).long()

    seed_everything(SEED)
    model = network()
    _, images, labels = read("train")
    train(model, images, labels)
    pixels, images, labels = read("t10k")
    print(f"test_accuracy={accuracy(model, images, labels):.4f}")
    size = export_onnx(model, images[:2], "image", "logits", FOLDER / "model.onnx")
    write_samples(model, pixels, images, labels)
    print(f"size_bytes={size}; now run: npx node models/evaluate.ts fashion --update")


if __name__ == "__main__":
    main()
