"""What the zone abbreviations of feeds stand for. Data, and one rule: see `zone_of`.

Offsets in hours, or a place where an abbreviation has kept its name while its offset changed
(Almaty left UTC+6 on 2024-03-01, Moscow stood at UTC+4 from 2011 to 2014). RFC 822 fixes its own
names whatever the season.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

OFFSETS: dict[str, float] = {
    # Greenwich. RFC 5322 on the military letters: their signs were defined wrongly, so all are to
    # be read as UTC.
    **dict.fromkeys(("UT", "UTC", "GMT", "WET", "ZULU", *"ABCDEFGHIKLMNOPQRSTUVWXYZ"), 0),
    # North America
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
    **{"AST": -4, "ADT": -3, "NST": -3.5, "NDT": -2.5, "AKST": -9, "AKDT": -8, "HST": -10, "HDT": -9},
    # Europe
    **{"WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "MET": 1, "CEST": 2, "MESZ": 2, "MEST": 2},
    **{"EET": 2, "OEZ": 2, "EEST": 3, "OESZ": 3, "FET": 3, "TRT": 3, "MSD": 4},
    # Russia and the Caucasus
    **{"SAMT": 4, "YEKT": 5, "OMST": 6, "NOVT": 7, "KRAT": 7, "IRKT": 8, "YAKT": 9, "VLAT": 10, "MAGT": 11},
    **{"SAKT": 11, "SRET": 11, "PETT": 12, "AZST": 5, "GET": 4, "AMT": 4},
    # Asia, Africa, the Pacific
    **{"IDT": 3, "IRST": 3.5, "IRDT": 4.5, "GST": 4, "AFT": 4.5, "PKT": 5, "IST": 5.5, "NPT": 5.75, "BTT": 6},
    **{"XJT": 6, "MMT": 6.5, "ICT": 7, "WIB": 7, "HOVT": 7, "ULAT": 8, "HKT": 8, "SGT": 8, "MYT": 8, "PHT": 8},
    **{"WITA": 8, "AWST": 8, "JST": 9, "KST": 9, "WIT": 9, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11},
    **{"NZST": 12, "NZDT": 13, "WAT": 1, "CAT": 2, "SAST": 2, "EAT": 3, "BRT": -3, "ART": -3},
}
PLACES: dict[str, str] = {
    "ALMT": "Asia/Almaty",
    "QYZT": "Asia/Qyzylorda",
    "AQTT": "Asia/Aqtobe",
    "ORAT": "Asia/Oral",
    "KGT": "Asia/Bishkek",
    "TJT": "Asia/Dushanbe",
    "TMT": "Asia/Ashgabat",
    "UZT": "Asia/Tashkent",
    "MSK": "Europe/Moscow",
    "AZT": "Asia/Baku",
    "ET": "America/New_York",
    "CT": "America/Chicago",
    "MT": "America/Denver",
    "PT": "America/Los_Angeles",
}


def known(name: str) -> bool:
    """Whether an abbreviation, in upper case, is one of a zone."""
    return name in OFFSETS or name in PLACES


def zone_of(name: str, moment: datetime, outlet: ZoneInfo) -> tzinfo:
    """The zone that an abbreviation in upper case names. Several are ambiguous (CST is Chicago's,
    Shanghai's and Havana's): the outlet's own zone comes first where its clocks bear that name at
    the naive `moment`, then the table. An abbreviation that is not in the table says nothing, and
    leaves the outlet's zone."""
    if moment.replace(tzinfo=outlet).tzname() == name:
        return outlet
    if place := PLACES.get(name):
        return ZoneInfo(place)
    hours = OFFSETS.get(name)
    return outlet if hours is None else timezone(timedelta(hours=hours)) if hours else UTC
