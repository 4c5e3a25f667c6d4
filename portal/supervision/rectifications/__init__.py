"""限期整改: what has to be put right by when, what was reported, whether it was found so."""
