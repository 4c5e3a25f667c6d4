"""暂停: the clocks of a project stand still."""
