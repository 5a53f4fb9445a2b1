"""Reference rows by key: customers and SKUs, read by the batch and written with their versions."""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import msgspec

from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

_customer = msgspec.json.Decoder(Customer).decode
_sku = msgspec.json.Decoder(Sku).decode
_encode = msgspec.json.Encoder(decimal_format="string").encode


def customers(connection: db.Connection, customer_nos: Collection[str]) -> dict[str, Customer]:
    """Customers as they stand, by number."""
    if not customer_nos:
        return {}
    found = connection.execute(Q.read_customers, {"customer_nos": list(customer_nos)}).fetchall()
    return {customer_no: _customer(data) for customer_no, data in found}


def skus(connection: db.Connection, skus: Collection[str]) -> dict[str, Sku]:
    """SKUs as they stand, by code."""
    if not skus:
        return {}
    found = connection.execute(Q.read_skus, {"skus": list(skus)}).fetchall()
    return {sku: _sku(data) for sku, data in found}


def standing(
    connection: db.Connection, subject: Literal["customer", "sku"], keys: Collection[str]
) -> dict[str, dict[str, Any]]:
    """Own fields of customers or SKUs as they stand, by key; the rows stay locked until the end."""
    statement = Q.standing_customers if subject == "customer" else Q.standing_skus
    return dict(connection.execute(statement, {"keys": list(keys)}).fetchall())


def enter_customers(
    connection: db.Connection,
    entered: Sequence[Customer],
    *,
    phone_keys: Mapping[str, bytes],
    actor: str,
    at: dt.datetime,
) -> None:
    """Enter or change customers; what each says from now on is kept as a version."""
    if not entered:
        return
    datas = [_encode(each).decode() for each in entered]
    numbers = [each.customer_no for each in entered]
    connection.execute(
        Q.upsert_customers,
        {
            "customer_nos": numbers,
            "accounts": [each.account for each in entered],
            "phone_keys": [phone_keys.get(each.customer_no) for each in entered],
            "datas": datas,
            "valid_from": at,
        },
    )
    keep_versions(connection, kind="customer", keys=numbers, datas=datas, actor=actor, at=at)


def enter_skus(connection: db.Connection, entered: Sequence[Sku], *, actor: str, at: dt.datetime) -> None:
    """Enter or change SKUs; what each says from now on is kept as a version."""
    if not entered:
        return
    datas = [_encode(each).decode() for each in entered]
    codes = [each.sku for each in entered]
    values = {"skus": codes, "barcodes": [each.barcode for each in entered], "datas": datas, "valid_from": at}
    connection.execute(Q.upsert_skus, values)
    keep_versions(connection, kind="sku", keys=codes, datas=datas, actor=actor, at=at)


def keep_versions(
    connection: db.Connection, *, kind: str, keys: Sequence[str], datas: Sequence[str], actor: str, at: dt.datetime
) -> None:
    """Keep what reference data says from now on."""
    values = {"kind": kind, "keys": list(keys), "datas": list(datas), "valid_from": at, "actor": actor}
    connection.execute(Q.keep_versions, values)
