"""咨询沟通: a question of the handler and the applicant's answer, outside a formal correction."""
