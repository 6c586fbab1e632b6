"""Start the Loss Landscape Playground from a checkout: python main.py."""

import multiprocessing
import sys

from playground.app import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
