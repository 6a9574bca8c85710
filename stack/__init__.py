"""What ties the product together on one machine: the `belsendi` command line and the one-command stack."""
