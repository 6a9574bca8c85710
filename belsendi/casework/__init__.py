"""The work on a case, for every process: legal profile, calendar, steps, evidence, officers' acts."""
