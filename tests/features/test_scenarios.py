from __future__ import annotations

from pathlib import Path

import pytest

from distrib.errors import BadInputError, Finding
from distrib.io.reading import read_dataset
from distrib.io.scenarios import read_scenario
from distrib.model.dataset import Dataset
from tests.small_dataset import SMALL, write_files

ROOT = Path(__file__).resolve().parents[2]


def scenario(tmp_path: Path, changes: str, name: str = "essai") -> Path:
    path = tmp_path / f"{name}.yaml"
    path.write_text(f"name: {name}\nabout: pour voir\nchanges:\n{changes}", encoding="utf-8")
    return path


def changed(tmp_path: Path, *changes: str) -> Dataset:
    folder = write_files(tmp_path / "small", SMALL)
    files = [scenario(tmp_path, text, f"s{i}") for i, text in enumerate(changes)]
    return read_dataset(folder, files)[0]


def faults(tmp_path: Path, *changes: str) -> tuple[Finding, ...]:
    with pytest.raises(BadInputError) as error:
        changed(tmp_path, *changes)
    return error.value.findings


def test_set_changes_the_rows_that_answer_and_no_others(tmp_path: Path) -> None:
    dataset = changed(
        tmp_path, "  - {table: stock, where: {farm_id: F1, product_id: [apple, lettuce]}, set: {kg: 0}}\n"
    )
    assert {lot.lot_id: lot.offer_g for lot in dataset.lots} == {"L1": 60_000, "L2": 0, "L3": 21_000, "L4": 10_000}


def test_scale_rounds_half_up_to_what_the_column_holds(tmp_path: Path) -> None:
    dataset = changed(
        tmp_path,
        "  - {table: households, scale: {households: 1.3}}\n"
        "  - {table: stock, where: {lot_id: L2}, scale: {kg: 0.33333, price_eur_kg: 0.5}}\n"
        "  - {table: travel, where: {from_id: D1}, scale: {seconds: 1.1}}\n",
    )
    assert [g.households for g in dataset.households] == [5, 7, 8, 9]  # 5.2, 6.5, 7.8, 9.1
    assert (dataset.lot_by_id["L2"].offer_g, dataset.lot_by_id["L2"].price_millicents_per_kg) == (16_167, 60_000)
    assert dataset.travel is not None
    assert (dataset.travel.driving_s("D1", "S1"), dataset.travel.driving_s("S1", "D1")) == (264, 240)


def test_scale_counts_an_empty_cell_as_its_default(tmp_path: Path) -> None:
    dataset = changed(tmp_path, "  - {table: households, scale: {priority: 2}}\n")
    assert [g.priority_milli for g in dataset.households] == [2000, 3000, 2000, 2000]


def test_set_can_fill_an_optional_column_that_the_table_does_not_have(tmp_path: Path) -> None:
    dataset = changed(tmp_path, "  - {table: neighbourhoods, where: {neighbourhood_id: N2}, set: {zoning: QPV 2015}}\n")
    assert [n.zoning for n in dataset.neighbourhoods] == ["", "QPV 2015"]


def test_an_empty_value_empties_the_cell(tmp_path: Path) -> None:
    dataset = changed(tmp_path, "  - {table: sites, where: {site_id: S3}, set: {relay_site_id: null}}\n")
    assert dataset.site_by_id["S3"].relay_site_id == ""


@pytest.mark.parametrize(
    "where",
    ["{weekday: TUE, opens: 9:00}", "{opens: 09:00:00, closes: [12:00], site_id: [S1, S2], weekday: tue}"],
)
def test_times_and_days_compare_by_value(tmp_path: Path, where: str) -> None:
    dataset = changed(tmp_path, f"  - {{table: site_hours, where: {where}, remove: true}}\n")
    assert [o.weekday for o in dataset.site_by_id["S1"].openings] == [2]
    assert len(dataset.site_by_id["S2"].openings) == 1


def test_numbers_lists_and_defaults_compare_by_value(tmp_path: Path) -> None:
    dataset = changed(
        tmp_path,
        "  - {table: households, where: {persons_per_household: 6.0}, set: {households: 1}}\n"
        "  - {table: vehicles, where: {weekdays: mon  tue wed, speed_factor: 1}, set: {weekdays: [mon, wed]}}\n"
        "  - {table: basket_types, where: {programme: kits}, set: {name: Trousse}}\n",
    )
    assert [g.households for g in dataset.households] == [4, 5, 1, 7]
    assert [v.weekdays for v in dataset.vehicles] == [(0, 1, 2), (0, 2)]
    assert dataset.basket_type_by_id["kit"].name == "Trousse"


def test_removing_a_site_removes_its_hours_catchments_travel_and_places_as_relay(tmp_path: Path) -> None:
    dataset = changed(
        tmp_path,
        "  - {table: sites, where: {site_id: S3}, remove: true}\n"
        "  - {table: sites, where: {site_id: S1}, remove: true}\n"
        "  - {table: site_hours, where: {site_id: [S1, S3]}, remove: true}\n",
    )
    assert [s.site_id for s in dataset.sites] == ["S2"]
    assert dataset.sites[0].may_relay_to == ()
    assert dataset.catchments is not None
    assert {c.site_id for c in dataset.catchments} == {"S2"}
    assert dataset.travel is not None
    assert dataset.travel.places == ("D1", "F1", "F2", "S2")


def test_removing_a_farm_a_product_or_a_neighbourhood_removes_what_belongs_to_it(tmp_path: Path) -> None:
    dataset = changed(
        tmp_path,
        "  - {table: farms, where: {farm_id: F1}, remove: true}\n"
        "  - {table: products, where: {product_id: lettuce}, remove: true}\n"
        "  - {table: neighbourhoods, where: {neighbourhood_id: N2}, remove: true}\n",
    )
    assert [lot.lot_id for lot in dataset.lots] == ["L4"]
    assert {g.zone_id for g in dataset.households} == {"Z1", "Z2"}
    assert dataset.catchments is not None
    assert {c.zone_id for c in dataset.catchments} == {"Z1", "Z2"}


def test_removing_the_relay_of_a_site_is_a_fault_for_a_person_to_decide(tmp_path: Path) -> None:
    found = faults(tmp_path, "  - {table: sites, where: {site_id: S1}, remove: true}\n")
    assert [(f.code, f.column, f.value) for f in found] == [("unknown_id", "relay_site_id", "S1")]


def test_rows_are_added_and_checked_like_typed_ones(tmp_path: Path) -> None:
    row = "{lot_id: L9, farm_id: F2, product_id: carrot, ready_date: 2021-05-03, kg: 12,5, price_eur_kg: 1}"
    row = row.replace("12,5", '"12.5"')
    dataset = changed(tmp_path, f"  - {{table: stock, add: [{row}]}}\n")
    assert dataset.lot_by_id["L9"].offer_g == 12_500
    found = faults(tmp_path, f"  - {{table: stock, add: [{row.replace('F2', 'F8')}]}}\n")
    assert [(f.code, f.table, f.line, f.value) for f in found] == [("unknown_id", "stock", None, "F8")]
    assert "s0" in found[0].message


def test_rows_can_be_added_to_a_table_that_the_dataset_does_not_have(tmp_path: Path) -> None:
    files = {name: text for name, text in SMALL.items() if name != "needs.csv"}
    folder = write_files(tmp_path / "small", files)
    path = scenario(tmp_path, "  - {table: needs, add: [{zone_id: Z2, basket_id: kit, households: 4}]}\n")
    dataset, _ = read_dataset(folder, [path])
    assert [(n.zone_id, n.households) for n in dataset.needs] == [("Z2", 4)]


def test_settings_are_changed_whole_or_by_a_dotted_key(tmp_path: Path) -> None:
    dataset = changed(
        tmp_path,
        "  - {setting: delivery_days, value: [wed]}\n"
        "  - {setting: max_baskets.kits, value: 2}\n"
        "  - {setting: objective.waste_tolerance_pct, value: 2.5}\n"
        "  - {setting: programmes, value: null}\n",
    )
    assert dataset.settings.delivery_weekdays == (2,)
    assert dataset.settings.max_baskets == (("baskets", 40), ("kits", 2))
    assert dataset.settings.objective.waste_tolerance_bp == 250
    assert dataset.settings.programmes == ("baskets",)


def test_scenarios_compose_in_order(tmp_path: Path) -> None:
    dataset = changed(
        tmp_path,
        "  - {table: stock, where: {lot_id: L1}, set: {kg: 100}}\n",
        "  - {table: stock, where: {lot_id: L1}, scale: {kg: 2}}\n",
    )
    assert dataset.lot_by_id["L1"].offer_g == 200_000


def test_what_a_scenario_before_removed_can_be_named_without_fault(tmp_path: Path) -> None:
    out = "  - {table: vehicles, where: {vehicle_id: V1}, remove: true}\n"
    dataset = changed(
        tmp_path, out, out, "  - {table: vehicles, where: {vehicle_id: [V1, V2]}, set: {weekdays: tue}}\n"
    )
    assert [(v.vehicle_id, v.weekdays) for v in dataset.vehicles] == [("V2", (1,))]


def test_a_change_that_spoils_a_row_names_the_scenario(tmp_path: Path) -> None:
    found = faults(tmp_path, "  - {table: sites, where: {site_id: S2}, set: {max_baskets_per_day: beaucoup}}\n")
    assert [(f.code, f.table, f.line, f.column, f.value) for f in found] == [
        ("not_a_number", "sites", 3, "max_baskets_per_day", "beaucoup")
    ]
    assert "«\u00a0s0\u00a0»" in found[0].message
    found = faults(tmp_path, "  - {setting: travel.mode, value: flying}\n")
    assert [(f.code, f.column, "«\u00a0s0\u00a0»" in f.message) for f in found] == [
        ("not_in_list", "travel.mode", True)
    ]


def test_scenario_files_belong_to_the_fingerprint_in_their_order(tmp_path: Path) -> None:
    dataset = changed(tmp_path, "  - {table: stock, set: {kg: 30}}\n", "  - {table: stock, scale: {kg: 2}}\n")
    names = [name for name, _ in dataset.fingerprint if name.startswith("scenario")]
    assert names == ["scenario 1: s0.yaml", "scenario 2: s1.yaml"]


def test_a_scenario_file_can_be_read_alone(tmp_path: Path) -> None:
    read = read_scenario(scenario(tmp_path, "  - {table: stock, set: {kg: 30}}\n"))
    assert (read.name, read.about, len(read.changes)) == ("essai", "pour voir", 1)


def test_a_value_in_a_list_that_answers_to_nothing_is_a_warning(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "small", SMALL)
    path = scenario(tmp_path, "  - {table: stock, where: {lot_id: [L1, L8]}, set: {kg: 30}}\n")
    _, warnings = read_dataset(folder, [path], language="en")
    assert [(w.code, w.value) for w in warnings] == [("scenario_value_unmatched", "lot_id: L8")]


BAD = [
    ("a table is unknown", "  - {table: stocks, set: {kg: 1}}\n", "scenario_unknown_table", 4, "stocks", "stock"),
    ("a column to set is unknown", "  - {table: stock, set: {kgs: 1}}\n", "scenario_unknown_column", 4, "kgs", "kg"),
    ("a column of where is unknown", "  - {table: stock, where: {farm: F1}, set: {kg: 1}}\n", "scenario_unknown_column", 4, "farm", "farm_id"),
    ("a column to add is unknown", "  - {table: stock, add: [{lotid: L9}]}\n", "scenario_unknown_column", 4, "lotid", "lot_id"),
    ("where matches nothing", "  - {table: stock, where: {product_id: aple}, set: {kg: 1}}\n", "scenario_matches_nothing", 4, "product_id: aple", "apple"),
    ("two conditions never meet", "  - {table: stock, where: {product_id: apple, farm_id: F2}, set: {kg: 1}}\n", "scenario_matches_nothing", 4, "product_id: apple; farm_id: F2", ""),
    ("a setting is unknown", "  - {setting: max_basket, value: 1}\n", "scenario_unknown_setting", 4, "max_basket", "max_baskets"),
    ("a setting of a group is unknown", "  - {setting: travel.spead, value: 1}\n", "scenario_unknown_setting", 4, "travel.spead", "travel.speed"),
    ("a setting has no value", "  - {setting: max_baskets}\n", "scenario_missing_key", 4, None, "value"),
    ("a key is unknown", "  - {table: stock, sett: {kg: 1}}\n", "scenario_unknown_key", 4, "sett", "set"),
    ("a change does nothing", "  - {table: stock, where: {lot_id: L1}}\n", "scenario_no_action", 4, None, "set"),
    ("a change removes and sets", "  - {table: stock, set: {kg: 1}, remove: true}\n", "scenario_two_actions", 4, "set + remove", ""),
    ("a change adds where", "  - {table: stock, where: {lot_id: L1}, add: [{lot_id: L9}]}\n", "scenario_two_actions", 4, "where + add", ""),
    ("remove is not true", "  - {table: stock, remove: maybe}\n", "scenario_wrong_form", 4, "maybe", "remove: true"),
    ("set is a list", "  - {table: stock, set: [kg]}\n", "scenario_wrong_form", 4, "[kg]", "set: {kg: 0}"),
    ("a change is a word", "  - stock\n", "scenario_wrong_form", 4, "stock", "changes"),
    ("a factor is no number", "  - {table: stock, scale: {kg: double}}\n", "scenario_bad_factor", 4, "double", "1.3"),
    ("a factor is negative", "  - {table: stock, scale: {kg: -1}}\n", "scenario_bad_factor", 4, "-1", "1.3"),
    ("a text is scaled", "  - {table: stock, scale: {lot_id: 2}}\n", "scenario_not_a_number_column", 4, "lot_id", "set"),
    ("a setting is no group", "  - {setting: max_baskets, value: 7}\n  - {setting: max_baskets.kits, value: 7}\n", "scenario_wrong_form", 5, "max_baskets.kits", "max_baskets"),
    ("the file is no YAML", "  - {table: stock\n", "scenario_unreadable", 5, None, ""),
    ("a key comes twice", "  - {table: stock, table: stock, set: {kg: 1}}\n", "doubled_setting", 4, None, ""),
    ("changes is a word", "   stock\n", "scenario_wrong_form", 3, "stock", "changes"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "code", "line", "value", "named"), BAD, ids=[case[0] for case in BAD])
def test_each_kind_of_bad_scenario_is_answered_by_its_own_fault(
    tmp_path: Path, kind: str, text: str, code: str, line: int, value: str | None, named: str
) -> None:
    found = faults(tmp_path, text)
    assert [(f.code, f.table, f.line, f.value) for f in found] == [(code, "s0.yaml", line, value)], kind
    assert named in found[0].remedy


def test_a_scenario_without_name_or_changes_is_a_fault(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("about: rien\nchange: []\n", encoding="utf-8")
    with pytest.raises(BadInputError) as error:
        read_scenario(path)
    assert {(f.code, f.column) for f in error.value.findings} == {
        ("scenario_missing_key", "name"),
        ("scenario_missing_key", "changes"),
        ("scenario_unknown_key", "change"),
    }


@pytest.mark.parametrize("content", ["", "- a\n", "texte\n"])
def test_a_file_that_is_no_scenario_is_a_fault(tmp_path: Path, content: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInputError) as error:
        read_scenario(path)
    assert {f.code for f in error.value.findings} == {"scenario_wrong_form"}


def test_a_scenario_file_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    folder = write_files(tmp_path / "small", SMALL)
    with pytest.raises(BadInputError) as error:
        read_dataset(folder, [tmp_path / "none.yaml"])
    assert [(f.code, f.table) for f in error.value.findings] == [("path_missing", "none.yaml")]


def test_faults_of_scenario_and_dataset_are_found_in_one_run(tmp_path: Path) -> None:
    files = {**SMALL, "drivers.csv": SMALL["drivers.csv"].replace("tue,B", "tue,D")}
    folder = write_files(tmp_path / "small", files)
    path = scenario(tmp_path, "  - {table: stocks, set: {kg: 1}}\n  - {table: farms, set: {loading_min: x}}\n")
    with pytest.raises(BadInputError) as error:
        read_dataset(folder, [path])
    codes = [(f.code, f.table) for f in error.value.findings]
    assert codes == [
        ("not_a_number", "farms"),
        ("not_a_number", "farms"),
        ("not_in_list", "drivers"),
        ("scenario_unknown_table", "essai.yaml"),
    ]


def test_the_scenarios_of_the_project_apply_to_its_reference_dataset_alone_and_together() -> None:
    files = sorted((ROOT / "scenarios").glob("*.yaml"))
    assert len(files) >= 8
    for chosen in (*([file] for file in files), files):
        _, warnings = read_dataset(ROOT / "data" / "mamp-2020", chosen)
        assert not [w for w in warnings if w.code.startswith("scenario_")]
