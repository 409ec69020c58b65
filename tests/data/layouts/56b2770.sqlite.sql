CREATE TABLE meta (
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    stamped_at DATETIME NOT NULL
);

CREATE TABLE rates (
    id INTEGER NOT NULL,
    recorded_at DATETIME NOT NULL,
    superseded_at DATETIME,
    source VARCHAR NOT NULL,
    base VARCHAR(3) NOT NULL,
    quote VARCHAR(3) NOT NULL,
    day DATE NOT NULL,
    value DOUBLE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT value_is_positive CHECK (value > 0)
);

CREATE INDEX rates_history ON rates (base, quote, source, day, recorded_at, superseded_at, value);

CREATE UNIQUE INDEX rates_current ON rates (base, quote, source, day) WHERE superseded_at IS NULL;

CREATE TABLE windows (
    source VARCHAR NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    PRIMARY KEY (source, since, until)
);

CREATE TABLE articles (
    id INTEGER NOT NULL,
    recorded_at DATETIME NOT NULL,
    superseded_at DATETIME,
    "key" VARCHAR NOT NULL,
    feed VARCHAR NOT NULL,
    outlet VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    excerpt VARCHAR NOT NULL,
    day DATE NOT NULL,
    published DATETIME,
    basis VARCHAR NOT NULL,
    title_words VARCHAR NOT NULL,
    excerpt_words VARCHAR NOT NULL,
    text VARCHAR NOT NULL,
    story VARCHAR NOT NULL,
    card BIGINT,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX articles_current ON articles ("key") WHERE superseded_at IS NULL;

CREATE INDEX articles_by_story ON articles (story) WHERE story != '';

CREATE INDEX articles_by_stamp ON articles (recorded_at, id);

CREATE INDEX articles_by_superseded_at ON articles (superseded_at) WHERE superseded_at IS NOT NULL;

CREATE VIRTUAL TABLE IF NOT EXISTS articles_words USING fts5(
            title_words, excerpt_words, content='articles', content_rowid='id',
            prefix='1 2 3', tokenize='unicode61 remove_diacritics 0');

CREATE TRIGGER IF NOT EXISTS articles_words_follow AFTER INSERT ON articles BEGIN
            INSERT INTO articles_words(rowid, title_words, excerpt_words)
            VALUES (new.id, new.title_words, new.excerpt_words); END;

CREATE TABLE blocks (
    number INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (number, kind, code)
);

CREATE TABLE feeds (
    feed VARCHAR NOT NULL,
    etag VARCHAR NOT NULL,
    modified VARCHAR NOT NULL,
    PRIMARY KEY (feed)
);

CREATE TABLE runs (
    id INTEGER NOT NULL,
    source VARCHAR NOT NULL,
    started DATETIME NOT NULL,
    ended DATETIME NOT NULL,
    outcome VARCHAR NOT NULL,
    new INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    error VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX runs_by_source ON runs (source, id);

CREATE TABLE retries (
    source VARCHAR NOT NULL,
    failures INTEGER NOT NULL,
    not_before DATETIME,
    PRIMARY KEY (source)
);

CREATE TABLE lease (
    holder VARCHAR NOT NULL,
    expires DATETIME NOT NULL,
    PRIMARY KEY (holder)
);

CREATE TABLE prints (
    article INTEGER NOT NULL,
    print BIGINT NOT NULL,
    day DATE NOT NULL,
    PRIMARY KEY (article, print),
    FOREIGN KEY(article) REFERENCES articles (id)
)
 WITHOUT ROWID;

CREATE INDEX prints_by_print ON prints (print, day, article);

CREATE TABLE tags (
    article INTEGER NOT NULL,
    kind VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    PRIMARY KEY (article, kind, code),
    FOREIGN KEY(article) REFERENCES articles (id)
)
 WITHOUT ROWID;

CREATE TABLE rejections (
    id INTEGER NOT NULL,
    run INTEGER NOT NULL,
    what VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(run) REFERENCES runs (id)
);

CREATE INDEX ix_rejections_run ON rejections (run);
