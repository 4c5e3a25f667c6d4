"""阶段任务: the milestones of the task book, with progress reports and evidence."""
