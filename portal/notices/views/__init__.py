"""Pages of notices: the public's and the bureau's."""
