"""Pages of reviews: the register, rounds and their boards, the experts' own pages."""
