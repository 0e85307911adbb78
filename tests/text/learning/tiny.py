"""An encoder that fits into a test: random weights, forty words, saved as the hub would."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch

from evoscope.text.corpora import Corpus, Source
from evoscope.text.learning import TextCorpora, TextRecipe
from evoscope.text.taxonomy import TAXONOMY

GOOD, BAD = ("lovely", "happy", "thanks", "great"), ("awful", "idiot", "hate", "sad")
WORDS = (*GOOD, *BAD, "you", "are", "so", "what", "a", "day", "is", "it", "the", "to", "me", ".",
         "!", "?", "user", "url", "@")  # fmt: skip


def tiny_backbone(folder: Path, *, family: str = "bert", depth: int = 2, seed: int = 0) -> Path:
    """Write an encoder with its tokenizer."""
    from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
    from transformers import AutoConfig, AutoModel

    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    letters = [f"{mark}{one}" for one in "abcdefghijklmnopqrstuvwxyz" for mark in ("", "##")]
    vocabulary = {word: i for i, word in enumerate(dict.fromkeys([*special, *WORDS, *letters]))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    folder.mkdir(parents=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    config = AutoConfig.for_model(
        family,
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=depth,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        pad_token_id=0,
    )
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = AutoModel.from_config(config)
        with torch.no_grad():
            for parameter in model.parameters():  # unlike any other: no two weights are the same
                parameter += 0.05 * torch.randn_like(parameter)
    model.save_pretrained(folder)
    return folder


def tiny_corpus(split: str, *, rows: int = 96, tasks: tuple[str, ...] = ()) -> Corpus:
    """Texts whose every label follows from one word of them."""
    rng = np.random.default_rng(0 if split == "train" else 1)
    good = rng.random(rows) < 0.5
    texts = tuple(
        " ".join([*rng.choice(WORDS[8:16], 3), str(rng.choice(GOOD if one else BAD)), "."])
        for one in good
    )
    targets, known = {}, {}
    for task in TAXONOMY.tasks:
        if tasks and task.name not in tasks:
            continue
        size = len(task.labels)
        even = np.arange(size) % 2 == 0
        values = np.where(even[None, :] == good[:, None], 1.0, 0.0)
        if task.kind == "classes":
            low, high = rng.integers(0, 3, rows), rng.integers(3, 6, rows)
            values = np.eye(size)[np.where(good, low, high)]
        if task.kind == "numbers":
            values = 0.3 + 0.4 * values + rng.normal(0, 0.02, values.shape)
        targets[task.name] = values.astype(np.float32)
        known[task.name] = np.ones(values.shape, dtype=bool)
    return Corpus(
        source=Source("tiny", "CC0", True, True, "this test"),
        split=split,  # type: ignore[arg-type]
        texts=texts,
        targets=targets,
        known=known,
        domains=("",) * rows,
        groups=tuple(str(i) for i in range(rows)),
    )


def tiny_corpora(tasks: tuple[str, ...] = ()) -> TextCorpora:
    return TextCorpora((tiny_corpus("train", tasks=tasks),), (tiny_corpus("dev", tasks=tasks),))


def tiny_recipe(backbone: Path, **changes: object) -> TextRecipe:
    fields: dict[str, object] = {
        "backbone": str(backbone),
        "epochs": 4,
        "batch_size": 16,
        "device": "cpu",
        "optimiser": {"learning_rate": 0.01},
        "network": {"head_hidden_dims": (16,), "dropout": 0.1, "longest": 24},
    }
    return TextRecipe.model_validate(fields | changes)
