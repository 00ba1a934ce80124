"""The README keeps its word: what it tells people to paste works."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.commands.processes import environment, migrated_database, serving
from tests.commands.test_serving import wait_for_demo
from tests.patience import PATIENCE

README = Path(__file__).parents[1] / "README.md"


@pytest.mark.skipif(shutil.which("curl") is None, reason="the calls are curl's, which is not on this machine")
def test_the_calls_of_the_readme_can_be_pasted(tmp_path):
    [script] = re.findall(r"```bash\n(.*?)```", README.read_text(), re.DOTALL)
    with migrated_database() as url, serving("serve", "--demo", home=tmp_path, url=url) as running:
        wait_for_demo(running)
        told = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", script],
            cwd=tmp_path,
            env=environment(tmp_path, url=url),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert told.returncode == 0, told.stdout + told.stderr
    assert "refused, as it should be" in told.stdout
    assert '"number":"F' in told.stdout


def test_every_file_that_the_readme_names_is_there():
    links = re.findall(r"\]\(([^)#]+)\)|src=\"([^\"]+)\"", README.read_text())
    named = [first or second for first, second in links]
    assert named
    assert [name for name in named if not (README.parent / name).exists()] == []
