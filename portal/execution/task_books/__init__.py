"""任务书: generated from the approved form, signed by three parties, changed by granted requests only."""
