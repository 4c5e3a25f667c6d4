"""Pages of running projects."""
