"""What concerns one person: everything held about them, their erasure, and the parting of two whom lists gave as one."""
