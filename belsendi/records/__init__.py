"""What is kept: the system of record. All queries of the product live in this package's repositories."""
