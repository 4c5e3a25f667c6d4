"""申请事项: what an applicant asks for while its dossier keeps its state."""
