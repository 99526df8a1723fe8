"""`propose` with demands, levels and alternatives, `capabilities`, and what an edited capabilities.yml does to both."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from builders import evidence, schema, tx
from decompose.cli.app import app
from decompose.store import evidence_json

TABLES = (
    "order_lines -> orders; order_notes -> orders; product_images -> products; product_prices -> products; "
    "ticket_messages -> tickets; ticket_events -> tickets; schema_migrations"
)
WORK = (
    tx("W orders order_lines; R products", times=90, label="orders#create"),
    tx("W order_notes; R orders", times=20, label="orders#note"),
    tx("W products product_prices", times=9, label="catalog#price"),
    tx("W products product_images", times=8, label="catalog#image"),
    tx("W tickets ticket_messages ticket_events", times=30, label="support#open"),
    tx("W ticket_messages; R tickets", times=50, label="support#answer"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "evidence.json").write_text(evidence_json.dump(evidence(schema(TABLES), *WORK)))
    return tmp_path


def run(arguments: str) -> Any:
    return CliRunner().invoke(app, shlex.split(arguments))


def services(folder: Path, name: str = "services.yml") -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / name).read_text())["services"]
    return found


def homes(folder: Path) -> dict[str, str]:
    return {table: name for name, service in services(folder).items() for table in service["tables"]}


def test_demands_hold_and_may_be_patterns(folder: Path) -> None:
    demands = (
        "--together orders,ticket* --apart products,product_images --pin 'product_p*=pricing' --owner orders=team-o"
    )
    done = run(f"propose --in {folder} {demands}")
    assert done.exit_code == 0, done.output
    home = homes(folder)
    assert len({home[table] for table in ("orders", "tickets", "ticket_events", "ticket_messages")}) == 1
    assert home["products"] != home["product_images"]
    assert home["product_prices"] == "pricing"
    assert services(folder)[home["orders"]]["owner"] == "team-o"


@pytest.mark.parametrize(
    ("demands", "message", "hint"),
    [
        ("--together orders", "--together takes two tables or more, not 'orders'", "--together orders,order_lines"),
        ("--apart orders,", "--apart takes two tables or more", "for example"),
        ("--together 'orders,\"x'", "--together takes two tables or more", "for example"),
        ("--pin orders", "--pin takes TABLE=SERVICE, not 'orders'", "--pin invoices=billing"),
        ("--owner =team", "--owner takes TABLE=TEAM, not '=team'", "--owner invoices=team-billing"),
        ("--together order,tickets", "names the table order,", "did you mean orders"),
        (
            "--together orders,tickets --together tickets,products --apart products,orders",
            "products and orders cannot be parted",
            "drop one of: products with tickets; tickets with orders",
        ),
        ("--into 2 --apart orders,tickets,products", "2 services are too few", "ask for more services"),
        ("--level village", "there is no level 'village'", "capability, service, aggregate"),
    ],
)
def test_what_cannot_be_demanded_is_a_usage_error(folder: Path, demands: str, message: str, hint: str) -> None:
    done = run(f"propose --in {folder} {demands}")
    assert done.exit_code == 2
    assert message in done.output
    assert hint in done.output
    assert not (folder / "services.yml").exists()


def test_a_kept_decomposition_stays_and_new_tables_find_their_place(folder: Path) -> None:
    kept = folder / "mine.yml"
    kept.write_text(
        "services:\n"
        "  desk: {capability: Front Office, tables: [orders, tickets, gone_table], owner: team-desk}\n"
        "  shelf: {tables: [products]}\n"
        "shared: [product_images]\n"
        "infrastructure: [schema_migrations]\n"
    )
    done = run(f"propose --in {folder} --keep {kept} --pin tickets=help")
    assert done.exit_code == 0, done.output
    assert f"{kept} names tables that are not in the evidence: gone_table" in done.stderr
    home, found = homes(folder), services(folder)
    assert (home["orders"], home["products"], home["tickets"]) == ("desk", "shelf", "help")
    assert found["desk"]["owner"] == "team-desk"
    assert found["desk"]["capability"] == "Front Office"
    assert home["order_lines"] == "desk"
    assert yaml.safe_load((folder / "services.yml").read_text())["shared"] == ["product_images"]


def test_the_configuration_holds_demands_that_flags_beat(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder / "decompose.yml").write_text(
        "together: [[orders, tickets]]\npinned: {pricing: [product_prices]}\nowners: {team-o: [orders]}\n"
    )
    assert run("propose --in .").exit_code == 0
    home = homes(folder)
    assert home["orders"] == home["tickets"]
    assert home["product_prices"] == "pricing"
    assert services(folder)[home["orders"]]["owner"] == "team-o"
    assert run("propose --in . --together orders,products").exit_code == 0
    home = homes(folder)
    assert home["orders"] == home["products"]
    assert home["orders"] != home["tickets"]


def test_analyze_takes_demands_too(folder: Path) -> None:
    source = folder / "evidence.json"
    done = run(f"analyze {source} -o {folder / 'out'} --together orders,tickets --pin products=shelf")
    assert done.exit_code == 0, done.output
    home = homes(folder / "out")
    assert home["orders"] == home["tickets"]
    assert home["products"] == "shelf"


@pytest.mark.parametrize("demand", ["--pin 'orders=*'", "--pin 'orders=tick?t'", "--owner 'order*=team-[a]'"])
def test_what_a_table_is_given_to_is_no_pattern(folder: Path, demand: str) -> None:
    done = run(f"propose --in {folder} {demand}")
    assert done.exit_code == 2
    assert "cannot be a pattern" in done.stderr
    assert not (folder / "services.yml").exists()


def test_the_front_is_printed_in_every_format(folder: Path) -> None:
    text = run(f"propose --in {folder} --front")
    assert text.exit_code == 0, text.output
    assert text.stdout.startswith("Alternatives\n  SERVICES  DISTRIBUTED WRITES")
    assert any(line.endswith("proposed") for line in text.stdout.splitlines())
    *_, following, _ = lines = text.stdout.splitlines()
    assert following == f"Next: decompose propose --into N --in {folder}"
    assert all(len(line) <= 80 for line in lines if line != following)
    assert run(f"propose --in {folder} --front --format markdown").stdout.startswith("## Alternatives\n")
    document = json.loads(run(f"propose --in {folder} --front --format json").stdout)
    assert [row["services"] for row in document["alternatives"]] == sorted(
        {r["services"] for r in document["alternatives"]}
    )
    assert sum(row["chosen"] for row in document["alternatives"]) == 1
    assert document["hierarchy"][0]["parent"] == -1


def test_the_screen_names_the_other_cuts(folder: Path) -> None:
    assert f"(decompose propose --front --in {folder})" in run(f"propose --in {folder}").stdout


def test_the_next_command_names_the_folder_and_works_as_it_stands(folder: Path) -> None:
    command = run(f"propose --in {folder}").stdout.splitlines()[-1].removeprefix("Next: decompose ")
    assert command.endswith(f"--in {folder}")
    assert run(command).exit_code == 0


@pytest.mark.parametrize("level", ["capability", "service", "aggregate"])
def test_a_proposal_is_cut_at_any_level(folder: Path, level: str) -> None:
    done = run(f"propose --in {folder} --level {level} --format json")
    assert done.exit_code == 0, done.output
    document = json.loads(done.stdout)
    branches = [branch for branch in document["hierarchy"] if branch["level"] == level]
    assert len(services(folder)) == len(document["services"]) == len(branches)
    assert document["assessment"]["services"] == len(branches)
    if level == "aggregate":
        assert sorted(service["tables"] for service in document["services"]) == sorted(b["tables"] for b in branches)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("", "├─ Order: 2 transactions, 3 tables  (the label orders#create and 1 more)"),
        ("--levels", "orders with order_lines"),
        ("--format markdown", "| Order | `orders#create`, `orders#note` |"),
        ("--format markdown --levels", "    - `orders`: `order_lines`, `orders`"),
        ("--format yaml", "      proposed: [Order Management, Order]"),
        ("--format yaml --levels", "      orders: [order_lines, orders]"),
    ],
)
def test_the_capability_map_is_printed(folder: Path, options: str, expected: str) -> None:
    assert run(f"propose --in {folder} -q").exit_code == 0
    done = run(f"capabilities --in {folder} {options}")
    assert done.exit_code == 0, done.output
    assert expected.strip("├─└ ") in done.stdout
    assert run(f"capabilities --in {folder} {options} -o {folder / 'map.txt'}").stdout == ""
    assert (folder / "map.txt").read_text() == done.stdout


def test_a_hand_made_cut_has_a_capability_map(folder: Path) -> None:
    run(f"propose --in {folder} -q")
    (folder / "mine.yml").write_text("services: {everything: {capability: The Shop, tables: ['*']}}\n")
    done = run(f"capabilities --in {folder} --services {folder / 'mine.yml'}")
    assert done.stdout.startswith("The Shop  (given with the service)\n")
    levels = run(f"capabilities --in {folder} --services {folder / 'mine.yml'} --levels").stdout
    assert "everything" in levels


def test_an_edited_capability_map_survives_the_next_run(folder: Path) -> None:
    run(f"propose --in {folder} -q")
    path = folder / "capabilities.yml"
    edited = path.read_text().replace("  Order Management:", "  Selling:").replace("    Catalog:", "    Our Wares:")
    path.write_text(edited)
    for command in (f"propose --in {folder}", f"analyze {folder / 'evidence.json'} -o {folder}"):
        done = run(f"{command} --format json")
        assert done.exit_code == 0, done.output
        document = json.loads(done.stdout)
        names = {
            capability["name"]: {c["name"] for c in capability["children"]} for capability in document["capabilities"]
        }
        assert "Order" in names["Selling"]
        assert "Our Wares" in names["Product Catalog"]
        assert "Selling" in {service["capability"] for service in document["services"]}
        assert "Selling" in {branch["name"] for branch in document["hierarchy"] if branch["level"] == "capability"}
        assert yaml.safe_load(path.read_text())["capabilities"]["Selling"]["Order"]["proposed"] == [
            "Order Management", "Order",
        ]  # fmt: skip


def test_an_edit_that_fits_nothing_is_reported(folder: Path) -> None:
    run(f"propose --in {folder} -q")
    path = folder / "capabilities.yml"
    gone = "  Birds:\n    Falconry:\n      proposed: [Bird Management, Falcon]\n      tables: [falcons]\n"
    path.write_text(path.read_text() + gone)
    done = run(f"propose --in {folder} --format json")
    assert "Birds › Falconry was proposed as Bird Management › Falcon" in done.stderr
    assert len(json.loads(done.stdout)["remarks"]) == 1
    assert "Falconry" not in path.read_text()


def test_a_fault_in_the_capability_map_is_told_with_its_place(folder: Path) -> None:
    (folder / "capabilities.yml").write_text("capabilities: {a: {b: {proposed: [one]}}}\n")
    done = run(f"propose --in {folder}")
    assert done.exit_code == 2
    assert "capabilities.yml:1:34: `proposed` takes two names" in done.output


def test_the_evidence_file_itself_may_be_named(folder: Path) -> None:
    assert run(f"propose --in {folder}/evidence.json").exit_code == 0
    by_file = run(f"explain orders --in {folder}/evidence.json")
    assert by_file.exit_code == 0, by_file.output
    assert by_file.stdout == run(f"explain orders --in {folder}").stdout
    (folder / "evidence.json").rename(folder / "may.json")
    assert run(f"propose --in {folder}/may.json").exit_code == 0


def test_a_pair_may_be_two_names_and_a_dash_is_stdout(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert run("propose --in .").exit_code == 0
    pair = run("explain orders order_lines --in .")
    assert pair.exit_code == 0, pair.output
    assert pair.stdout == run("explain orders,order_lines --in . -o -").stdout
    assert run("report --in . -o -").stdout.startswith("<!doctype html>")
    assert run("export --format dot --in . -o -").stdout == run("export --format dot --in .").stdout
    assert not (folder / "-").exists()
