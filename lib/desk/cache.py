"""The one cache of what was read and computed: bounded in bytes, keyed by a revision, each key computed once at a time.

Pages, routes and notebooks of one process share it. What it keeps is shared between threads, so it must never change:
tuples, frozen dataclasses and read-only arrays; frames are made anew for each caller (`lib.desk.packed`).
"""

from __future__ import annotations

import os
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from math import prod
from threading import Condition
from typing import Any, Literal, NamedTuple, TypeVar, cast

import numpy as np
from cachetools import LRUCache, cached

DEFAULT_MB = 128
MAX_REVISIONS = 4  # of each subject: what is shown now, and a few frozen views beside it
ATOMS = (str, bytes, int, float, bool, type(None))

Subject = Literal["rates", "articles"]
T = TypeVar("T")


class Key(NamedTuple):
    """What a value was made from: the revision of rates or of articles, and the question."""

    subject: Subject
    revision: int
    question: Hashable


class Cache:
    """Values by key, the least recently used first to go once all together are larger than `max_bytes`. Only the
    `MAX_REVISIONS` revisions of a subject that were used last keep their values."""

    def __init__(self, max_bytes: int | None = None) -> None:
        self.max_bytes = configured_bytes() if max_bytes is None else max_bytes
        self._changed = Condition()
        self._values: LRUCache[Key, Any] = LRUCache(self.max_bytes, getsizeof=size_of)
        self._revisions: dict[Subject, OrderedDict[int, None]] = {"rates": OrderedDict(), "articles": OrderedDict()}
        computed = cached(self._values, key=lambda key, _compute: key, condition=self._changed)
        self._computed = computed(lambda _key, compute: compute())

    def get(self, subject: Subject, revision: int, question: Hashable, compute: Callable[[], T]) -> T:
        """The value for a question about one revision. Whoever asks while it is being computed waits for it; an error
        of `compute` is raised and not kept, and the next in line tries again."""
        self._use(subject, revision)
        return cast(T, self._computed(Key(subject, revision, question), compute))

    @property
    def used_bytes(self) -> int:
        """How large the values are together."""
        return int(self._values.currsize)

    def entries(self) -> list[Key]:
        """The keys of the values that are kept now."""
        with self._changed:
            return list(self._values)

    def clear(self) -> None:
        with self._changed:
            self._values.clear()

    def _use(self, subject: Subject, revision: int) -> None:
        with self._changed:
            used = self._revisions[subject]
            used[revision] = None
            used.move_to_end(revision)
            while len(used) > MAX_REVISIONS:
                self._evict(subject, used.popitem(last=False)[0])

    def _evict(self, subject: Subject, revision: int) -> None:
        for key in [key for key in self._values if key[:2] == (subject, revision)]:
            del self._values[key]


def configured_bytes() -> int:
    """`ALTYN_CACHE_MB`, or the default where it names no positive number."""
    try:
        megabytes = float(os.environ.get("ALTYN_CACHE_MB", ""))
    except ValueError:
        megabytes = 0.0
    return int((megabytes if 0 < megabytes < float("inf") else DEFAULT_MB) * 2**20)


def size_of(value: object) -> int:
    """About how many bytes a value takes: its arrays, texts and containers. A text that several values share is counted
    with each of them, so the whole is rather less than the bound."""
    if isinstance(value, np.ndarray):  # one value that is repeated without a stride is there once
        return int(value.itemsize * prod(n for n, stride in zip(value.shape, value.strides, strict=True) if stride))
    size = sys.getsizeof(value)
    return size if isinstance(value, ATOMS) else size + sum(map(size_of, _parts(value)))


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    if isinstance(value, tuple | list | set | frozenset):
        return value
    if is_dataclass(value):
        return (getattr(value, field.name) for field in fields(value))
    return ()
