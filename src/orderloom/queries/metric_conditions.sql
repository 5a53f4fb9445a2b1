-- name: own_text
-- An own field as an expression reads it: a text, a number or a flag as it was kept, nothing for what is another.
-- ddl
case json_typeof(state::json -> {within} -> {name}) when 'string' then state::json -> {within} ->> {name} end

-- name: own_number
-- ddl
case json_typeof(state::json -> {within} -> {name}) when 'number' then (state::json -> {within} ->> {name})::numeric end

-- name: own_flag
-- ddl
case json_typeof(state::json -> {within} -> {name}) when 'boolean' then (state::json -> {within} ->> {name})::bool end

-- name: own_there
-- ddl
state::json -> {within} ->> {name}

-- name: either_in_turn
-- The second part is asked where the first does not hold; where the first is unknown, all is.
-- ddl
case {left} when true then true when false then {right} end

-- name: both_in_turn
-- ddl
case {left} when true then {right} when false then false end

-- name: not_so
-- ddl
not ({part})

-- name: held
-- What is unknown holds for no row.
-- ddl
coalesce({part}, false)

-- name: same
-- ddl
{left} is not distinct from {right}

-- name: other
-- ddl
{left} is distinct from {right}

-- name: unless_unknown
-- ddl
case when ({sum}) is not null then {made} end

-- name: among
-- ddl
coalesce({field} = any({values}), false)

-- name: added
-- ddl
({left} + {right})

-- name: taken
-- ddl
({left} - {right})

-- name: multiplied
-- ddl
({left} * {right})

-- name: above
-- ddl
{left} > {right}

-- name: above_or_same
-- ddl
{left} >= {right}

-- name: below
-- ddl
{left} < {right}

-- name: below_or_same
-- ddl
{left} <= {right}
