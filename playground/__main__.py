"""Start the Loss Landscape Playground where it is installed: python -m playground."""

import multiprocessing
import sys

from playground.app import main

if __name__ == "__main__":
    multiprocessing.freeze_support()
    sys.exit(main())
