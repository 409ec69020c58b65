"""Runs every measurement and prints one table each: `make bench`."""

from bench import memory, news, page, selection, slow, store

store.main()
print()
news.main()
print()
page.main()
print()
selection.main()
print()
slow.main()
print()
memory.main()
