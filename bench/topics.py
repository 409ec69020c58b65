"""Trains lib/catalog/topics.npz, the learned weights of tagging, and tells what they add: `python -m bench.topics`.

A logistic regression for each topic on what the terms say, on the words' vectors, and on the words themselves where two
texts have them. Vectors come from two packages and stay there (GloVe on a milliard words of Russian news; the token
vectors of WordLlama): only their products with the weights ship, twelve numbers a word. Each term of topics.toml is an
example too, of a tenth of a text's weight, so the words near a term learn from it. Texts: tests/labelled/{dev,hands,
extra}.jsonl, lib/snapshot/digest.csv, and headlines.tsv beside this file, invented for training alone. What is held out
is not read.

Beyond tests/requirements.txt this needs `pip install natasha navec wordllama scipy` and Debian's wamerican.
"""

from __future__ import annotations

import csv
import json
import math
import re
from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import scipy.sparse as sp
from navec import Navec
from safetensors.numpy import load_file
from tokenizers import Tokenizer

from lib.catalog import HERE, entries
from lib.catalog.rules import GAZETTEER, STEM, TOPICS, WEIGHTS, Place, Rules, Topic, fold, judge
from lib.news import places, subjects, tagging, topics
from lib.news.terms import TITLE, words_of

ROOT = Path(__file__).parent.parent
FOLDS, STEPS, RATE = 6, 150, 0.05
DECAY, WORD_DECAY = 3.0, 6.0  # of the weights of terms and vectors; of the words themselves
SCALE, WORD_SCALE, TERM_WEIGHT = 4.0, 6.0, 0.1  # of vectors and of words beside what terms say; of a term beside a text
AGAIN = 2  # texts that have a word before it gets a weight of its own
NO_VECTOR = 0.5  # squared length of a word without a vector
COMMON = 1e-3  # a word this frequent counts half
SELDOM = 3000  # times in a milliard words: below it a Russian stem has no vector worth having
PIECES = 2  # of an English word's spelling: one of more is too rare for its pieces to mean it
OTHER_HANDS = ("extra", "headlines", "digest")  # labelled by one hand each, so a little less sure
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
    for name in ("dev", "hands", "extra"):
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


class Lexicon(NamedTuple):
    """What is known of stems: vectors, shape (556,) each, the columns of those that texts have again and again, and the
    squared lengths of all of either."""

    vectors: dict[str, Array]
    columns: dict[str, int]
    lengths: dict[str, float]


class Rows(NamedTuple):
    """Examples: what terms and vectors say, shape (n, 5 topics + 9 + 556), what words stand there, shape (n, columns),
    and the topics, shape (n, topics), each weighed."""

    dense: Array
    words: Any
    labels: Array
    weights: Array

    def some(self, at: Array) -> Rows:
        return Rows(self.dense[at], self.words[at], self.labels[at], self.weights[at])

    def and_(self, other: Rows) -> Rows:
        whole = sp.vstack([self.words, other.words]).tocsr()
        three = (np.concatenate([getattr(self, f), getattr(other, f)]) for f in ("dense", "labels", "weights"))
        dense, labels, weights = three
        return Rows(dense, whole, labels, weights)


def lexicon(rules: Rules, some: list[Text]) -> Lexicon:
    vectors = joined(rules)
    had = Counter(stem for text in some for stem in {stem for stem, _ in stems_of(text)})
    columns = {stem: nth for nth, stem in enumerate(sorted(stem for stem in had if had[stem] >= AGAIN))}
    lengths = dict.fromkeys(columns, NO_VECTOR) | {stem: float(v @ v) for stem, v in vectors.items()}
    return Lexicon(vectors, columns, lengths)


def stems_of(text: Text) -> list[tuple[str, float]]:
    """The stems of a text, each with its weight there."""
    words = words_of(text.title, text.text)
    return [
        (fold(word)[:STEM], topics.TITLE_WORD if zone == TITLE else 1.0)
        for word, zone in zip(words.all, words.zones, strict=False)
        if len(word) > 2
    ]


def pooled(words: list[tuple[str, float]], known: Lexicon, few: float) -> tuple[Array, dict[int, float]]:
    """The mean vector of words, shape (556,), and the columns that they have, each with its value."""
    length = math.sqrt(few + sum(weight * weight * known.lengths.get(stem, 0.0) for stem, weight in words))
    whole = sum((w * known.vectors[stem] for stem, w in words if stem in known.vectors), np.zeros(556, np.float32))
    values: dict[int, float] = defaultdict(float)
    for stem, weight in words:
        if stem in known.columns:
            values[known.columns[stem]] += WORD_SCALE * weight / length
    return SCALE * whole / length, values


def of_texts(some: list[Text], rules: Rules, known: Lexicon) -> Rows:
    dense, words = [], []
    for text in some:
        vector, values = pooled(stems_of(text), known, topics.FEW_WORDS)
        dense.append(np.concatenate([by_terms(text, rules), vector]))
        words.append(values)
    labels = np.array([[float(key in text.topics) for key in rules.topics] for text in some])
    weights = np.array([0.7 if text.source in OTHER_HANDS else 1.0 for text in some])
    return Rows(np.array(dense, np.float32), _sparse(words, known), labels, weights)


def by_terms(text: Text, rules: Rules) -> list[float]:
    """What terms and the setting say of a text. Shape (5 topics + 9,)."""
    words = words_of(text.title, text.text)
    hits, _ = tagging._index(rules).find(words.all)
    found = places.Places(tagging.own(hits, words, rules), words)
    home = "" if topics.RUBRIC.search(text.title) else text.national
    setting = tagging.setting_of(found, subjects.countries_of(found, home, judge()), text.national)
    said = topics.heard([hit for hit in hits if hit.owner in rules.topics], words)
    return topics.features(said, setting, tuple(rules.topics))


def of_terms(rules: Rules, known: Lexicon, width: int) -> Rows:
    """The terms as examples: words alone, and the one."""
    owners: dict[str, dict[str, float]] = defaultdict(dict)
    for key, topic in rules.topics.items():
        for terms, weight in ((topic.strong, 1.0), (topic.plain, 0.6)):
            owners |= {term: owners[term] | {key: weight} for term in terms}
    rows, labels, weights = [], [], []
    for term, marks in owners.items():
        words = [(fold(word)[:STEM], 1.0) for word in term.replace("*", "").split() if len(word) > 2]
        vector, _ = pooled(words, known, 1e-6)
        if np.linalg.norm(vector) > 0.2 * SCALE:
            rows.append(np.concatenate([np.zeros(width - 1), [1.0], vector]))
            labels.append([float(key in marks) for key in rules.topics])
            weights.append(TERM_WEIGHT * max(marks.values()))
    none = _sparse([{}] * len(rows), known)
    return Rows(np.array(rows, np.float32), none, np.array(labels), np.array(weights))


def _sparse(rows: list[dict[int, float]], known: Lexicon) -> Any:
    at = [(nth, column, value) for nth, row in enumerate(rows) for column, value in row.items()]
    nths, columns, values = zip(*at, strict=True) if at else ((), (), ())
    return sp.csr_matrix((values, (nths, columns)), (len(rows), len(known.columns)), dtype=np.float32)


def fit(rows: Rows) -> tuple[Array, Array]:
    """Weights of a logistic regression for each topic by Adam, all rows a step: of terms and vectors, and of words.
    Shapes (columns, topics)."""
    back = rows.words.T.tocsr()
    parts = [np.zeros((m.shape[1], rows.labels.shape[1]), np.float32) for m in (rows.dense, rows.words)]
    mean, square = ([np.zeros_like(part) for part in parts] for _ in "ms")
    for step in range(1, STEPS + 1):
        odds = rows.dense @ parts[0] + rows.words @ parts[1]
        wrong = ((1 / (1 + np.exp(-odds)) - rows.labels) * rows.weights[:, None]).astype(np.float32)
        slopes = (rows.dense.T @ wrong + DECAY * parts[0], back @ wrong + WORD_DECAY * parts[1])
        for nth, slope in enumerate(slopes):
            mean[nth] = 0.9 * mean[nth] + 0.1 * slope
            square[nth] = 0.99 * square[nth] + 0.01 * slope * slope
            parts[nth] -= RATE * (mean[nth] / (1 - 0.9**step)) / (np.sqrt(square[nth] / (1 - 0.99**step)) + 1e-8)
    return parts[0], parts[1]


def f1(told: list[set[str]], true: list[set[str]]) -> float:
    hit = sum(len(a & b) for a, b in zip(told, true, strict=True))
    return 2 * hit / (sum(map(len, told)) + sum(map(len, true)))


def told(odds: Array, order: list[str]) -> list[set[str]]:
    return [{order[nth] for nth in topics._likely(row.tolist())} for row in odds]


def crossed(rows: Rows, terms: Rows) -> Array:
    """The log-odds of each text by weights that have not seen it."""
    fold_of = np.random.default_rng(1).integers(0, FOLDS, len(rows.labels))
    odds = np.zeros(rows.labels.shape)
    for nth in range(FOLDS):
        out = fold_of == nth
        by_dense, by_words = fit(rows.some(np.flatnonzero(~out)).and_(terms))
        odds[out] = rows.dense[out] @ by_dense + rows.words[np.flatnonzero(out)] @ by_words
    return odds


def write(found: tuple[Array, Array], width: int, known: Lexicon, order: list[str]) -> int:
    """Write the file and return how many words it has."""
    by_dense, by_words = found
    said = {stem: SCALE * vector @ by_dense[width:] for stem, vector in known.vectors.items()}
    for stem, column in known.columns.items():
        said[stem] = said.get(stem, 0.0) + WORD_SCALE * by_words[column]
    kept = [stem for stem in sorted(said) if np.abs(said[stem]).max() >= LEAST]
    words = np.array([said[stem] for stem in kept])
    scale = np.float32(np.abs(words).max() / 127)

    def as_bytes(names: list[str]) -> Array:
        return np.frombuffer("\n".join(names).encode(), np.uint8)

    np.savez_compressed(
        HERE / WEIGHTS,
        topics=as_bytes(order),
        weights=by_dense[:width].T.astype(np.float32),
        stems=as_bytes(kept),
        words=np.round(words / scale).astype(np.int8),
        scale=scale,
        lengths=np.array([known.lengths[stem] for stem in kept], np.float16),
    )
    return len(kept)


def main() -> None:
    rules = Rules(entries(TOPICS, Topic), entries(GAZETTEER, Place))
    order, all_texts = list(rules.topics), texts()
    known = lexicon(rules, all_texts)
    rows = of_texts(all_texts, rules, known)
    width = rows.dense.shape[1] - 556
    terms = of_terms(rules, known, width)
    odds = crossed(rows, terms)
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
    print(write(fit(rows.and_(terms)), width, known, order), "words,", (HERE / WEIGHTS).stat().st_size, "bytes")


if __name__ == "__main__":
    main()
