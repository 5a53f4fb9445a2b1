-- What boards add up, by all that figures are broken down by; the relay keeps it. `stands` is of all time, the other
-- cuts are by hour. What a cut does not carry is empty.
create table tallies (
    cut text not null,
    at timestamptz not null,
    channel text not null,
    province text not null,
    grade text not null,
    stage text not null,
    furthest text not null,
    paid boolean not null,
    held boolean not null,
    cancelled boolean not null,
    intercepted boolean not null,
    touched boolean not null,
    currency text not null,
    warehouse text not null,
    carrier text not null,
    code text not null,
    weight bigint not null,
    total_minor bigint not null,
    paid_minor bigint not null,
    cost_minor bigint not null,
    primary key (
        cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
        warehouse, carrier, code
    )
) with (fillfactor = 70);
-- Cells that nothing is in any more, to be swept away.
create index tallies_empty on tallies (cut) where weight = 0;

-- What each order has put into the tallies, so that it can be taken out again; whether it was stopped before the
-- warehouse had it in hand, and whether a person had a hand in it.
create table tallied (
    order_id uuid primary key,
    facts text not null,
    intercepted boolean not null,
    touched boolean not null
) with (fillfactor = 80);
