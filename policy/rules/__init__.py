"""One kind of rule a file. Each module opens with the rule as a lawyer would say it, and reads its own parameters."""
