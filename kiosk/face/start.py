"""``python -m kiosk.face.start --control-fd N``: becomes the warm engine.

Bound to the window from its first moment: loading libraries and models takes seconds in which nobody looks at the
control socket, and a window killed meanwhile would leave them behind.
"""

from __future__ import annotations

import os
import sys

from kiosk.face.process import die_with_parent

if __name__ == "__main__":
    die_with_parent(os.getppid())
    from kiosk.face.warm import main  # OpenCV and dlib come with it

    sys.exit(main())
