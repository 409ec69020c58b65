"""The one HTTP client. It knows addresses, time, size, redirects and manners; it does not know what
the bytes mean.

client.py     one exchange, from the question to the answer: redirects, retries, validators
deadline.py   the time that an exchange may take as a whole
addresses.py  which addresses are public
transport.py  connections that keep to both
encoding.py   bodies without their Content-Encoding
turns.py      one source at a time at each host, and its Retry-After
troubles.py   the sentence for each failure
settings.py   the environment variables

Whatever goes wrong leaves here as a FetchError whose sentence names the host. TLS certificates are
always verified."""

from __future__ import annotations

from lib.net.client import MIB, Answer, Client

__all__ = ["MIB", "Answer", "Client"]
