-- Fields that became filterable while there were orders or records: a job writes their values into `facets`.
create table indexings (
    field text primary key, -- As in facets: "ticket.claim", "order.floor", "line.engraving".
    subject text not null, -- What is gone through: "order", or a record type.
    asked_at timestamptz not null,
    xid bigint not null default (pg_current_xact_id()::text::bigint), -- Who wrote before this one is done knew no such field.
    after_id uuid, -- Up to where it is written.
    done bigint not null default 0,
    total bigint, -- How many there were when it began.
    finished_at timestamptz
) with (fillfactor = 70);
