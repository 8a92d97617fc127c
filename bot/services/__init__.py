"""The application layer: one module per thing a person can do. No Slack, no scheduler, no environment."""
