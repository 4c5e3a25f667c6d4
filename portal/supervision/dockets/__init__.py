"""呈批件: one act for many dossiers, signed off by levels, carried out when the document is registered."""
