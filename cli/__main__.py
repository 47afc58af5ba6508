"""`python -m cli`, and the script `daybook`."""

from cli.main import app

if __name__ == "__main__":
    app(prog_name="daybook")
