"""People: how their text is laid out before it is sealed, and how it is shown to who may not see it whole. Pure."""

import uuid
from collections.abc import Collection, Mapping

import msgspec

SALT_BYTES = 16

# Personal fields that are shown masked unless somebody may see them.
PERSONAL = frozenset({"name", "phone", "street"})


def place(person: uuid.UUID) -> bytes:
    """The place that a person's seal names: it opens nowhere else."""
    return b"person " + person.bytes


def read(opened: bytes) -> dict[str, str]:
    """The text in an opened seal, behind its salt: name, phone, street, address."""
    return msgspec.json.decode(opened[SALT_BYTES:], type=dict[str, str])


def masked(person: Mapping[str, str], masks: Collection[str]) -> dict[str, str]:
    """The person with the masked fields hidden. Who may not see the street may not see the address as typed either."""
    shown = dict(person)
    if "name" in masks:
        shown["name"] = _name(shown.get("name", ""))
    if "phone" in masks:
        shown["phone"] = _phone(shown.get("phone", ""))
    if "street" in masks:
        for field in ("street", "address"):
            shown[field] = "***" if shown.get(field) else ""
    return shown


def _name(name: str) -> str:
    """The first character and as many stars as are hidden, at most three."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 3) if name else ""


def _phone(phone: str) -> str:
    """The last four digits, and the first three where enough stay hidden."""
    if not phone:
        return ""
    start = phone[:3] if len(phone) >= 11 else ""
    return f"{start}****{phone[-4:]}" if len(phone) >= 8 else "****"
