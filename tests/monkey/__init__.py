"""Random hands on a real window, and what must hold whatever they do.

`python -m monkey --seed 7 --actions 5000`, from the folder of the tests, lets them loose by hand.
"""
