"""People in orders: their text is sealed under ids made of themselves, so that the same person is one row."""

import hashlib
import unicodedata
import uuid

import msgspec

from orderloom.actions.hub import Hub
from orderloom.domain import people
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.kit import ids, sealing
from orderloom.store import database as db
from orderloom.store import orders as orders_store
from orderloom.store import relay as relay_store
from orderloom.store.messages import Person

_PLACE = ("country", "province", "city", "district", "town", "postcode", "adcode")


def seal(hub: Hub, person: drafts.Person) -> tuple[state.Party, Person | None]:
    """The party an order may know of a person, and the sealed person; None when there is nothing personal."""
    street = person.street or person.address
    vague = not (person.district or person.town) or not street
    party = state.Party(
        phone=person.phone_state,
        country=person.country,
        province=person.province,
        city=person.city,
        district=person.district,
        town=person.town,
        adcode=person.adcode,
        postcode=person.postcode,
        named=bool(person.name),
        street_known=bool(street),
        vague=vague,
    )
    if not (person.name or person.phone or street):
        return party, None
    said = {"name": person.name, "phone": person.phone, "street": person.street, "address": person.address}
    if person.phone_token:
        said["phone_token"] = person.phone_token
    plain = msgspec.json.encode(said)
    fingerprint = hub.sealer.fingerprint(plain.decode())
    party.person = ids.derived(fingerprint)
    if person.phone_state == "known":
        party.phone_key = hub.sealer.fingerprint(f"phone {person.phone}").hex()
    if street:
        place = _folded(f"{person.province}|{person.city}|{person.district}|{person.town}|{street}")
        party.address_key = hub.sealer.fingerprint(f"address {place}").hex()
    salt = hashlib.sha256(b"salt" + fingerprint).digest()[: people.SALT_BYTES]
    sealed = hub.sealer.seal(salt + plain, aad=people.place(party.person))
    return party, Person(party.person, 1, sealed, sealing.commitment(plain, salt=salt))


def kept(hub: Hub, connection: db.Connection, person: drafts.Person, *, order_id: uuid.UUID) -> drafts.Person:
    """The person with what it leaves out as the order's consignee has it: the name, the phone, the place as a whole.

    Raises `sealing.SealBroken`; of a consignee that was erased nothing is left to keep.
    """
    order = orders_store.read(connection, [order_id]).get(order_id)
    party = order.consignee if order is not None else state.Party()
    who = party.person
    sealed = relay_store.persons(connection, [who]).get(who) if who is not None else None
    known = open_(hub, person=who, sealed=sealed) if who is not None and sealed is not None else {}
    stays: dict[str, str] = {}
    if not person.name:
        stays["name"] = known.get("name", "")
    if not person.phone:
        stays |= {"phone": known.get("phone", ""), "phone_state": party.phone}
        stays["phone_token"] = known.get("phone_token", "")
    if not any(getattr(person, each) for each in (*_PLACE, "street", "address")):
        stays |= {each: getattr(party, each) for each in _PLACE}
        stays |= {each: known.get(each, "") for each in ("street", "address")}
    return msgspec.structs.replace(person, **stays)


def same(buyer: drafts.Person, consignee: drafts.Person) -> bool:
    """Whether the buyer is the consignee: all that is said of the buyer is said of the consignee too.

    Most people order for themselves; then one sealed person stands for both.
    """
    return (
        (buyer.name, buyer.phone, buyer.phone_state) == (consignee.name, consignee.phone, consignee.phone_state)
        and buyer.street in ("", consignee.street)
        and buyer.address in ("", consignee.address)
    )


def without_place(party: state.Party) -> state.Party:
    """The party as a buyer: who it is, not where. Goods go to the consignee."""
    return state.Party(person=party.person, phone=party.phone, phone_key=party.phone_key, named=party.named)


def open_(hub: Hub, *, person: uuid.UUID, sealed: bytes) -> dict[str, str]:
    """The personal text: name, phone, street, address. Raises `sealing.SealBroken`."""
    return people.read(hub.sealer.open(sealed, aad=people.place(person)))


def _folded(text: str) -> str:
    """Equal for equal places however they are typed: widths, spaces, case."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
