"""Persons as messages name them: what somebody pasted as an address, taken apart."""

import functools

import msgspec

from orderloom.domain import addresses, pasted
from orderloom.domain.mappings import drafts
from orderloom.kit import divisions

_PLACE = ("province", "city", "district", "town", "street", "address")


def located(person: drafts.Person) -> drafts.Person:
    """The person with province, city, district, town and adcode from the address, as far as it can be told."""
    if person.adcode or not any(getattr(person, name) for name in _PLACE):
        return person
    if person.address and not person.name and not person.phone:
        apart = pasted.read(person.address)
        person = msgspec.structs.replace(
            person, name=apart.name, phone=apart.phone.number, phone_state=apart.phone.state,
            address=apart.address or person.address,
        )  # fmt: skip
    found = _located(person.province, person.city, person.district, person.town, person.street, person.address)
    if found.status != "found":
        return person
    return msgspec.structs.replace(
        person,
        province=found.province,
        city=found.city or person.city,
        district=found.district or person.district,
        town=found.town or person.town,
        street=found.street,
        adcode=found.adcode,
    )


@functools.cache
def _divisions() -> addresses.Divisions:
    return addresses.Divisions((each.adcode, each.name) for each in divisions.load())


@functools.lru_cache(maxsize=10_000)
def _located(province: str, city: str, district: str, town: str, street: str, address: str) -> addresses.Address:
    person = drafts.Person(province=province, city=city, district=district, town=town, street=street, address=address)
    return _divisions().locate(person)
