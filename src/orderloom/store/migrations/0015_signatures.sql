-- What a platform signs its pushes with, sealed. The channel's document says by which scheme; it holds no secret.
create table channel_signatures (
    channel text primary key,
    sealed bytea not null,
    changed_by text not null,
    changed_at timestamptz not null
);

-- How many pushes of an hour were turned away because their signature was missing or wrong. Nothing else of them is kept.
create table push_refusals (
    channel text not null,
    hour timestamptz not null,
    refused bigint not null,
    last_at timestamptz not null,
    primary key (channel, hour)
) with (fillfactor = 70);
