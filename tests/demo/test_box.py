"""An installation remembers its secrets, whichever house made it."""

import json
from pathlib import Path

from onebox.box import Box


def test_a_secret_that_came_later_is_made_once(tmp_path: Path) -> None:
    Box.open(tmp_path, 8123)
    older = json.loads((tmp_path / "box.json").read_text())
    del older["secrets"]["factor_secret"]
    (tmp_path / "box.json").write_text(json.dumps(older))

    first, second = Box.open(tmp_path, None).secrets, Box.open(tmp_path, None).secrets

    assert first.factor_secret == second.factor_secret
    assert first.key_secret == older["secrets"]["key_secret"]
