CREATE TABLE meta (
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    stamped_at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE TABLE rates (
    id BIGSERIAL NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    superseded_at TIMESTAMP WITH TIME ZONE,
    source VARCHAR NOT NULL,
    base VARCHAR(3) NOT NULL,
    quote VARCHAR(3) NOT NULL,
    day DATE NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT value_is_positive CHECK (value > 0)
);

CREATE UNIQUE INDEX rates_current ON rates (base, quote, source, day) WHERE superseded_at IS NULL;

CREATE INDEX rates_history ON rates (base, quote, source, day, recorded_at);

CREATE TABLE windows (
    source VARCHAR NOT NULL,
    since DATE NOT NULL,
    until DATE NOT NULL,
    PRIMARY KEY (source, since, until)
);

CREATE TABLE articles (
    id BIGSERIAL NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    superseded_at TIMESTAMP WITH TIME ZONE,
    key VARCHAR NOT NULL,
    feed VARCHAR NOT NULL,
    outlet VARCHAR NOT NULL,
    language VARCHAR NOT NULL,
    url VARCHAR NOT NULL,
    title VARCHAR NOT NULL,
    excerpt VARCHAR NOT NULL,
    day DATE NOT NULL,
    published TIMESTAMP WITH TIME ZONE,
    basis VARCHAR NOT NULL,
    words VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE UNIQUE INDEX articles_current ON articles (key) WHERE superseded_at IS NULL;

CREATE INDEX articles_by_day ON articles (day, id);

CREATE TABLE feeds (
    feed VARCHAR NOT NULL,
    etag VARCHAR NOT NULL,
    modified VARCHAR NOT NULL,
    PRIMARY KEY (feed)
);

CREATE TABLE runs (
    id BIGSERIAL NOT NULL,
    source VARCHAR NOT NULL,
    started TIMESTAMP WITH TIME ZONE NOT NULL,
    ended TIMESTAMP WITH TIME ZONE NOT NULL,
    outcome VARCHAR NOT NULL,
    "new" INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    error VARCHAR NOT NULL,
    PRIMARY KEY (id)
);

CREATE INDEX runs_by_source ON runs (source, id);

CREATE TABLE retries (
    source VARCHAR NOT NULL,
    failures INTEGER NOT NULL,
    not_before TIMESTAMP WITH TIME ZONE,
    PRIMARY KEY (source)
);

CREATE TABLE lease (
    holder VARCHAR NOT NULL,
    expires TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (holder)
);

CREATE TABLE tags (
    article BIGINT NOT NULL,
    kind VARCHAR NOT NULL,
    code VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    PRIMARY KEY (article, kind, code),
    FOREIGN KEY(article) REFERENCES articles (id)
);

CREATE INDEX tags_by_code ON tags (kind, code, article);

CREATE TABLE rejections (
    id BIGSERIAL NOT NULL,
    run BIGINT NOT NULL,
    what VARCHAR NOT NULL,
    why VARCHAR NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(run) REFERENCES runs (id)
);

CREATE INDEX ix_rejections_run ON rejections (run);
