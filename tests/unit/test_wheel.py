"""The wheel: built, installed elsewhere, and started there."""

import os
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from commentbox.cli.demo import readers
from tests.conftest import SECRET
from tests.paths import ROOT
from tests.servers import Running, free_port, until

SETTINGS = {"SECRET_KEY": SECRET, "BASE_URL": "http://comments.localhost"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the `commentbox` command of a fresh environment with the wheel in it.

    What the wheel depends on comes from this environment, by a .pth file: the same versions, and
    no network.
    """
    tmp_path = tmp_path_factory.mktemp("wheel")
    _run("-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path), str(ROOT))
    (wheel,) = tmp_path.glob("*.whl")
    _run("-m", "venv", "--without-pip", str(tmp_path / "venv"))
    (packages,) = (tmp_path / "venv" / "lib").glob("python3*/site-packages")
    options = ("--quiet", "--no-deps", "--no-index", "--target", str(packages), str(wheel))
    _run("-m", "pip", "install", *options)
    # `zz`: the wheel's own folder must come first, and the checkout not at all.
    (packages / "zz.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    return tmp_path / "venv" / "bin" / "python"


def test_the_installed_wheel_serves_pages_script_and_styles(installed: Path) -> None:
    port, elsewhere = free_port(), installed.parent
    environment = {"PATH": os.environ["PATH"]}
    environment |= {f"COMMENTBOX_{name}": value for name, value in SETTINGS.items()}
    python = [str(installed), "-m", "commentbox"]
    add = [*python, "sites", "add", "blog", "https://blog.test"]
    subprocess.run(add, cwd=elsewhere, env=environment, check=True, capture_output=True)
    where = "import commentbox, pathlib; print(pathlib.Path(commentbox.__file__).parent)"
    found = subprocess.run(
        [str(installed), "-c", where], cwd=elsewhere, check=True, capture_output=True, text=True
    )
    assert found.stdout.startswith(str(installed.parent.parent))
    errors = elsewhere / "errors.log"
    with errors.open("wb") as lines:
        serve = [*python, "serve", "--port", str(port), "--workers", "1"]
        process = subprocess.Popen(serve, cwd=elsewhere, env=environment, stderr=lines)
    try:
        running = Running(process, port, errors)
        running.wait()
        page = running.ask("GET", "/embed/blog?url=https://blog.test/a")[1].decode()
        styles = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        answers = [running.ask("GET", path)[0] for path in ("/healthz", "/embed.js", styles)]
    finally:
        process.terminate()
        assert process.wait(30) == 0
    assert answers == [200, 200, 200]


def test_the_installed_wheel_shows_the_demo(installed: Path) -> None:
    elsewhere, port, article_port = installed.parent, free_port(), free_port()
    ports = ["--port", str(port), "--article-port", str(article_port)]
    ports += ["--provider-port", str(free_port()), "--data", str(elsewhere / "absent")]
    lines = elsewhere / "lines.log"
    with lines.open("wb") as said:
        demo = [str(installed), "-m", "commentbox", "demo", *ports]
        environment = {"PATH": os.environ["PATH"]}
        process = subprocess.Popen(
            demo, cwd=elsewhere, env=environment, stdout=said, stderr=said, start_new_session=True
        )
    try:
        until(lambda: process.poll() is not None or "Ctrl-C" in lines.read_text("utf-8"))
        assert process.poll() is None, lines.read_text("utf-8")
        address = lines.read_text("utf-8").split("Article ")[1].split()[0]
        page = Running(process, port, lines).ask("GET", f"/embed/blog?url={address}")[1].decode()
    finally:
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(30) == 0
    assert page.count('data-status="published"') >= len(readers.FRIENDLY)
    assert 'id="postas-google"' in page


def _run(*words: str) -> None:
    subprocess.run([sys.executable, *words], check=True, capture_output=True)
