"""The command line: what it lists, what it refuses and in which words, and with which code it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import town
import xarray
import yaml

import scenarios
from conf.schema import list_keys
from conf.words import LANGUAGES, read_messages
from model.queries.no_plan import NoPlan
from model.solver.solution import Status
from model.verifier.verdict import Verdict
from runners.cli import COMMANDS, main
from scenarios.errors import FardplanError

LUND = Path(scenarios.__file__).parent / "lund"

HEAVY = ("numpy", "pandas", "xarray", "pyomo", "hydra", "omegaconf", "altair", "highspy")
NO_SALVAGE = "convention=no_salvage"


def write_case(folder: Path, cap: float = 1.0, mode: str = "hard") -> Path:
    """A heat pump that beats a gas boiler, as CSV files.

    10 GWh of heat a year. The boiler's costs 1.25 * 0.4 = 0.5 MSEK/GWh, the pump's 0.3 * 0.5 = 0.15 in 2025 and
    0.3 * 0.6 = 0.18 in 2026. A MW of pump makes 8.76 GWh a year and costs 3 MSEK; it saves 8.76 * (0.35 + 0.32) =
    5.87 in two years, so all heat comes from 10 / 8.76 = 1.1416 MW built in 2025, at 3.4247 + 1.5 + 1.8 = 6.7247.
    """
    tables = town.build_town(
        case={"last_year": 2026, "name_sv": "Småstad", "name_en": "Smalltown"},
        commodities=[
            {"commodity": "gas", "purchase_price": 0.4},
            {"commodity": "power", "purchase_price": {2025: 0.5, 2026: 0.6}},
            {"commodity": "heat", "demand": 10},
        ],
        technologies=[
            {"technology": "boiler", "existing": 5, "yield": 8.76, "flow": {"heat": 1, "gas": -1.25}},
            {
                "technology": "pump",
                "name_sv": "Värmepump",
                "name_en": "Heat pump",
                "code": "P1",
                "buildable": "yes",
                "measure": "yes",
                "capex": 3,
                "life": 20,
                "yield": 8.76,
                "flow": {"heat": 1, "power": -0.3},
            },
        ],
        accounts=[{"account": "co2", "role": "sector", "factor_purchase": {"gas": 0.2}}],
        targets=[{"target": "cap", "account": "co2", "year": 2026, "value": cap, "mode": mode}],
    )
    folder.mkdir(exist_ok=True)
    for name, frame in tables.frames.items():
        if len(frame):
            frame.to_csv(folder / f"{name}.csv", index=False)
    return folder


@pytest.fixture
def case(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The override that names the written case; the working folder is the test's own."""
    monkeypatch.chdir(tmp_path)
    return f"case.path={write_case(tmp_path / 'småstad')}"


COMMANDS_AND_EXAMPLES = (
    "fardplan: when should a municipality make its climate investments to meet its targets at least cost?\n"
    "\n"
    "Commands:\n"
    "  plan      the cheapest plan that meets the targets, verified and written to a folder\n"
    "            fardplan plan target=nearest lang=en\n"
    "  check     all mistakes in a case at once, and how certain its numbers are\n"
    "            fardplan check case.path=FOLDER\n"
    "  curve     what each level of a target costs, and what each tonne costs there\n"
    "            fardplan curve curve.target=transport_2030\n"
    "  why       what limits the plan and what that is worth, or what would have to give\n"
    "            fardplan why why.measure=bio_ccs\n"
    "  near      plans that are nearly as cheap: what they must have, what is open, and alternatives\n"
    "            fardplan near near.levels=[1,2,5]\n"
    "  dossier   everything about a measure or a family: chosen, when, cost per tonne four ways, what decides\n"
    "            fardplan dossier electric_road bio_ccs\n"
    "  futures   one plan for several futures: what to begin now, and what can wait\n"
    "            fardplan futures risk.path=FOLDER\n"
    "  compare   how plans differ: measures, the bridge of cost, targets and rules that bind\n"
    "            fardplan compare runs/A runs/B\n"
    "  stress    a plan under other circumstances: what happens if things are dearer, later or not built at all\n"
    "            fardplan stress RUN --with realised_60\n"
    "  replan    plan the rest anew: what was built, spent and measured is held\n"
    "            fardplan replan RUN case.actuals_until=2025\n"
    "  follow    a plan against what became of it: what slipped and why, emission budget and pace, last moments\n"
    "            fardplan follow RUN\n"
    "  budget    the climate budget: what goes before the council with the ordinary budget, from a plan\n"
    "            fardplan budget RUN year=2027 --out FILE.docx\n"
    "  adopt     adopts a plan: freezes it under the decision's name, so that later plans are compared with it\n"
    '            fardplan adopt RUN "KF 2026-06-15 §112"\n'
    "  list      measures, targets and keys that can be said, looked for by key, code or name\n"
    "            fardplan list measures biochar\n"
    "  runs      earlier runs: list, show, compare and prune\n"
    "            fardplan runs list\n"
    "  report    the plan or the sweep as a document for the council, in HTML and PDF\n"
    "            fardplan report RUN --out FILE.html\n"
    "  workbook  a plan as a workbook for Excel, with formulas and charts\n"
    "            fardplan workbook RUN --out FILE.xlsx\n"
    "  forms     fills in a form from a plan: the climate contract's investment plan and action plan, and others\n"
    "            fardplan forms RUN --form investment_plan --out FILE.xlsx\n"
    "  template  the case as a workbook to edit in Excel\n"
    "            fardplan template --case lund FILE.xlsx\n"
    "  import    an edited workbook back to a case, with all problems at once\n"
    "            fardplan import FILE.xlsx --out FOLDER\n"
    "  new       a case of one of Sweden's 290 municipalities, from published figures\n"
    "            fardplan new Eslöv --out eslov\n"
    "  facts     figures of municipalities from tables of Kolada, SCB and others, for a new case\n"
    "            fardplan facts import FILE --out facts.csv\n"
    "  portfolio many municipalities planned together: shared grants, supplies, plants and targets\n"
    "            fardplan portfolio plan FOLDER\n"
    "  add       a measure of one's own for a case, said in one line\n"
    "            fardplan add measure --case eslov name=...\n"
    "  serve     the same as a web page: economy, measures, scenarios and results for who does not use a terminal\n"
    "            fardplan serve FOLDER\n"
    "\n"
    "Help on a command: fardplan COMMAND --help\n"
)


def test_without_a_command_it_lists_its_commands_with_an_example_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lang=en"]) == 0
    assert capsys.readouterr().out == COMMANDS_AND_EXAMPLES
    assert main([]) == main(["--help"]) == 0
    assert "Kommandon:" in capsys.readouterr().out


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_help_of_a_command_shows_examples_and_ready_made_choices(
    command: str, lang: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([command, "--help", f"lang={lang}"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(f"fardplan {command} ")
    assert text.count(f"fardplan {command}") >= 3
    if COMMANDS[command].reader:
        return
    assert "  target      as_given, hard, nearest, priced\n" in text
    assert text.endswith(f"fardplan {command} --cfg job\n")


def test_help_loads_nothing_heavy() -> None:
    script = (
        f"import sys; from runners.cli import main; main(['plan', '--help']); print({set(HEAVY)} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.endswith("set()\n")


def test_a_reader_that_stops_reading_is_no_error() -> None:
    script = "import sys; from runners.cli import main; sys.stdin.read(); sys.exit(main(['plan', '--help']))"
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", script], stdin=pipe, stdout=pipe, stderr=pipe, text=True) as process:
        for stream in (process.stdout, process.stdin):
            stream.close()
        assert process.stderr.read() == ""
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["pln"],
            "fardplan: kommandot 'pln' finns inte. Välj: plan, check, curve, why, near, dossier, futures, compare, "
            "stress, replan, follow, budget, adopt, list, runs, report, workbook, forms, template, import, new, facts, "
            "portfolio, add, serve.",
        ),
        (["plan", "--hlep"], "fardplan plan: flaggan '--hlep' finns inte. Närmast: --help."),
        (["plan", "--cfg", "hydra"], "fardplan plan: '--cfg' visar bara 'job'. Skriv: fardplan plan --cfg job"),
        (
            ["check", "-m", "target=hard,nearest", "lang=en"],
            "fardplan check: '-m' (many scenarios at once) is there for plan. Write: fardplan plan -m ...",
        ),
        (
            ["plan", "fast"],
            "fast: ordet är inget val. Skriv nyckel=värde utan mellanslag, till exempel target=nearest.",
        ),
        (
            ["plan", "solver.gpa=1"],
            "solver.gpa=1: nyckeln 'solver.gpa' finns inte. Närmast: solver.gap, solver.log, solver.name.",
        ),
        (["plan", "target=hrd"], "target=hrd: 'hrd' finns inte. Välj: as_given, hard, nearest, priced."),
        (
            ["plan", "price=low,high"],
            "price=low,high: det är flera värden på en gång. Många scenarier körs med -m: "
            "fardplan plan -m price=low,high. Annars skriv ett värde.",
        ),
        (
            ["plan", "adjust.price.electricity=range(1,2)", "lang=en"],
            "adjust.price.electricity=range(1,2): these are several values at once. Many scenarios are run with -m: "
            "fardplan plan -m adjust.price.electricity=range(1,2). Else write one value.",
        ),
        (
            ["plan", "sweep=prices", "solver=fast"],
            "fardplan plan: orden ger många scenarier, och de körs med -m: fardplan plan -m sweep=prices solver=fast",
        ),
        (
            ["plan", "experiment=targets", "lang=en"],
            "fardplan plan: the words give many scenarios, which are run with -m: "
            "fardplan plan -m experiment=targets lang=en",
        ),
        (["plan", "lang=de"], "lang=de: 'de' finns inte. Välj: sv, en."),
        (
            ["plan", "solver.gap=1,2"],
            "solver.gap=1,2: '1,2' är inget tal. Skriv ett tal med decimalpunkt, till exempel 0.035.",
        ),
        (
            ["plan", "case.first_year=2025.5"],
            "case.first_year=2025.5: '2025.5' är inget heltal. Skriv ett, till exempel 2030.",
        ),
        (
            ["plan", "do_nothing=maybe"],
            "do_nothing=maybe: 'maybe' är varken true eller false. Skriv ett av dem.",
        ),
        (
            ["plan", "exclude=T1"],
            "exclude=T1: 'T1' är ingen lista. Skriv namnen mellan hakparenteser, till exempel [bio_ccs,electric_road].",
        ),
        (
            ["plan", "case.years=[a]"],
            "case.years=[a]: '[a]' är ingen lista av heltal. Skriv dem mellan hakparenteser, till exempel [2025,2030].",
        ),
        (
            ["plan", "price.scale=3"],
            "price.scale=3: '3' är inga par av namn och tal. Skriv till exempel {electricity: 1.3}.",
        ),
        (
            ["plan", "price.scale.gas=dear"],
            "price.scale.gas=dear: 'dear' är inget tal. Skriv ett tal med decimalpunkt, till exempel 0.035.",
        ),
        (
            ["plan", "case.name='x"],
            "case.name='x: ''x' går inte att läsa som text. Skriv texten utan citattecken.",
        ),
        (
            ["plan", "out=${oc.env:HOME}"],
            "out=${oc.env:HOME}: '${' och '_target_' tas inte emot. Skriv värdet självt.",
        ),
        (
            ["plan", "price.scale={_target_: 1}"],
            "price.scale={_target_: 1}: '${' och '_target_' tas inte emot. Skriv värdet självt.",
        ),
        (["plan", "solver.gap=-1"], "solver.gap=-1: -1 är för litet. Skriv 0 eller mer."),
        (
            ["plan", "solver.gap=nan"],
            "solver.gap=nan: 'nan' är inget tal. Skriv ett tal med decimalpunkt, till exempel 0.035.",
        ),
        (["plan", "solver.threads=9999"], "solver.threads=9999: 9999 är för stort. Skriv 64 eller mindre."),
        (
            ["check", "exclude=[bio_cc]"],
            "exclude: tekniken 'bio_cc' finns inte i fallet. Menade du 'bio_ccs'?",
        ),
        (
            ["check", "price.scale.electricity=-1", "lang=en"],
            "price.scale.electricity=-1: -1 is too small. Write 0 or more.",
        ),
        (
            ["check", "case.first_year=2050"],
            "case.last_year: det finns inga planår mellan 2050 och 2045. Välj ett första år före det sista, och år som "
            "ligger mellan dem.",
        ),
        (
            ["check", f"case.path={LUND}"],
            "case.csv rad 8, kolumn 'variant': 'base_year' finns bara i varianterna base_2023, base_2024, och ingen av "
            "dem är vald. Välj en, till exempel case.variants=[base_2023], eller lägg till rader utan variant.",
        ),
        (
            ["plan", "solver.method=guess"],
            "solver.method=guess: 'guess' finns inte. Välj: choose, simplex, dual, primal, ipm, ipx, hipo, pdlp.",
        ),
        (["check", "case.name=lnd"], "case.name=lnd: 'lnd' finns inte. Välj: helsingborg, lund, minimal."),
        (
            ["check", "case=own"],
            "case.name=: inget fall är valt. Skriv case.path=MAPP, eller välj ett av: helsingborg, lund, minimal.",
        ),
        (
            ["check", "case.path=nowhere"],
            "case.path=nowhere: mappen finns inte. Ange en mapp som innehåller case.csv och de andra tabellerna.",
        ),
    ],
)
def test_a_mistake_on_the_line_gets_one_message_and_code_2(
    words: list[str], message: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert (out, err) == ("", message + "\n")
    assert list(tmp_path.iterdir()) == []


def test_all_mistakes_on_the_line_are_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "solver.gap=a", "target=b", "nothing=1", "lang=en"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(":")[0] for line in lines] == ["solver.gap=a", "target=b", "nothing=1"]
    assert lines[1] == "target=b: there is no 'b'. Choose: as_given, hard, nearest, priced."


def show_config(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, dict[str, object]]:
    assert main(["plan", "--cfg", "job", *words]) == 0
    return dict(yaml.safe_load(capsys.readouterr().out))


def test_the_configuration_shown_has_every_key_and_the_groups_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    config = show_config(capsys, "solver=fast", "solver.gap=0.5", "exclude=[T1,B2]", "target=nearest")
    groups = {group: keys for group, keys in config.items() if isinstance(keys, dict) and group not in list_keys()}
    shown = {f"{group}.{key}" for group, keys in groups.items() for key in keys}
    assert shown | (set(config) - set(groups)) == set(list_keys())
    assert config["solver"]["gap"] == 0.5
    assert config["solver"]["time_limit"] == 60.0
    assert config["exclude"] == ["T1", "B2"]
    assert config["target"]["mode"] == "nearest"


def test_names_in_maps_and_text_of_any_alphabet_need_no_quoting(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["price.scale.värme-1=2", "price.account.co2=1.5", "out=C:\\Åsa's (plan)\\", "price=high"]
    config = show_config(capsys, *words)
    assert config["price"]["account"] == {"co2": 1.5}
    assert config["price"]["scale"]["värme-1"] == 2.0
    assert config["price"]["ready_made"]["electricity"] == 1.5
    assert config["out"] == "C:\\Åsa's (plan)\\"


def test_a_path_of_ones_own_brings_none_of_lunds_choices(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_config(capsys)["case"]["base_year"] == 2024
    assert show_config(capsys, "case.path=x")["case"]["base_year"] is None


def test_a_plan_is_written_and_shown(case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", case, NO_SALVAGE, "out=svar"]) == 0
    summary = json.loads((tmp_path / "svar" / "summary.json").read_text(encoding="utf-8"))
    assert summary["objective_money"] == pytest.approx(3 * 10 / 8.76 + 1.5 + 1.8, rel=1e-9)
    assert summary["status"] == "optimal"
    assert summary["verified"] is True
    out, err = capsys.readouterr()
    assert "Den billigaste planen: nuvärde 6,7 mnkr vid 0,0 % kalkylränta." in out.splitlines()
    assert err == ""


@pytest.mark.slow
def test_without_out_the_run_gets_a_folder_named_by_case_time_and_digest(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)  # nobody looks at them here
    assert main(["plan", case, NO_SALVAGE, "lang=en"]) == 0
    (run,) = (tmp_path / "runs").iterdir()
    digest = json.loads((run / "summary.json").read_text(encoding="utf-8"))["digest"]
    name, date, time, short = run.name.split("-")
    assert (name, len(date), len(time), short) == ("småstad", 8, 6, digest[:8])


@pytest.mark.slow
def test_hard_targets_out_of_reach_end_with_code_3_and_their_names(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_case(tmp_path / "småstad", cap=-1)
    assert main(["plan", case, NO_SALVAGE, "lang=en", "out=svar"]) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("There is no plan: these targets and rules cannot all hold.\n  - the target cap (2026)\n")
    assert not (tmp_path / "svar").exists()


def test_a_bad_case_ends_with_code_2_and_a_line_per_problem(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "småstad" / "parameters.csv"
    rows = table.read_text(encoding="utf-8").replace(",20,", ",-20,").replace(",3,", ",tre,")
    table.write_text(rows, encoding="utf-8")
    places = [
        f"parameters.csv rad {i}" for i, row in enumerate(rows.splitlines(), 1) if ",-20," in row or ",tre," in row
    ]
    for command in ("plan", "check"):
        assert main([command, case]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert sorted(line.split(",")[0] for line in err.splitlines()) == places
    assert [path.name for path in tmp_path.iterdir()] == ["småstad"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(Status.NO_PLAN_IN_TIME, 5), (Status.INFEASIBLE, 3), (Status.UNBOUNDED, 1), (Status.FAILED, 1)],
)
def test_each_way_of_having_no_plan_has_its_code(
    status: Status, code: int, case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = NoPlan(status, (), {})

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("runners.solve.solve_to_judge", fail)
    assert main(["plan", case]) == code
    assert capsys.readouterr().err == error.tell("sv") + "\n"


def test_a_plan_that_the_verifier_refuses_ends_with_code_1(
    case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    from model.verifier.verify import Verifier

    class Doubling(Verifier):
        def check(self, scenario: xarray.Dataset, plan: xarray.Dataset, relaxed: bool = False) -> Verdict:
            return super().check(scenario, plan.assign(build=plan["build"] * 2), relaxed)

    monkeypatch.setattr("model.verifier.verify.Verifier", Doubling)
    assert main(["plan", case, NO_SALVAGE]) == 1
    assert "pump" in capsys.readouterr().err
    assert not (tmp_path / "runs").exists()


def test_an_error_of_ours_without_a_code_is_not_swallowed(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise FardplanError("unheard of")

    monkeypatch.setattr("runners.solve.solve_to_judge", fail)
    with pytest.raises(FardplanError, match="unheard of"):
        main(["plan", case])


def test_a_stopped_run_says_so(case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("runners.solve.solve_to_judge", stop)
    assert main(["plan", case]) == 130
    assert capsys.readouterr().err == "fardplan: avbrutet. Inget skrevs.\n"


def test_a_sweep_stopped_outside_its_solving_does_not_say_that_nothing_was_written(
    case: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def stop(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("runners.sweeps.run.run_sweep_command", stop)
    assert main(["plan", "-m", case, "target=hard,nearest", "lang=en"]) == 130
    assert capsys.readouterr().err == (
        "fardplan: stopped. Scenarios that were finished are kept, and the same command again goes on from there.\n"
    )


def test_a_place_that_holds_other_things_is_refused_before_solving(
    case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "annat").mkdir()
    (tmp_path / "annat" / "brev.txt").write_text("hej", encoding="utf-8")
    assert main(["plan", case, "out=annat"]) == 2
    assert capsys.readouterr().err == (
        "out=annat: där finns redan något som inte är en tidigare körning, och det skrivs inte över. "
        "Välj en annan mapp eller ta bort det.\n"
    )
    assert (tmp_path / "annat" / "brev.txt").read_text(encoding="utf-8") == "hej"


def test_check_shows_how_certain_the_numbers_are(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", case, "lang=en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Smalltown: no mistakes. ")
    assert lines[2].split() == ["table", "numbers", "published", "derived", "assumed"]
    assert any(line.split()[:1] == ["total"] and line.endswith("100 %") for line in lines)
    assert any(line.startswith("  investment, Heat pump: 3.00 MSEK/MW") for line in lines)


def test_every_message_stands_in_both_languages_with_the_same_fields() -> None:
    from string import Formatter

    for key, texts in read_messages().items():
        assert list(texts) == list(LANGUAGES), key
        fields = [{name for _, name, _, _ in Formatter().parse(text) if name} for text in texts.values()]
        assert fields[0] == fields[1], key


@pytest.mark.parametrize("command", ["report", "workbook", "template", "import", "runs"])
def test_a_language_that_is_none_is_refused_by_every_command(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "x", "lang=xx"]) == 2
    assert capsys.readouterr().err == "lang=xx: 'xx' finns inte. Välj: sv, en.\n"


@pytest.mark.parametrize("words", [["report", "{}", "--out", "x.html"], ["workbook", "{}", "--out", "x.xlsx"]])
def test_a_name_that_no_disk_takes_is_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([word.format("a" * 300) for word in words]) == 2
    assert capsys.readouterr().err == "a" * 60 + "...: namnet är för långt för en fil eller mapp. Korta det.\n"


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_a_terminal_that_lacks_letters_gets_marks_for_them_and_the_plan(
    case: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runners.reports.plan_charts.draw_plan", lambda *_: lambda _: None)  # nobody looks at them here
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding) for _ in range(2))
    with redirect_stdout(out), redirect_stderr(err):
        assert main(["plan", case, "out=r"]) == 0
    for stream in (out, err):
        stream.flush()
    assert err.buffer.getvalue() == b""
    assert b"2025?2026" in out.buffer.getvalue()
    assert Path("r/summary.json").is_file()


def test_names_that_would_steer_the_terminal_are_refused_and_shown_harmless(
    case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path(case.removeprefix("case.path=")) / "technologies.csv"
    path.write_text(path.read_text().replace("Värmepump", "Värme\x1b[31mpump").replace("Heat pump", "Heat\u202epump"))
    for command in ("check", "plan"):
        assert main([command, case, "lang=en"]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert err.splitlines() == [
            "technologies.csv row 3, column 'name_sv': 'Värme\ufffd[31mpump' holds the control character U+001B, which "
            "is not seen and changes how text is shown. Write the cell anew without it.",
            "technologies.csv row 3, column 'name_en': 'Heat\ufffdpump' holds the control character U+202E, which is "
            "not seen and changes how text is shown. Write the cell anew without it.",
        ]


@pytest.mark.parametrize(
    "word",
    [
        *("exclude=[[a]]", "exclude=[{a: 1}]", "exclude=[a,]", "exclude=a", "case.variants=[[]]"),
        "case.variants=" + "[" * 300 + "]" * 300,
        *("target.excess_price=\u0663", "sweep.most=\u0663", "case.base_year=\u0662\u0660\u0662\u0664"),
        *("target.excess_price=" + "9" * 400, "sweep.chunk_seconds=" + "9" * 400, "sweep.most=" + "9" * 400),
        *("price.scale.electricity={a: 1}", "price.scale.a.b=int(3)", "price.scale.electricity=nan"),
        *("sweep.chunk_seconds=nan", "solver.time_limit=inf", "finance.tolerance=-inf", "adjust.capex.pump=1e999"),
        *("near.levels=[1,x]", "case.years=[2025,2026.5]", "price.scale={a: {b: 1}}"),
    ],
)
def test_no_value_of_any_form_ends_otherwise_than_in_one_line(
    case: str, capsys: pytest.CaptureFixture[str], word: str
) -> None:
    assert main(["check", case, word, "lang=en"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.splitlines()) == 1
    assert err.startswith(word[:8])


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("exclude=[värmepumpar]", "exclude: the case has no technology 'värmepumpar'."),
        ("exclude=[1e5]", "exclude: the case has no technology '1e5', nor any of a name like it."),
        ("exclude=[null]", "exclude: the case has no technology 'null', nor any of a name like it."),
        ("finance.instruments=[lån]", "finance.instruments"),
        ("case.variants=[basår]", "case.variants"),
    ],
)
def test_names_in_lists_keep_their_letters_and_their_form(
    case: str, capsys: pytest.CaptureFixture[str], word: str, message: str
) -> None:
    assert main(["check", case, word, "lang=en"]) == 2
    assert capsys.readouterr().err.startswith(message)


@pytest.mark.slow
def test_lists_with_any_letters_can_vary_in_a_sweep(case: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["plan", "-m", "--dry-run", case, "exclude=[],[pump]", "lang=en"]) == 0
    assert "2 scenarios" in capsys.readouterr().out
    assert main(["plan", "-m", "--dry-run", case, "exclude=[],[värmepump]", "lang=en"]) in (0, 2)
    assert "Traceback" not in capsys.readouterr().err
