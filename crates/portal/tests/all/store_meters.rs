//! Meters, and the revisions that saving them makes.

use fleet_link::ConfigurationResult;
use portal::db::{Db, MeterSelection, SaveError};
use portal::meter::{Menu, MeterForm};

use crate::fleet::{Fleet, after, heat_form, primary_form, rows, start};

#[tokio::test]
async fn a28_a_meter_is_shown_again_as_typed_and_delivered_to_its_gateway() {
    let fleet = Fleet::new().await;
    let typed = MeterForm {
        parameters: rows(&[
            ("reg", "{'heat_energy_kwh':   3}"),
            (" secondary_ad", " 20316513c5140004 "),
            ("", ""),
        ]),
        ..heat_form(fleet.gateway)
    };
    let meter = fleet.db.create_meter(typed.clone(), "ada".to_owned(), start()).await.unwrap();
    let shown = fleet.db.meter(meter.id).await.unwrap().unwrap();
    assert_eq!(shown.form, typed);
    let configuration = fleet.db.configuration(fleet.gateway).await.unwrap();
    assert_eq!(configuration.revision, 1);
    let told = &configuration.meters[0];
    assert_eq!((told.id.as_str(), told.address.as_deref()), ("meter-1", None));
    assert_eq!(told.parameters["secondary_ad"], " 20316513c5140004 ");
    assert_eq!(told.parameters.len(), 2, "an empty row is nothing to a gateway");
}

#[tokio::test]
async fn every_save_makes_a_revision_and_no_revision_changes() {
    let fleet = Fleet::new().await;
    let (db, gateway) = (&fleet.db, fleet.gateway);
    let first = primary_form(gateway, "Heat, flat 1", "1");
    let by = || "ada".to_owned();
    assert_eq!(db.configuration(gateway).await.unwrap().revision, 0);
    let meter = db.create_meter(first.clone(), by(), start()).await.unwrap();
    let renamed = MeterForm { name: "Heat, ground floor".to_owned(), ..first };
    db.update_meter(meter.id, renamed, None, by(), after(1)).await.unwrap();
    db.delete_meter(meter.id, None, "bob".to_owned(), after(2)).await.unwrap();

    let names = |revision| async move {
        let configuration = db.configuration_at(gateway, revision).await.unwrap().unwrap();
        assert_eq!(configuration.revision, revision);
        configuration.meters.into_iter().map(|meter| meter.name).collect::<Vec<_>>()
    };
    assert_eq!(names(1).await, ["Heat, flat 1"]);
    assert_eq!(names(2).await, ["Heat, ground floor"]);
    assert_eq!(names(3).await, Vec::<String>::new());
    assert_eq!(db.configuration_at(gateway, 4).await.unwrap(), None);
    let revisions = db.revisions(gateway, 10).await.unwrap();
    let summary: Vec<_> =
        revisions.iter().map(|one| (one.revision, one.created_by.as_str())).collect();
    assert_eq!(summary, [(3, "bob"), (2, "ada"), (1, "ada")]);
    assert_eq!(db.meter(meter.id).await.unwrap(), None);
}

#[tokio::test]
async fn a06_two_meters_of_a_bus_cannot_have_the_same_address() {
    let fleet = Fleet::new().await;
    let by = || "ada".to_owned();
    let first = primary_form(fleet.gateway, "Heat, flat 1", "1");
    let first = fleet.db.create_meter(first, by(), start()).await.unwrap();
    let second = primary_form(fleet.gateway, "Heat, flat 2", " 1 ");
    let error = fleet.db.create_meter(second.clone(), by(), start()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the address 1 belongs to \"Heat, flat 1\" on the same bus; give one of the two another address"
    );
    assert_eq!(fleet.db.configuration(fleet.gateway).await.unwrap().revision, 1);

    // Another address, another bus and another gateway are no clash; nor is the meter itself.
    let other = MeterForm { address: "2".to_owned(), ..second.clone() };
    let other = fleet.db.create_meter(other, by(), start()).await.unwrap();
    let on = |bus: &str| MeterForm { bus: Some(bus.to_owned()), ..second.clone() };
    fleet
        .db
        .update_meter(
            first.id,
            MeterForm { bus: Some("a".into()), ..first.form.clone() },
            None,
            by(),
            start(),
        )
        .await
        .unwrap();
    fleet.db.create_meter(on("b"), by(), start()).await.unwrap();
    assert!(fleet.db.create_meter(on("a"), by(), start()).await.is_err());
    let elsewhere = fleet.add_gateway("Building 8").await;
    let there = MeterForm { gateway: elsewhere, ..second.clone() };
    fleet.db.create_meter(there, by(), start()).await.unwrap();
    // Changing a meter to a taken address is refused like adding one.
    let error = fleet.db.update_meter(other.id, second, None, by(), start()).await.unwrap_err();
    assert!(matches!(error, SaveError::AddressTaken { .. }), "{error}");
    // A secondary address is no primary one, and two meters cannot have that either.
    let secondary = heat_form(fleet.gateway);
    fleet.db.create_meter(secondary.clone(), by(), start()).await.unwrap();
    let error = fleet.db.create_meter(secondary, by(), start()).await.unwrap_err();
    assert!(error.to_string().starts_with("the address 20316513C5140004 belongs to"), "{error}");
}

#[tokio::test]
async fn a_meter_that_moves_makes_a_revision_at_both_gateways() {
    let fleet = Fleet::new().await;
    let other = fleet.add_gateway("Building 8").await;
    let form = heat_form(fleet.gateway);
    let meter = fleet.db.create_meter(form.clone(), "ada".to_owned(), start()).await.unwrap();
    let moved = MeterForm { gateway: other, ..form };
    fleet.db.update_meter(meter.id, moved, None, "ada".to_owned(), start()).await.unwrap();
    let here = fleet.db.configuration(fleet.gateway).await.unwrap();
    let there = fleet.db.configuration(other).await.unwrap();
    assert_eq!((here.revision, here.meters.len()), (2, 0));
    assert_eq!((there.revision, there.meters.len()), (1, 1));
}

#[tokio::test]
async fn nobody_overwrites_what_he_has_not_seen() {
    let fleet = Fleet::new().await;
    let form = heat_form(fleet.gateway);
    let meter = fleet.db.create_meter(form.clone(), "ada".to_owned(), start()).await.unwrap();
    let update = |edition| {
        fleet.db.update_meter(meter.id, form.clone(), Some(edition), "bob".to_owned(), start())
    };
    assert_eq!(update(1).await.unwrap().edition, 2);
    let error = update(1).await.unwrap_err();
    assert!(matches!(error, SaveError::ChangedMeanwhile { edition: 2, .. }), "{error}");
    let gone = fleet.db.delete_meter(meter.id, Some(1), "bob".to_owned(), start()).await;
    assert!(gone.is_err());
    assert_eq!(fleet.db.configuration(fleet.gateway).await.unwrap().revision, 2);
}

#[tokio::test]
async fn a42_meters_stand_under_their_menu() {
    let fleet = Fleet::new().await;
    for (address, menu) in (1..).zip(Menu::ALL) {
        let form = primary_form(fleet.gateway, menu.name(), &i32::to_string(&address));
        let form = MeterForm { menu, ..form };
        fleet.db.create_meter(form, "ada".to_owned(), start()).await.unwrap();
    }
    for menu in Menu::ALL {
        let wanted = MeterSelection { menu: Some(menu), ..MeterSelection::default() };
        let meters = fleet.db.known_meters(wanted).await.unwrap();
        let names: Vec<_> = meters.iter().map(|known| known.meter.form.name.as_str()).collect();
        assert_eq!(names, [menu.name()]);
    }
    assert_eq!(fleet.db.known_meters(MeterSelection::default()).await.unwrap().len(), 7);
}

#[tokio::test]
async fn what_a_gateway_says_of_a_revision_is_kept() {
    let fleet = Fleet::new().await;
    let (db, gateway) = (&fleet.db, fleet.gateway);
    db.create_meter(heat_form(gateway), "ada".to_owned(), start()).await.unwrap();
    let result = |applied| ConfigurationResult { applied, problems: Vec::new() };
    db.save_configuration_result(gateway, 1, result(false), after(1)).await.unwrap();
    db.save_configuration_result(gateway, 1, result(true), after(2)).await.unwrap();
    let reported = db.gateway(gateway).await.unwrap().unwrap().reported.unwrap();
    assert_eq!((reported.revision, reported.applied, reported.reported_at), (1, true, after(2)));
    let error = db.save_configuration_result(gateway, 2, result(true), after(3)).await.unwrap_err();
    assert!(matches!(error, SaveError::Unknown { .. }), "{error}");
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let fleet = Fleet::new().await;
    let form = heat_form(fleet.gateway);
    fleet.db.create_meter(form.clone(), "ada".to_owned(), start()).await.unwrap();
    fleet.db.close().await;
    assert!(fleet.db.sites().await.is_err(), "a closed store says so");
    let db = Db::open(&fleet.folder.path().join("fleet.sqlite"), after(60)).unwrap();
    let known = db.known_meters(MeterSelection::default()).await.unwrap();
    assert_eq!(known[0].meter.form, form);
    assert_eq!(db.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test]
async fn sites_and_gateways_have_names_of_their_own() {
    let fleet = Fleet::new().await;
    let taken = fleet.db.create_site("Hill Street".to_owned(), start()).await.unwrap_err();
    assert_eq!(
        taken.to_string(),
        "there is already a site called \"Hill Street\"; give this one another name"
    );
    let other = fleet.db.create_site("Lake Street".to_owned(), start()).await.unwrap();
    assert!(fleet.db.rename_site(other.id, "Hill Street".to_owned()).await.is_err());
    fleet.add_gateway("Building 8").await;
    let taken = fleet.db.change_gateway(fleet.gateway, "Building 8".to_owned(), None).await;
    assert!(matches!(taken, Err(SaveError::NameTaken { noun: "gateway", .. })));
    let full = fleet.db.delete_site(fleet.site, start()).await.unwrap_err();
    assert_eq!(full.to_string(), "site-1 still has gateways; remove them first");
    fleet.db.delete_site(other.id, start()).await.unwrap();
    assert_eq!(fleet.db.sites().await.unwrap().len(), 1);
}
