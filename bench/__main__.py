"""Runs every measurement and prints one table each: `make bench`."""

from bench import news, page, selection, store

store.main()
print()
news.main()
print()
page.main()
print()
selection.main()
