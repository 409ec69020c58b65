"""Bytes of a feed to text: which character encoding they are in, whatever their labels say.

In this order, after RFC 7303: the byte order mark, the charset of the HTTP header, the XML
declaration. Servers send a default charset that nobody chose, so a label is believed only where the
bytes do not contradict it: what reads as UTF-8 is UTF-8, and what a label turns into no words at
all is read by the Cyrillic encoding that gives words.
"""

from __future__ import annotations

import codecs
import re

# UTF-32 first: its mark begins as that of UTF-16.
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
# Which of four neighbouring bytes are zero in markup, which is ASCII.
_ZEROS: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}
_HEAD = 256  # bytes in which zeros are counted
_SAMPLE = 200_000  # bytes by which an encoding is judged
_PROLOGUE = 300  # characters in which a declaration is looked for: beyond, it declares nothing
_DECLARED = re.compile(r"""(<\?xml\b[^>]*?)\sencoding\s*=\s*["']?\s*([\w.:-]+)\s*["']?""")
_IN_HEADER = re.compile(r"""\bcharset\s*=\s*["']?\s*([\w.:+-]+)""", re.I)
_MISSPELLED = (
    (re.compile(r"(?:x-)?(?:cp|win|windows|ansi)[-_ ]?(\d{3,4})", re.I), r"cp\1"),
    (re.compile(r"koi8[-_ ]?([ru])", re.I), r"koi8-\1"),
)
# UTF-8 and ASCII have been tried by then; the others turn bytes into text that is no feed's, some
# in quadratic time.
_NO_CHARSET = frozenset(
    (
        *("utf_8", "ascii", "utf_7", "idna", "punycode", "undefined", "mbcs", "oem"),
        *("unicode_escape", "raw_unicode_escape"),
    )
)
_CYRILLIC = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_WORD = re.compile("[А-ЯЁ]?[а-яё]{2,}")
_COMMONEST = re.compile(
    "[оеаинт]"
)  # two fifths of Russian, and more than a tenth of no other reading of the same bytes
_RUSSIAN = 0.2  # of the letters beyond ASCII: from here on a text is words in Cyrillic


def text_of(body: bytes, content_type: str = "") -> str:
    """The text of `body`, served with the HTTP header `content_type`, without byte order marks and
    without its declaration of an encoding. Never fails: a byte that cannot be read becomes
    U+FFFD."""
    text = body.decode(_wide(body), "replace") if _wide(body) else _narrow(body, content_type)
    text = text.lstrip("\ufeff")
    return _DECLARED.sub(r"\1", text[:_PROLOGUE]) + text[_PROLOGUE:]


def _wide(body: bytes) -> str:
    """The encoding of two or four bytes a character, or an empty string."""
    for mark, name in _MARKS.items():
        if body.startswith(mark):
            return name
    head = body[:_HEAD]
    zeros = tuple(head[start::4].count(0) * 8 > len(head) for start in range(4))
    return _ZEROS.get(zeros, "")


def _narrow(body: bytes, content_type: str) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        text = body.decode("utf-8", "replace")
    damaged, letters = text.count("\ufffd"), len(_letters(text))
    return text if letters > damaged else body.decode(_single(body, content_type), "replace")


def _single(body: bytes, content_type: str) -> str:
    """The encoding of bytes that are not UTF-8: the first label that fits them, else the
    likeliest."""
    declared = _DECLARED.search(body[:_PROLOGUE].decode("ascii", "replace"))
    in_header = _IN_HEADER.search(content_type)
    labels = (in_header and in_header[1], declared and declared[2])
    sample = body[:_SAMPLE]
    scores = {name: _russian(sample.decode(name, "replace")) for name in _CYRILLIC}
    likeliest = max(_CYRILLIC, key=lambda name: scores[name])
    words = scores[likeliest] if scores[likeliest] >= _RUSSIAN else 0.0
    for label in filter(None, map(_known, filter(None, labels))):
        if _fits(sample.decode(label, "replace"), words):
            return label
    return likeliest if words else _CYRILLIC[0]


def _fits(text: str, words: float) -> bool:
    """Whether a label's reading may stand beside one in Cyrillic that scores `words`: it has as
    many Russian words, or its letters are of a third alphabet, without a damaged one."""
    letters = _letters(text)
    others = sum(char > "\u024f" and not "\u0400" <= char <= "\u052f" for char in letters)
    whole = "\ufffd" not in text[:-4]  # where the sample ends, a character may be cut
    return _russian(text) * 2 >= words or (whole and others * 2 > len(letters))


def _russian(text: str) -> float:
    """The share that the commonest Russian letters, within lower-case words, have in the letters
    beyond ASCII."""
    common = sum(len(_COMMONEST.findall(word)) for word in _WORD.findall(text))
    return common / (len(_letters(text)) or 1)


def _letters(text: str) -> str:
    return "".join(filter(str.isalpha, "".join(_NOT_ASCII.findall(text))))


def _known(label: str) -> str:
    """Python's name of an encoding, or an empty string."""
    for pattern, spelling in _MISSPELLED:
        label = pattern.sub(spelling, label) if pattern.fullmatch(label) else label
    try:
        name = codecs.lookup(label).name
        b"".decode(name)
    except (LookupError, UnicodeError):  # an unknown name, or a codec that is not of text
        return ""
    return "" if name.replace("-", "_") in _NO_CHARSET else name
