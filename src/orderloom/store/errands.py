"""Rows of errands: their state as the fold of their log."""

import uuid
from collections.abc import Collection, Sequence

import msgspec

from orderloom.domain.errands import Errand
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

encode = msgspec.json.Encoder(decimal_format="string", order="deterministic").encode
decode = msgspec.json.Decoder(Errand).decode


def read(connection: db.Connection, errand_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Errand]:
    """Errands as they stand, by id."""
    if not errand_ids:
        return {}
    found = connection.execute(Q.states, {"errand_ids": list(errand_ids)}).fetchall()
    return {errand_id: decode(state) for errand_id, state in found}


def save(connection: db.Connection, errands: Sequence[Errand]) -> None:
    """Write errands as they stand."""
    if errands:
        values = {
            "errand_ids": [each.errand_id for each in errands],
            "ns": [each.n for each in errands],
            "states": [encode(each).decode() for each in errands],
        }
        connection.execute(Q.upsert, values)
