"""Admin screens: forms, overview pages and first steps."""
