"""The counting, done by the database: one statement per subject, whatever the size of the week."""
