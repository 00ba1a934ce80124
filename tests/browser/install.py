"""Find a Chromium, or install the distribution's: `python -m tests.browser.install`, which `make test` runs first."""

import os
import shutil
import subprocess
import sys

from commands.story.browser import found

QUIETLY = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}


def install() -> None:
    """As root on Debian, with the package manager. Who is not root is told what is missing, and the browser's tests are
    skipped for want of it.
    """
    if found() is not None:
        return
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        sys.stderr.write("no Chromium here: the tests in a real browser will be skipped (apt-get install chromium)\n")
        return
    sys.stderr.write("installing Chromium for the tests in a real browser\n")
    for words in (["update", "-qq"], ["install", "-qq", "--no-install-recommends", "chromium", "fonts-dejavu-core"]):
        done = subprocess.run(["apt-get", "-y", *words], env=QUIETLY, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.stderr.write(f"Chromium could not be installed: {done.stderr.strip()[-300:]}\n")
            return


if __name__ == "__main__":
    install()
