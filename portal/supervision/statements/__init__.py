"""陈述申辩: before a decision against a party, notice of it and time to be heard."""
