import subprocess
import sys

HEAVY = ("pandas", "ortools", "geopandas", "osmnx", "numpy", "numba", "scipy")


def test_help_imports_nothing_heavy() -> None:
    code = f"""
import sys
sys.argv = ["distrib", "--help"]
from distrib.cli import main
try:
    main()
except SystemExit:
    pass
loaded = [name for name in {HEAVY!r} if name in sys.modules]
sys.exit(f"heavy: {{loaded}}" if loaded else 0)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Commands:" in done.stdout


def test_the_package_itself_is_light() -> None:
    code = f"import sys, distrib; sys.exit(any(name in sys.modules for name in {HEAVY!r}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
