"""The Evidence page: tables of what was published beside what was reached here."""
