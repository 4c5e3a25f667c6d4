"""Pages of registration: the way in, decisions on claims and requests, the unit's members."""
