"""Pages of the acts around a dossier."""
