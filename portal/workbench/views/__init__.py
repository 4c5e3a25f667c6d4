"""Pages of the workbench, one module per place."""
