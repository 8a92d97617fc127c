"""An admin's forms and pages."""
