"""Altyn's rooms. Which may import which is set down in DESIGN.md and held by a test.

models  errors  countries   values, what can go wrong, and the five countries
catalog                     sources, feeds, topics and the gazetteer as TOML, read strictly
net                         the one HTTP client
rates/                      one module a publisher, and the checks every row passes
news/                       bytes of a feed -> clean, identified, tagged articles
store/                      SQLite or PostgreSQL; versioned facts; search; the refresh log
ingest                      the order of the steps, and the command line
series                      arithmetic on rates as frames
charts  links  notation     frame -> figure; view <-> query parameters; how numbers and days are written
snapshot/                   the bundled rates and digest that an empty store starts with
ui/                         the only room that imports Streamlit
"""

__version__ = "0.2.0"
