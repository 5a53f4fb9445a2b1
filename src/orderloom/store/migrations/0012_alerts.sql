-- Alerts: when each was looked at last, and since when which group of its metric has been beyond its bound.

create table alert_looks (
    alert text primary key,
    looked_at timestamptz not null
);

create table alert_states (
    alert text not null,
    key text not null,
    since timestamptz not null,
    told_at timestamptz,
    value double precision not null,
    primary key (alert, key)
);
