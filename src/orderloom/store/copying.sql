-- name: insert
-- A few rows in one round trip: each column as an array.
-- ddl
insert into {table} ({columns}) select * from unnest({arrays})
