"""Runs every measurement and prints one table each: `make bench`."""

from bench import page, selection, store

store.main()
print()
page.main()
print()
selection.main()
