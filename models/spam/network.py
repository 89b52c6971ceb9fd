"""The classifier: a bag of word embeddings."""

import torch
from torch import nn

_DIMENSIONS = 16
_TOKENS_IGNORED = 0.3
_DROPOUT = 0.3
_LENGTH_EXPONENT = 0.75


class BagOfWords(nn.Module):
    """Sums the embeddings of the known words, divides by their number to the power 0.75, and classifies.

    Unknown tokens and padding weigh nothing, so that headers and markup cannot tell. Dividing by less than the number lets
    a long text be more certain than a short one; it was better in cross-validation than the mean (exponent 1).
    """

    def __init__(self, vocabulary_size: int):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary_size, _DIMENSIONS)
        nn.init.normal_(self.embedding.weight, std=0.1)
        self.dropout = nn.Dropout(_DROPOUT)
        self.output = nn.Linear(_DIMENSIONS, 2)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        if self.training:
            ids = torch.where(torch.rand(ids.shape) < _TOKENS_IGNORED, torch.ones_like(ids), ids)
        known = (ids > 1).float().unsqueeze(2)
        total = (self.embedding(ids) * known).sum(1)
        return self.output(self.dropout(total / known.sum(1).clamp(min=1) ** _LENGTH_EXPONENT))
