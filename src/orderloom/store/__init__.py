"""The only place, with queries, that knows psycopg: the log and the rows that are its fold."""
