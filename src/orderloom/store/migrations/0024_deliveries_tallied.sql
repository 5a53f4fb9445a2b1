-- What shipments' confirmations come to is added up too: which promises were kept, and the time from stage to stage.
-- Sums are of milliseconds; `staged_ms` is when shipments came to their stage, from the year 2020 on.
truncate tallies, tallied;
alter table tallies
    add column picked boolean not null,
    add column shipped boolean not null,
    add column signed boolean not null,
    add column promise text not null,
    add column picked_ms bigint not null,
    add column paid_picked_ms bigint not null,
    add column shipped_ms bigint not null,
    add column signed_ms bigint not null,
    add column staged_ms bigint not null,
    drop constraint tallies_pkey,
    add primary key (
        cut, at, channel, province, grade, stage, furthest, paid, held, cancelled, intercepted, touched, currency,
        warehouse, carrier, code, picked, shipped, signed, promise
    );

-- The relay counts all orders anew.
delete from cursors where name = 'tallies';
