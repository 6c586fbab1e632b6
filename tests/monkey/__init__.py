"""Random hands on a real window, and what must hold whatever they do.

`python -m tests.monkey --seed 7 --actions 5000` lets them loose by hand.
"""
