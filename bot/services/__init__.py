"""The application layer: one module for each thing a person can do. No Slack, no scheduler, no environment."""
