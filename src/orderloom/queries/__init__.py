"""Every read for people: `<word>.py` beside `<word>.sql`; each takes a Viewer."""
