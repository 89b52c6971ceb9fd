"""The Python half of the manifest's `textPreprocessing`: what the server does in TypeScript, to the same ids."""

import re

_WORD = re.compile(r"(?:[a-z\u00df-\u00f6\u00f8-\u024f]+(?:'[a-z]+)?|[$!?%])\Z")
_WORD_LENGTH_MAX = 24


class Tokenizer:
    """`preprocessing` is the manifest's. The pattern keeps to what means the same in Python and JavaScript (flags `gu`):
    spelt-out classes instead of `\\s` and `\\w`, no capturing groups, no look-behind.
    """

    def __init__(self, preprocessing: dict):
        self._pattern = re.compile(preprocessing["pattern"])
        self.length = preprocessing["length"]

    def tokens(self, text: str) -> list:
        """The first `length` matches of the pattern in the lower-cased text."""
        matches = self._pattern.finditer(text.lower())
        return [match.group() for match, _ in zip(matches, range(self.length))]

    def ids(self, tokens: list, vocabulary: dict) -> list:
        """Ids of the tokens, padded at the end. Padding is 0 and unknown is 1 in our vocabulary."""
        ids = [vocabulary.get(token, 1) for token in tokens]
        return ids + [0] * (self.length - len(ids))


def is_word(token: str) -> bool:
    """Whether a token may enter the vocabulary. The others (headers, addresses, tags, numbers) exist to be skipped whole."""
    return len(token) <= _WORD_LENGTH_MAX and _WORD.match(token) is not None
