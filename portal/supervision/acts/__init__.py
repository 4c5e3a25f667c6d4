"""Acts around dossiers that are records: deputies, handover, units renamed or merged, contacts replaced."""
