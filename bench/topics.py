"""Trains lib/catalog/topics.npz, the learned weights of tagging, and tells what they add: `python -m bench.topics`.

A logistic regression for each topic on what the terms say and on the words' vectors. Vectors come from two packages and
stay there (GloVe on a milliard words of Russian news; the token vectors of WordLlama): only their products with the
weights ship, twelve numbers a word. Each term of topics.toml is an example too, of a tenth of a text's weight, so the
words near a term learn from it. Texts: tests/labelled/{dev,extra}.jsonl, lib/snapshot/digest.csv, and headlines.tsv
beside this file, invented for training alone. heldout.jsonl is not read.

Beyond tests/requirements.txt this needs `pip install natasha navec wordllama` and Debian's wamerican.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from navec import Navec
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from lib.catalog import HERE, entries
from lib.catalog.rules import ELSEWHERE, GAZETTEER, STEM, TOPICS, WEIGHTS, Place, Rules, Topic, fold
from lib.countries import CODES, REGION
from lib.news import places, tagging, topics
from lib.news.terms import TITLE, words_of

ROOT = Path(__file__).parent.parent
FOLDS, STEPS, RATE, DECAY = 6, 200, 0.08, 3.0
SCALE, TERM_WEIGHT = 4.0, 0.1  # of word vectors beside what terms say; of a term beside a text
COMMON = 1e-3  # a word this frequent counts half
SELDOM = 3000  # times in a milliard words: below it a Russian stem has no vector worth having
PIECES = 2  # of an English word's spelling: one of more is too rare for its pieces to mean it
LEAST = 0.55  # of log-odds for some topic: words that say less are left out

Array = np.ndarray[Any, Any]


class Text(NamedTuple):
    source: str
    title: str
    text: str
    national: str
    topics: tuple[str, ...]


def texts() -> list[Text]:
    found = []
    for name in ("dev", "extra"):
        for line in (ROOT / f"tests/labelled/{name}.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            found.append(Text(name, row["title"], row["text"], row["feed_country"], tuple(row["topics"])))
    with (HERE.parent / "snapshot/digest.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.append(Text("digest", row["headline"], row["summary"], "", tuple(row["topics"].split(";"))))
    for line in (Path(__file__).parent / "headlines.tsv").read_text("utf-8").splitlines():
        national, about, title, text = line.split("|")
        found.append(Text("headlines", title, text, national, tuple(filter(None, about.split(";")))))
    return found


def russian() -> dict[str, Array]:
    """Vectors of Russian stems, the mean of their words', the longer the rarer. Shape (300,) each."""
    model = Navec.load(files("natasha") / "data/emb/navec_news_v1_1B_250K_300d_100q.tar")
    total = sum(map(int, model.vocab.counts))
    sums: dict[str, list[Any]] = defaultdict(lambda: [np.zeros(300, np.float32), 0])
    for word, count in zip(model.vocab.words, model.vocab.counts, strict=True):
        if re.fullmatch("[а-яё]{3,}", word):
            each = sums[fold(word)[:STEM]]
            each[0] += math.sqrt(count) * model[word] / np.linalg.norm(model[word])
            each[1] += int(count)
    seldom = SELDOM * total / 1e9
    return {
        stem: vector / np.linalg.norm(vector) * COMMON / (COMMON + count / total)
        for stem, (vector, count) in sums.items()
        if count >= seldom
    }


def english(rules: Rules) -> dict[str, Array]:
    """Vectors of English stems. Shape (256,) each; WordLlama's own lengths already say how much a word tells."""
    folder = files("wordllama")
    spell = Tokenizer.from_file(str(folder / "tokenizers/l2_supercat_tokenizer_config.json"))
    vectors = next(iter(load_file(str(folder / "weights/l2_supercat_256.safetensors")).values())).astype(np.float32)
    listed = Path("/usr/share/dict/american-english").read_text("utf-8").split()
    terms = [word.rstrip("*") for t in rules.topics.values() for term in t.strong + t.plain for word in term.split()]
    found = defaultdict(list)
    for word in {word.lower() for word in listed + terms if re.fullmatch("[A-Za-z]{3,}", word)}:
        pieces = spell.encode(word, add_special_tokens=False).ids
        if len(pieces) <= PIECES:
            found[word[:STEM]].append(vectors[pieces].mean(axis=0) / 13)  # 13: the length of "school"
    return {stem: np.mean(each, axis=0) for stem, each in found.items()}


def joined(rules: Rules) -> dict[str, Array]:
    """Vectors of both languages side by side, so that neither speaks for the other. Shape (556,) each."""
    left, right = np.zeros(300, np.float32), np.zeros(256, np.float32)
    return {
        **{stem: np.concatenate([left, vector]) for stem, vector in english(rules).items()},
        **{stem: np.concatenate([vector, right]) for stem, vector in russian().items()},
    }


def pooled(words: list[tuple[str, float]], vectors: dict[str, Array], few: float) -> Array:
    known = [
        (vectors[stem], weight) for word, weight in words if len(word) > 2 and (stem := fold(word)[:STEM]) in vectors
    ]
    whole = sum((weight * vector for vector, weight in known), np.zeros(556, np.float32))
    return whole / math.sqrt(few + sum(weight * weight * float(vector @ vector) for vector, weight in known))


def of_text(text: Text, rules: Rules, vectors: dict[str, Array]) -> Array:
    """One row: what terms say and the setting, then the words. Shape (5 topics + 9 + 556,)."""
    words = words_of(text.title, text.text)
    hits, _ = tagging._index(rules).find(words.all)
    tags = tagging.tag(text.title, text.text, text.national, rules)
    named = {tag.code for tag in tags if tag.kind == "country"}
    found = places.Places(tagging._own(hits, words, rules), words)
    setting = topics.Setting(
        len(named & {*CODES}),
        REGION in named,
        bool(text.national),
        ELSEWHERE in {*found.said, *found.hinted},
        ELSEWHERE in found.titled,
    )
    said = topics.heard([hit for hit in hits if hit.owner in rules.topics], words)
    weighed = [(w, topics.TITLE_WORD if z == TITLE else 1.0) for w, z in zip(words.all, words.zones, strict=False)]
    by_terms = topics.features(said, setting, tuple(rules.topics))
    return np.concatenate([by_terms, SCALE * pooled(weighed, vectors, topics.FEW_WORDS)])


def of_terms(rules: Rules, vectors: dict[str, Array], width: int) -> tuple[Array, Array, Array]:
    """Rows, labels and weights of the terms: words alone, and the one."""
    owners: dict[str, dict[str, float]] = defaultdict(dict)
    for key, topic in rules.topics.items():
        for terms, weight in ((topic.strong, 1.0), (topic.plain, 0.6)):
            owners |= {term: owners[term] | {key: weight} for term in terms}
    rows, labels, weights = [], [], []
    for term, marks in owners.items():
        vector = pooled([(word, 1.0) for word in term.replace("*", "").split()], vectors, 1e-6)
        if np.linalg.norm(vector) > 0.2:
            rows.append(np.concatenate([np.zeros(width - 1), [1.0], SCALE * vector]))
            labels.append([float(key in marks) for key in rules.topics])
            weights.append(TERM_WEIGHT * max(marks.values()))
    return np.array(rows), np.array(labels), np.array(weights)


def fit(rows: Array, labels: Array, weights: Array) -> Array:
    """Weights of a logistic regression for each label by Adam, all rows a step. Shape (columns, labels)."""
    found = np.zeros((rows.shape[1], labels.shape[1]))
    mean, square = np.zeros_like(found), np.zeros_like(found)
    for step in range(1, STEPS + 1):
        wrong = (1 / (1 + np.exp(-rows @ found)) - labels) * weights[:, None]
        slope = rows.T @ wrong + DECAY * found
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope * slope
        found -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return found


def f1(told: list[set[str]], true: list[set[str]]) -> float:
    hit = sum(len(a & b) for a, b in zip(told, true, strict=True))
    return 2 * hit / (sum(map(len, told)) + sum(map(len, true)))


def told(odds: Array, order: list[str]) -> list[set[str]]:
    return [{order[nth] for nth in topics._likely(row.tolist())} for row in odds]


def crossed(rows: Array, labels: Array, terms: tuple[Array, Array, Array]) -> Array:
    """The log-odds of each text by weights that have not seen it."""
    fold_of = np.random.default_rng(1).integers(0, FOLDS, len(rows))
    odds = np.zeros(labels.shape)
    for nth in range(FOLDS):
        out = fold_of == nth
        odds[out] = rows[out] @ trained(rows[~out], labels[~out], terms)
    return odds


def trained(rows: Array, labels: Array, terms: tuple[Array, Array, Array]) -> Array:
    weights = np.concatenate([np.ones(len(rows)), terms[2]])
    return fit(np.vstack([rows, terms[0]]), np.vstack([labels, terms[1]]), weights)


def write(found: Array, width: int, vectors: dict[str, Array], order: list[str]) -> int:
    """Write the file and return how many words it has."""
    said = {stem: SCALE * vector @ found[width:] for stem, vector in vectors.items()}
    kept = [stem for stem in sorted(said) if np.abs(said[stem]).max() >= LEAST]
    words = np.array([said[stem] for stem in kept])
    scale = np.float32(np.abs(words).max() / 127)

    def as_bytes(names: list[str]) -> Array:
        return np.frombuffer("\n".join(names).encode(), np.uint8)

    np.savez_compressed(
        HERE / WEIGHTS,
        topics=as_bytes(order),
        weights=found[:width].T.astype(np.float32),
        stems=as_bytes(kept),
        words=np.round(words / scale).astype(np.int8),
        scale=scale,
        lengths=np.array([float(vectors[stem] @ vectors[stem]) for stem in kept], np.float16),
    )
    return len(kept)


def main() -> None:
    rules = Rules(entries(TOPICS, Topic), entries(GAZETTEER, Place))
    order, all_texts = list(rules.topics), texts()
    vectors = joined(rules)
    rows = np.array([of_text(text, rules, vectors) for text in all_texts])
    labels = np.array([[float(key in text.topics) for key in order] for text in all_texts])
    width = rows.shape[1] - 556
    terms = of_terms(rules, vectors, width)
    odds = crossed(rows, labels, terms)
    by_rules = [
        {tag.code for tag in tagging.tag(text.title, text.text, text.national, rules) if tag.kind == "topic"}
        for text in all_texts
    ]
    learned = told(odds, order)
    print(f"{'texts':<10}{'number':>7}{'terms alone':>13}{'with weights':>14}   (topics, micro-F1, cross-validated)")
    for source in dict.fromkeys(text.source for text in all_texts):
        at = [nth for nth, text in enumerate(all_texts) if text.source == source]
        true = [{*all_texts[nth].topics} for nth in at]
        print(
            f"{source:<10}{len(at):>7}{f1([by_rules[n] for n in at], true):>13.3f}"
            f"{f1([learned[n] for n in at], true):>14.3f}"
        )
    print(
        write(trained(rows, labels, terms), width, vectors, order), "words,", (HERE / WEIGHTS).stat().st_size, "bytes"
    )


if __name__ == "__main__":
    main()
