"""Readers on small files of each format: labels by name, masks, parts and refusals."""

from __future__ import annotations

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest

from evoscope.text.corpora import (
    CorpusError,
    LicenceError,
    corpus_names,
    detokenise,
    load,
    load_training,
    source,
)
from evoscope.text.taxonomy import EMOTIONS, EMOTIONS_FINE, TAXONOMY


def write(folder: Path, name: str, **files: str) -> Path:
    (folder / name).mkdir(exist_ok=True)
    for file, content in files.items():
        stem, _, ending = file.rpartition("_")
        path = folder / name / f"{stem}.{ending}"
        path.write_text(content, encoding="utf-8")
    return folder


def emobank(folder: Path) -> Path:
    return write(
        folder,
        "emobank",
        emobank_csv="id,split,V,A,D,text\n1,train,1.0,3.0,5.0,First text\n2,dev,5,3,1,Second\n"
        "3,test,3,3,3,Never read\n4,train,2,2,2,second!\n",
    )


def test_numbers_are_brought_to_zero_to_one_and_parts_kept(tmp_path: Path) -> None:
    train = load("emobank", "train", folder=emobank(tmp_path))
    assert train.texts == ("First text",)
    assert train.targets["vad"].tolist() == [[0.0, 0.5, 1.0]]
    assert load("emobank", "dev", folder=tmp_path).texts == ("Second",)


def test_a_text_of_a_dev_part_is_never_trained_on_even_of_another_corpus(tmp_path: Path) -> None:
    emobank(tmp_path)
    # "second!" is also in EmoBank's dev part, and "offended" in one that is only evaluated.
    write(
        tmp_path,
        "olid",
        **{"olid-training-v1.0_tsv": "id\ttweet\tsubtask_a\tsubtask_b\n1\tOffended?\tOFF\tUNT\n"},
    )
    write(
        tmp_path,
        "goemotions",
        labels_txt="\n".join(EMOTIONS_FINE),
        train_tsv="OFFENDED\t2\ta\nkept text\t0,27\tb\nKept text!\t1\tc\n",
        dev_tsv="another\t27\td\n",
    )
    train = load("goemotions", "train", folder=tmp_path)
    assert train.texts == ("kept text",)
    assert train.dropped == {"also in a dev part": 1, "second copy": 1}
    assert load("emobank", "train", folder=tmp_path).dropped["also in a dev part"] == 1


def test_both_views_of_emotions_are_read(tmp_path: Path) -> None:
    write(
        tmp_path,
        "goemotions",
        labels_txt="\n".join(EMOTIONS_FINE),
        train_tsv="x\t27\ta\n",
        dev_tsv=f"phew\t{EMOTIONS_FINE.index('relief')}\tb\n",
    )
    dev = load("goemotions", "dev", folder=tmp_path)
    assert dev.targets["emotions"][0].tolist() == [float(e == "calm") for e in EMOTIONS]
    assert dev.known["emotions_fine"].all()


def test_labels_in_another_order_than_the_corpus_had_are_refused(tmp_path: Path) -> None:
    write(
        tmp_path,
        "goemotions",
        labels_txt="\n".join([*EMOTIONS_FINE[:-1], "boredom"]),
        train_tsv="x\t27\ta\n",
        dev_tsv="y\t27\tb\n",
    )
    with pytest.raises(ValueError, match="Map them by name"):
        load("goemotions", "dev", folder=tmp_path)


def test_what_a_corpus_does_not_label_is_masked_and_nan(tmp_path: Path) -> None:
    rows = "".join(f"A line number {i} .\t1\n" for i in range(60))
    write(tmp_path, "xed_en", **{"en-annotated_tsv": rows, "neu_en_txt": "9\tFine .\n"})
    train = load("xed_en", "train", folder=tmp_path)
    unknown = [EMOTIONS.index(e) for e in ("love", "calm", "excitement", "confusion")]
    assert not train.known["emotions"][:, unknown].any()
    assert np.isnan(train.targets["emotions"][:, unknown]).all()
    assert "calm" not in train.known_labels()["emotions"]
    assert train.texts[0].endswith("."), "detokenised"


@pytest.mark.parametrize("name", [n for n in corpus_names() if not source(n).may_train])
def test_evaluation_only_is_refused_by_its_licence(name: str, tmp_path: Path) -> None:
    with pytest.raises(LicenceError, match="licensed for it"):
        load(name, "train", folder=tmp_path)
    with pytest.raises(LicenceError, match="licensed for it"):
        load_training(["authored", name], folder=tmp_path)


def test_hate_says_nothing_of_profanity(tmp_path: Path) -> None:
    rows = "".join(f"{i},3,0,0,0,{i % 3},tweet {i}\n" for i in range(90))
    write(
        tmp_path,
        "davidson_hate",
        labeled_data_csv=",count,hate_speech,offensive_language,neither,class,tweet\n" + rows,
    )
    train = load("davidson_hate", "train", folder=tmp_path)
    profane = TAXONOMY["safety"].index("profane")
    assert train.native is not None
    hate = train.native.index == 0
    assert not train.known["safety"][hate, profane].any()
    assert train.known["safety"][~hate, profane].all()


def test_passages_are_read_as_text(tmp_path: Path) -> None:
    content = 'spans,text\n"[4, 5, 6, 7, 8]",You idiot.\n[],Nothing marked\n'
    write(tmp_path, "toxic_spans", tsd_train_csv=content, tsd_trial_csv=content)
    dev = load("toxic_spans", "dev", folder=tmp_path)
    assert dev.passages == (("idiot",), ())
    assert dev.known["safety"][:, 0].tolist() == [True, False]


def test_sentences_beside_the_marked_ones_of_a_comment_are_harmless(tmp_path: Path) -> None:
    text = "The senate votes on it tomorrow. You people are all idiots! Too short."
    at = [text.index("idiots") + i for i in range(6)]
    content = f'spans,text\n"{at}","{text}"\n[],"Nobody marked a single word here. Nor there."\n'
    write(tmp_path, "toxic_spans", tsd_train_csv=content, tsd_trial_csv="spans,text\n")
    train = load("toxic_spans", "train", folder=tmp_path)
    toxic = train.targets["safety"][:, 0]
    assert dict(zip(train.texts[:3], toxic[:3].tolist(), strict=True)) == {
        text: 1.0,
        "The senate votes on it tomorrow.": 0.0,
        "You people are all idiots!": 1.0,
    }
    assert len(train) == 4  # the unmarked comment, of which nothing is known
    assert not train.known["safety"][3].any()


def test_sentences_of_one_document_stay_together(tmp_path: Path) -> None:
    rows = "".join(f"0.5\t-1.0,0.0,2.0\tdoc{i // 4}.{i}\tSentence {i} .\n" for i in range(200))
    files = {f"{name}_tsv": rows if name == "blog" else "" for name in
             ("answers", "blog", "email", "news")}  # fmt: skip
    write(tmp_path, "pavlick_formality", **files)
    train, dev = (load("pavlick_formality", s, folder=tmp_path) for s in ("train", "dev"))
    assert len(dev) > 0
    assert set(train.groups).isdisjoint(dev.groups)
    formal = TAXONOMY["style"].index("formal")
    assert train.targets["style"][0, formal] == pytest.approx(1 / (1 + math.exp(-0.5)))


@pytest.mark.parametrize(
    "content", ["", "id,V\n1,2\n", "id,split,V,A,D,text\n1,dev,high,1,1,x\n", "\x00\xff"]
)
def test_a_broken_file_is_said_to_be_broken(content: str, tmp_path: Path) -> None:
    write(tmp_path, "emobank", emobank_csv=content)
    with pytest.raises(CorpusError, match="should"):
        load("emobank", "dev", folder=tmp_path)


def test_a_missing_corpus_says_where_it_should_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(CorpusError, match="should hold emobank/"):
        load("emobank", "dev", folder=tmp_path)
    monkeypatch.delenv("EVOSCOPE_REALDATA", raising=False)
    with pytest.raises(CorpusError, match="EVOSCOPE_REALDATA"):
        load("emobank", "dev")
    with pytest.raises(CorpusError, match="'emobanc'"):
        load("emobanc", "dev")


def test_the_written_set_needs_no_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVOSCOPE_REALDATA", raising=False)
    train = load("authored", "train")
    assert train.weak
    self_harm = TAXONOMY["safety"].index("self_harm")
    sad = [i for i, domain in enumerate(train.domains) if domain == "self_harm/sadness"]
    assert (train.targets["safety"][sad, self_harm] == 0.0).all()


def test_the_hash_names_these_rows_and_these_labels(tmp_path: Path) -> None:
    dev = load("emobank", "dev", folder=emobank(tmp_path))
    assert dev.sha256 == load("emobank", "dev", folder=tmp_path).sha256
    shifted = dataclasses.replace(dev, targets={"vad": dev.targets["vad"] / np.float32(2.0)})
    renamed = dataclasses.replace(dev, texts=("Another",))
    assert len({dev.sha256, shifted.sha256, renamed.sha256}) == 3
    assert dev.select([0]).sha256 == dev.sha256


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        ("I ca n't , wo n't !", "I can't, won't!"),
        ("He 's `` here '' -LRB- now -RRB- .", 'He\'s "here" (now).'),
        ("one half - hour", "one half - hour"),
        ("It costs $ 5 .", "It costs $5."),
    ],
)
def test_tokens_are_put_together(tokens: str, text: str) -> None:
    assert detokenise(tokens) == text
