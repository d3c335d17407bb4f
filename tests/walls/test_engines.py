"""A skip for want of a required engine fails; any other skip stays one."""

import pytest

pytest_plugins = ["pytester"]

LEAN = ("-p", "no:asyncio", "-p", "no:hypothesispytest", "-p", "no:anyio")
SKIPPING = """
    import pytest
    from tests.engines import missing

    @pytest.fixture
    def kafka():
        missing("kafka", "install Java")

    def test_asks_for_the_engine(kafka): ...

    @pytest.mark.browser
    def test_skips_by_itself():
        pytest.skip("no display")

    def test_wants_no_engine():
        pytest.skip("not today")
"""


@pytest.mark.parametrize(
    ("require", "skipped", "failed", "errors"), [("", 3, 0, 0), ("kafka", 2, 0, 1), ("kafka,browser", 1, 1, 1)]
)
def test_only_what_is_required_may_not_be_skipped(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, require: str, skipped: int, failed: int, errors: int
) -> None:
    monkeypatch.setenv("TOADLANE_REQUIRE", require)
    pytester.makepyfile(SKIPPING)

    result = pytester.runpytest_inprocess(*LEAN, "-p", "tests.engines", "-W", "ignore::pytest.PytestUnknownMarkWarning")

    result.assert_outcomes(skipped=skipped, failed=failed, errors=errors)


def test_a_module_that_skips_itself_fails_where_anything_is_required(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOADLANE_REQUIRE", "postgres")
    pytester.makepyfile("import pytest; pytest.importorskip('no_such_module')")

    result = pytester.runpytest_inprocess(*LEAN, "-p", "tests.engines")

    result.assert_outcomes(errors=1)


def test_a_misspelt_engine_stops_the_run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOADLANE_REQUIRE", "kafak")

    result = pytester.runpytest_inprocess(*LEAN, "-p", "tests.engines")

    assert result.ret == pytest.ExitCode.USAGE_ERROR


@pytest.mark.parametrize(("read", "failed"), [("named('MEILI_URL')", 0), ("os.environ.get('MEILI_URL')", 1)])
def test_a_server_for_the_tests_of_search_is_not_every_rooms_engine(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, read: str, failed: int
) -> None:
    """With the negative control: by its own name no test finds it, so no room does."""
    monkeypatch.setenv("MEILI_URL", "http://search.example:7700")
    monkeypatch.setenv("TOADLANE_TESTED_MEILI_URL", "")  # So that it is put back afterwards.
    pytester.makepyfile(f"""
        import os
        from tests.engines import named

        def test_it():
            assert {read} == "http://search.example:7700"
    """)

    result = pytester.runpytest_inprocess(*LEAN, "-p", "tests.engines")

    result.assert_outcomes(passed=1 - failed, failed=failed)
