"""Dictionaries in force: each subject's fields with their expressions compiled, kept beside a snapshot of reference."""

from orderloom.deciding.reference import Reference
from orderloom.domain.fields import dictionaries
from orderloom.domain.fields.dictionaries import Dictionary
from orderloom.rules import fields


def of(reference: Reference, subject: str) -> fields.Fields | None:
    """The fields of a subject or record type; None when no dictionary of it is in force."""
    published = reference.documents.get("fields", {}).get(subject)
    if published is None:
        return None
    key = f"fields {subject}"
    if key not in reference.kept:
        dictionary = dictionaries.read(published.content)
        reference.kept[key] = fields.compiled(dictionary, zone=reference.settings.zone)
    return reference.kept[key]


def record_type(reference: Reference, name: str) -> Dictionary | None:
    """The dictionary of a record type; None when there is none of that name in force."""
    found = None if name in dictionaries.SUBJECTS else of(reference, name)
    return None if found is None else found.dictionary


def record_types(reference: Reference) -> list[Dictionary]:
    """Every record type in force, by name."""
    names = sorted(reference.documents.get("fields", {}))
    return [found for name in names if (found := record_type(reference, name)) is not None]
