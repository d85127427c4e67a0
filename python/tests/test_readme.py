"""What a new user copies from the README works, in order, in an empty folder."""

import pathlib
import re


def test_the_snippets_of_the_readme_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = (pathlib.Path(__file__).parents[1] / "README.md").read_text("utf-8")
    names = {}
    snippets = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    for snippet in snippets:
        exec(compile(snippet, "README.md", "exec"), names)
    assert len(snippets) == 5
    assert "(2, 12)" in capsys.readouterr().out and (tmp_path / "runs" / "first" / "points.csv").is_file()


def test_the_snippet_of_the_page_on_python_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = pathlib.Path(__file__).parents[2] / "docs" / "how-to" / "python.md"
    snippets = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), flags=re.DOTALL)
    assert len(snippets) == 1
    exec(compile(snippets[0], "python.md", "exec"), {})
