"""Events in the app's own tabs: Home opened, message written."""
