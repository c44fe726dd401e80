"""The workbench: what needs me now."""
