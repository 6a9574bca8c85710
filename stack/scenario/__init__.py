"""Scenarios of the law: YAML files played on the real engine with a virtual clock."""
