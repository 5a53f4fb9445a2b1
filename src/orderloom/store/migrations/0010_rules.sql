-- What rules proposed for an order when somebody opened it, and what was accepted: one row for each order and row of a
-- document's version, however often it is opened.
create table advices (
    advice_id uuid primary key,
    order_id uuid not null,
    rule text not null, -- "<document>#<row>".
    version integer not null,
    said json not null, -- The rule's whole answer.
    proposed_at timestamptz not null,
    proposed_to text not null,
    accepted_at timestamptz,
    accepted_by text
);
create unique index advices_once on advices (order_id, rule, version);
create index advices_proposed_at on advices (proposed_at);
