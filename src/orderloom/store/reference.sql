-- name: version
-- The version of reference data and rules in force.
select value::text::bigint from settings where key = 'version';

-- name: raise_version
-- Every process looks at this number once a batch and reads anew when it has changed.
insert into settings (key, value) values ('version', '1')
on conflict (key) do update
set value = to_json(settings.value::text::bigint + 1)
returning value::text::bigint;

-- name: read_settings
-- Settings of the workspace.
select key, value from settings where key <> 'version';

-- name: upsert_settings
-- Settings changed.
insert into settings (key, value)
select key, value from unnest(%(keys)s::text[], %(datas)s::json[]) as new (key, value)
on conflict (key) do update
set value = excluded.value;

-- name: read_channels
-- Channels.
select data from channels order by channel;

-- name: read_warehouses
-- Warehouses.
select data from warehouses order by warehouse;

-- name: read_calendars
-- Calendars of working time.
select data from calendars order by calendar;

-- name: read_rates
-- Contract freight.
select data from rates order by carrier, service, warehouse, province;

-- name: read_transits
-- Hours on the road by lane.
select carrier, service, warehouse, province, hours from transits;

-- name: upsert_channels
-- Channels entered or changed.
insert into channels (channel, data, valid_from)
select key, data, %(valid_from)s::timestamptz from unnest(%(keys)s::text[], %(datas)s::json[]) as new (key, data)
on conflict (channel) do update
set data = excluded.data, valid_from = excluded.valid_from;

-- name: upsert_warehouses
-- Warehouses entered or changed.
insert into warehouses (warehouse, data, valid_from)
select key, data, %(valid_from)s::timestamptz from unnest(%(keys)s::text[], %(datas)s::json[]) as new (key, data)
on conflict (warehouse) do update
set data = excluded.data, valid_from = excluded.valid_from;

-- name: upsert_calendars
-- Calendars entered or changed.
insert into calendars (calendar, data, valid_from)
select key, data, %(valid_from)s::timestamptz from unnest(%(keys)s::text[], %(datas)s::json[]) as new (key, data)
on conflict (calendar) do update
set data = excluded.data, valid_from = excluded.valid_from;

-- name: upsert_rates
-- Contract freight entered or changed.
insert into rates (carrier, service, warehouse, province, data, valid_from)
select carrier, service, warehouse, province, data, %(valid_from)s::timestamptz
from unnest(
    %(carriers)s::text[], %(services)s::text[], %(warehouses)s::text[], %(provinces)s::text[], %(datas)s::json[]
) as new (carrier, service, warehouse, province, data)
on conflict (carrier, service, warehouse, province) do update
set data = excluded.data, valid_from = excluded.valid_from;

-- name: upsert_transits
-- Hours by lane entered or changed.
insert into transits (carrier, service, warehouse, province, hours, valid_from)
select carrier, service, warehouse, province, hours, %(valid_from)s::timestamptz
from unnest(
    %(carriers)s::text[], %(services)s::text[], %(warehouses)s::text[], %(provinces)s::text[], %(hours)s::int[]
) as new (carrier, service, warehouse, province, hours)
on conflict (carrier, service, warehouse, province) do update
set hours = excluded.hours, valid_from = excluded.valid_from;
