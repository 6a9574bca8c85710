"""The heart of Belsendi: knows the law, the language and the record; knows nothing of the doors."""
