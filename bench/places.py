"""Trains lib/catalog/places.npz, by which tagging tells what an article is about: `python -m bench.places`.

Four networks of one hidden layer, joined to one, on what `lib.news.subjects` makes of the places in a text. Texts:
tests/labelled/{dev,hands,extra}.jsonl. What is held out is not read. Run it before bench/topics.py, which builds on the
countries found.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lib.catalog import HERE
from lib.catalog.rules import JUDGED, Judge, Rules, rules
from lib.news import places, subjects, tagging, topics
from lib.news.terms import words_of

LABELLED = Path(__file__).parent.parent / "tests/labelled"
SETS = ("dev", "hands", "extra")
FOLDS, HIDDEN, NETWORKS, EPOCHS, BATCH, RATE, DECAY = 5, 32, 4, 100, 512, 3e-3, 0.05

Array = np.ndarray[Any, Any]


class Example(NamedTuple):
    """A text: its set, what is asked about with a row of features each, and what it is about."""

    source: str
    asked: list[str]
    rows: Array
    about: set[str]


def examples(known: Rules) -> list[Example]:
    return [
        _example(name, json.loads(line), known)
        for name in SETS
        for line in (LABELLED / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


def _example(source: str, text: dict[str, Any], known: Rules) -> Example:
    words = words_of(text["title"], text["text"])
    hits, _ = tagging._index(known).find(words.all)
    found = places.Places(tagging.own(hits, words, known), words)
    home = "" if topics.RUBRIC.search(text["title"]) else text["feed_country"]
    asked = subjects.asked_about(found, home)
    return Example(source, asked, np.array(subjects.features(found, home, asked), np.float32), {*text["countries"]})


def fit(some: list[Example]) -> Judge:
    """The mean of several networks, which is a network again: their hidden layers side by side."""
    inner, bias, outer, outer_bias = zip(*(_fit(some, seed) for seed in range(NETWORKS)), strict=True)
    outer = np.concatenate(outer) / NETWORKS
    parts = np.concatenate(inner, axis=1), np.concatenate(bias), outer
    return Judge(*(part.astype(np.float32) for part in parts), float(np.mean(outer_bias)))


def _fit(some: list[Example], seed: int) -> tuple[Array, Array, Array, Array]:
    """Adam on shuffled batches, with weights that decay and a rate that falls to nothing."""
    random = np.random.default_rng(seed)
    rows = np.concatenate([each.rows for each in some if each.asked])
    true = np.array([float(place in each.about) for each in some for place in each.asked], np.float32)
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 0.1
    rows = (rows - middle) / spread
    width = rows.shape[1]
    parts = [
        random.normal(0, width**-0.5, (width, HIDDEN)),
        np.zeros(HIDDEN),
        random.normal(0, HIDDEN**-0.5, HIDDEN),
        np.zeros(1),
    ]
    mean, square = ([np.zeros_like(part) for part in parts] for _ in "ms")
    steps = EPOCHS * (len(rows) // BATCH + 1)
    step = 0
    for _ in range(EPOCHS):
        for batch in np.array_split(random.permutation(len(rows)), len(rows) // BATCH + 1):
            step += 1
            rate = RATE * (1 + np.cos(np.pi * step / steps)) / 2
            for nth, slope in enumerate(_slopes(parts, rows[batch], true[batch])):
                mean[nth] = 0.9 * mean[nth] + 0.1 * slope
                square[nth] = 0.999 * square[nth] + 0.001 * slope * slope
                move = mean[nth] / (1 - 0.9**step) / (np.sqrt(square[nth] / (1 - 0.999**step)) + 1e-8)
                parts[nth] -= rate * (move + DECAY * parts[nth])
    inner, bias, outer, outer_bias = parts
    inner = inner / spread[:, None]
    return inner, bias - middle @ inner, outer, outer_bias


def _slopes(parts: list[Array], rows: Array, true: Array) -> list[Array]:
    inner, bias, outer, outer_bias = parts
    hidden = np.maximum(rows @ inner + bias, 0)
    wrong = (1 / (1 + np.exp(-(hidden @ outer + outer_bias))) - true) / len(rows)
    back = np.outer(wrong, outer) * (hidden > 0)
    return [rows.T @ back, back.sum(axis=0), hidden.T @ wrong, wrong.sum(keepdims=True)]


def told(some: list[Example], judge: Judge) -> list[set[str]]:
    return [
        {place for place, odds in zip(e.asked, judge.odds(e.rows), strict=True) if odds >= subjects.LIKELY}
        if e.asked
        else set()
        for e in some
    ]


def f1(some: list[Example], given: list[set[str]]) -> float:
    hit = sum(len(each.about & said) for each, said in zip(some, given, strict=True))
    return 2 * hit / (sum(map(len, given)) + sum(len(each.about) for each in some))


def main() -> None:
    some = examples(rules())
    fold_of = np.random.default_rng(1).integers(0, FOLDS, len(some))
    given: list[set[str]] = [set()] * len(some)
    for fold in range(FOLDS):
        out = [nth for nth in range(len(some)) if fold_of[nth] == fold]
        judge = fit([some[nth] for nth in range(len(some)) if fold_of[nth] != fold])
        for nth, said in zip(out, told([some[nth] for nth in out], judge), strict=True):
            given[nth] = said
    print(f"{'texts':<10}{'number':>7}{'F1':>9}   (countries, micro-F1, cross-validated)")
    for source in SETS:
        at = [nth for nth, each in enumerate(some) if each.source == source]
        print(f"{source:<10}{len(at):>7}{f1([some[n] for n in at], [given[n] for n in at]):>9.4f}")
    found = fit(some)
    np.savez_compressed(HERE / JUDGED, **vars(found))
    print((HERE / JUDGED).stat().st_size, "bytes")


if __name__ == "__main__":
    main()
