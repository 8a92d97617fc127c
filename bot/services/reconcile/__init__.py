"""The phone system's call records beside the attempts: what either side lacks, and how calls were made."""
