"""python -m xinheng.cli."""

from xinheng.cli import main

main()
