"""Logistic regressions on n-grams: a second opinion beside that of the heads.

On 43,000 short texts with 28 rare emotions, regressions on words are as good as a network on a
small encoder, and wrong elsewhere: the mean of both logits is better than either. Fitted by
themselves, after the network: trained together, one would learn what the other leaves.

So it is with two labels of safety that few, written texts teach, threatening and harassment.
"""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float, Int
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.sparse import csr_matrix
from torch import Tensor, nn

from evoscope.measure import sigmoid
from evoscope.text.learning.settings import LinearNgrams
from evoscope.text.learning.source import TextSource
from evoscope.text.taxonomy import TAXONOMY

TASKS = ("emotions", "emotions_fine", "safety")
"""What is answered so. Of the other tasks, regressions on words added nothing to the network."""
_LEFT_OUT = {"safety": ("toxic", "profane", "self_harm")}
"""Labels that are the head's alone. The words of the corpora of the first two are those that people
are hated with, and a regression learns the words. Who is in a crisis uses the words of who is sad:
without a regression, more crises are found at as few alarms on sadness."""
_FEW, _FEW_PENALTY = "safety", 0.3
"""Few texts teach these: every one should count."""
_LABELS = sum(len(TAXONOMY[task].labels) for task in TASKS)
Numbers = NDArray[np.float64]


class Linear(nn.Module):
    """Logits of emotions and of some of safety, each a sum over the n-grams of a text.

    Args:
        buckets: numbers that n-grams have.
        share: of these logits in the mean with those of a head.

    Example:
        >>> linear = Linear(16, share=0.5)
        >>> heads = {f"{task}.logits": torch.ones(1, len(TAXONOMY[task].labels)) for task in TASKS}
        >>> found = linear.joined(heads, torch.ones(1, 3).int())
        >>> found["emotions.logits"][0, 0].item(), found["safety.logits"][0].tolist()
        (0.5, [1.0, 1.0, 0.5, 0.5, 1.0])
    """

    def __init__(self, buckets: int, *, share: float) -> None:
        super().__init__()
        self.table = nn.Embedding(buckets, _LABELS)
        self.bias = nn.Parameter(torch.zeros(_LABELS))
        nn.init.zeros_(self.table.weight)
        self.share: Tensor
        self.register_buffer("share", torch.tensor(_answered()) * share, persistent=False)

    def forward(self, numbers: Int[Tensor, "n grams"]) -> Float[Tensor, "n labels"]:
        """Add up what is known of each n-gram; 0 is none."""
        there = (numbers > 0).unsqueeze(-1).to(torch.float32)
        total: Tensor = (self.table(numbers) * there).sum(1)
        return total / there.sum(1).clamp_min(1.0).sqrt() + self.bias

    def joined(
        self, found: dict[str, Tensor], numbers: Int[Tensor, "n grams"]
    ) -> dict[str, Tensor]:
        """Answers of heads, with logits averaged with these where there are any."""
        sizes = [len(TAXONOMY[task].labels) for task in TASKS]
        parts = zip(
            torch.split(self(numbers), sizes, dim=1), torch.split(self.share, sizes), strict=True
        )
        means = {
            f"{task}.logits": (1.0 - share) * found[f"{task}.logits"] + share * own
            for task, (own, share) in zip(TASKS, parts, strict=True)
        }
        return found | means


def fit_linear(source: TextSource, settings: LinearNgrams) -> Linear:
    """Fit the regressions to the labels of texts, each label to the texts where it is known.

    Args:
        source: of the texts, with n-grams.
        settings: how strictly.
    """
    true, known = (
        torch.cat([part[task].reshape(len(source), -1).float() for task in TASKS], dim=1).numpy()
        for part in (source.labels.targets, source.labels.present)
    )
    known = (known > 0) & (np.array(_answered()) > 0)
    rows = np.flatnonzero(known.any(axis=1))
    grams = ngram_matrix([source.ngrams[i] for i in rows], settings.buckets)
    weights, bias = _regressions(grams, true[rows] >= 0.5, known[rows], settings)
    linear = Linear(settings.buckets, share=settings.share)
    linear.table.weight.data.copy_(torch.from_numpy(weights))
    linear.bias.data.copy_(torch.from_numpy(bias))
    return linear


def _answered() -> list[float]:
    """1 for every label that has a regression, 0 for the others."""
    return [
        float(label not in _LEFT_OUT.get(task, ()))
        for task in TASKS
        for label in TAXONOMY[task].labels
    ]


def ngram_matrix(rows: list[NDArray[np.int32]], buckets: int) -> csr_matrix:
    """Make a sparse matrix ``(n, buckets)``: which n-grams texts have, over the root of how many.

    Example:
        >>> ngram_matrix([np.array([1, 3, 4, 5], np.int32)], 6).toarray().tolist()
        [[0.0, 0.5, 0.0, 0.5, 0.5, 0.5]]
    """
    ends = np.cumsum([0, *(len(row) for row in rows)])
    values = np.concatenate([np.full(len(row), len(row) ** -0.5, np.float32) for row in rows])
    return csr_matrix((values, np.concatenate(rows), ends), shape=(len(rows), buckets))


def _regressions(
    grams: csr_matrix,
    true: NDArray[np.bool_],
    known: NDArray[np.bool_],
    settings: LinearNgrams,
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Weights and biases with the lowest penalised loss, all labels at once (L-BFGS)."""
    texts, labels = true.shape
    # Rare n-grams say more: they are penalised less. One that occurs once says what its text does.
    often = np.diff(grams.tocsc().indptr)
    worth = ((np.log((1 + texts) / (1 + often)) + 1) * (often > 1)).astype(np.float32)
    weighed = grams.multiply(worth).tocsr()
    turned = weighed.T.tocsr()
    size = worth.size * labels
    penalty = np.array(
        [
            _FEW_PENALTY if task == _FEW else settings.penalty
            for task in TASKS
            for _ in TAXONOMY[task].labels
        ],
        dtype=np.float32,
    )

    def loss(packed: Numbers) -> tuple[float, Numbers]:
        weights = packed[:size].reshape(-1, labels).astype(np.float32)
        logits = weighed @ weights + packed[size:].astype(np.float32)
        wrong = np.where(known, sigmoid(logits) - true, 0.0).astype(np.float32)
        value = np.where(known, np.logaddexp(0.0, logits) - true * logits, 0.0).sum()
        value += 0.5 * float((penalty * weights**2).sum())
        slope = turned @ wrong + penalty * weights
        return float(value), np.concatenate([slope.ravel(), wrong.sum(0)]).astype(np.float64)

    share = np.clip((true & known).sum(0) / np.maximum(known.sum(0), 1), 1e-4, 1 - 1e-4)
    start = np.concatenate([np.zeros(size), np.log(share / (1 - share))])
    found = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": settings.steps, "maxcor": 6},
    ).x.astype(np.float32)
    return found[:size].reshape(-1, labels) * worth[:, None], found[size:]
