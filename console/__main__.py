"""`python -m console` is `gongga`."""

from console.cli import main

main()
