"""Writes the sample mails and the golden tokenisations."""

import json
from pathlib import Path

import torch
from tokenizer import Tokenizer
from update_sample import update_sample
from views import subject_and_text

# By label, in the labels' order. From the test split; chosen by hand: harmless, short, without a person's data or a link to click.
SAMPLES = {"ham": "easy-ham-1/00148", "spam": "spam-2/00116"}

# What the two implementations of the tokeniser could see differently.
TEXTS = (
    "",
    " \t\r\n",
    "Hello, World! It's 100% FREE $$$ - isn't it?",
    "From bob@example.com  Mon Jan  1 00:00:00 2001\nReceived: from a (b [1.2.3.4])\n\tby c; Mon\nSubject: Win money now\n\nClick here",
    "From: Bob <bob@example.com>\r\nTo: you@example.com\r\nSubject: Meeting\r\nX-Mailer: none\r\n\r\nSee you at 10am.\r\n",
    "<html><style>p {color: red}</style>\n<p class=3D'x'>Dear&nbsp;friend,<br>act now</p><a href='http://example.com'>here",
    "Zürich grüßt İstanbul, ΣΊΣΥΦΟΣ and naïve café 😀 \u2028 \ufeff \u00a0 end",
    "TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdA== mp3 y2k =20 [list] me@here",
    "caf\u0065\u0301 \x00 \x1c \x85 rock'n'roll ''quoted'' o'",
    "free " * 600,
)


def write_golden(folder: Path, tokenizer: Tokenizer, vocabulary: dict) -> None:
    """Pairs of a text and its token ids, without the padding: any other tokeniser of the manifest must give the same."""
    pairs = []
    for text in TEXTS:
        ids = tokenizer.ids(tokenizer.tokens(text), vocabulary)
        pairs.append({"text": text, "ids": ids[: len(tokenizer.tokens(text))]})
    (folder / "golden.json").write_text(json.dumps(pairs, indent=2) + "\n", "utf-8")


def write_samples(folder: Path, test: dict, tokenizer: Tokenizer, vocabulary: dict, model: torch.nn.Module) -> None:
    """Each sample as text and as a request; the spam's token ids become the manifest's sample."""
    (folder / "sample").mkdir(exist_ok=True)
    for label, (name, mail_id) in enumerate(SAMPLES.items()):
        text = subject_and_text(test[mail_id].text).strip() + "\n"
        ids = tokenizer.ids(tokenizer.tokens(text), vocabulary)
        with torch.no_grad():
            guess = int(model(torch.tensor([ids])).argmax())
        if guess != label:
            raise SystemExit(f"the model is wrong about the sample {mail_id}: choose another test mail")
        (folder / "sample" / f"{name}.txt").write_text(text, "utf-8")
        (folder / "sample" / f"{name}.json").write_text(json.dumps({"inputs": text}) + "\n", "utf-8")
        if name == "spam":
            update_sample(folder, "ids", "INT64", [1, len(ids)], ids)
