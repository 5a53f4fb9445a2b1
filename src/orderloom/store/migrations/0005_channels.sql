-- How a channel's source is reached: sealed, since secrets stand in it. Documents hold none.
create table channel_accounts (
    channel text primary key,
    connector text not null,
    sealed bytea not null,
    changed_by text not null,
    changed_at timestamptz not null
);

-- How far each channel has been caught up with against its source's own list. Whoever asks holds `claimed_until`.
create table channel_states (
    channel text primary key,
    caught_up_to timestamptz,
    due_at timestamptz not null,
    claimed_until timestamptz,
    failures integer not null default 0,
    problem text not null default ''
) with (fillfactor = 70);

-- Each time a source was asked: of what it `listed`, how many orders were `known`, were `missed` by pushes and fetched,
-- or wait in quarantine.
create table catch_ups (
    run_id uuid primary key,
    channel text not null,
    since timestamptz not null,
    until timestamptz not null,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    listed bigint not null,
    known bigint not null,
    missed bigint not null,
    refused bigint not null,
    problem text not null default ''
);
create index catch_ups_channel on catch_ups (channel, started_at desc);

-- Messages come in the order of their time: a block index finds those of a period and costs intake next to nothing.
create index messages_received on messages using brin (received_at);
