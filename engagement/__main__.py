"""``python -m engagement`` is the command ``engagement``."""

from engagement.wiring import main

main()
