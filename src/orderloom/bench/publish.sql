-- name: told
-- Orders that are stored, and those of distinct outside numbers.
select count(*), count(distinct (channel, external_no)) from orders;
