"""From a file that a person shares in Slack to an import: recognised, read, shown, corrected, imported, reported."""
