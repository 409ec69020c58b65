"""Runs every measurement and prints one table each: `make bench`."""

from bench import page, store

store.main()
print()
page.main()
