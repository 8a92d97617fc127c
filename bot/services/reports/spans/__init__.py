"""What was done in a span of days, and what came of it: as figures, charts, a page and a workbook."""
