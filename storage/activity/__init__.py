"""What was done in a span, read attempt by attempt for reports."""
