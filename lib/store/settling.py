"""What stays of an article when its outlet sends it again: its text, its event and, as a rule, its day."""

from __future__ import annotations

from dataclasses import replace

from lib.models import Article


def settled(article: Article, before: Article | None) -> Article:
    """The article with what was decided when it was first stored: its text and story, and its day
    unless that was inferred or all its words have changed. Outlets stamp an article anew when they
    touch it, and some all of them at once; what was written about a day stays on it, and the later
    date is kept beside it. An earlier stamp corrects the first."""
    if before is None:
        return article
    article = replace(article, text=before.text, story=before.story, restamped=before.restamped)
    if article.basis == "inferred":
        return _on_the_day_of(before, article)
    if before.basis != "inferred" and _restamped(article, before):
        later = article.published or before.restamped
        return replace(_on_the_day_of(before, article), restamped=later)
    return article


def _on_the_day_of(before: Article, article: Article) -> Article:
    return replace(article, day=before.day, published=before.published, basis=before.basis)


def _restamped(article: Article, before: Article) -> bool:
    """Whether a version of an article has a later date than the one before it, and some of its words."""
    if article.title != before.title and (not article.excerpt or article.excerpt != before.excerpt):
        return False
    if article.day != before.day or before.published is None:
        return article.day > before.day
    return article.published is None or article.published > before.published
