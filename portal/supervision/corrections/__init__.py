"""更正: a decision that was published with an error gets a correcting record and a new paper that names the old one."""
