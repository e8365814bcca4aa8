"""Examples in the contract: what revision 1 says of the Istanbul talks of 16 May 2025, lists shortened to what shows.

They were asked of the API itself; a test holds them against the schema.
"""

import json
from pathlib import Path
from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = json.loads(Path(__file__).with_name("examples.json").read_text(encoding="utf-8"))
