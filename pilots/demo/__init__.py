"""Demonstration data of the pilots: invented people, units and projects, lived through the door on the moved clock."""
