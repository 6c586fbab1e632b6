"""The course and the page of a lesson."""
