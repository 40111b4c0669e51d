"""Makes the files of the directory from the portal's saved copy and prints what was made, as JSON.

The portal runs it: `python -m portal.open_data COPY FOLDER MAKING`. It takes the processor time
that nobody else wants, and ends when the portal does.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import msgspec

from portal.open_data.files import write

copy, folder, making = sys.argv[1:]
portal = os.getppid()
os.nice(19)
try:
    made = write(Path(copy), Path(folder), making, lambda: os.getppid() == portal)
except OSError as error:
    sys.exit(str(error))
sys.stdout.buffer.write(msgspec.json.encode(made, enc_hook=str))
