//! Which Medicare administrative contractor decides about a claim.

use super::MacChoice;
use super::tables::{Columns, REMEDY};
use crate::service::{Context, Report, Setting};
use openclaim_claim::{Address, Date, NotEvaluatedReason, ProviderRole, Text};
use openclaim_reference::relation::{Cell, ShortCode};
use openclaim_reference::{Day, Source};

/// A contractor with one kind of work: Part A, Part B, home health and hospice, or equipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Contractor<'t> {
    pub(super) id: ShortCode,
    pub(super) kind: ShortCode,
    pub(super) version: i64,
    /// Number of the workload, as claims and the locality file know it: `10212`.
    pub(super) number: &'t str,
    pub(super) name: &'t str,
}

impl Contractor<'_> {
    pub(super) fn label(&self) -> Text {
        Text::from(format!("{} ({})", self.number, self.name))
    }
}

/// The database's number for the kind of work.
fn subtype(context: &Context<'_>) -> Option<&'static str> {
    let facility = context.claim.type_of_bill.as_deref().map(|bill| bill.facility().to_owned());
    match context.services.setting {
        Setting::Practitioner => Some("2"),
        Setting::Supplier => Some("4"),
        Setting::Outpatient | Setting::Inpatient => match facility.as_deref() {
            Some("32" | "33" | "34" | "81" | "82") => Some("3"),
            _ => Some("1"),
        },
        Setting::Dental => None,
    }
}

/// Where the claim belongs: suppliers bill where the patient lives, others where the service was performed or, where the
/// claim does not say, where the provider is.
fn address<'a>(context: &Context<'a>) -> Option<&'a Address> {
    let claim = context.claim;
    if context.services.setting == Setting::Supplier {
        return claim.patient.address.as_deref().or(claim.subscriber.address.as_deref());
    }
    let facility = claim.provider(ProviderRole::ServiceFacility).and_then(|facility| facility.address.as_deref());
    facility.filter(|it| !it.state.is_empty()).or(claim.billing_provider.address.as_deref())
}

/// All contractors with the claim's kind of work.
pub(super) fn all<'t>(context: &Context<'t>, date: Date, report: &mut Report) -> Option<Vec<Contractor<'t>>> {
    let subtype = subtype(context)?;
    let known_at = context.switches.known_at;
    let contractors = report.table(&context.tables.coverage.contractors, date, known_at, REMEDY)?;
    Some(of_subtype(contractors, subtype))
}

fn of_subtype<'t>(contractors: Source<'t, Columns>, subtype: &str) -> Vec<Contractor<'t>> {
    let view = contractors.view;
    let rows = view.relation.rows().filter_map(|row| {
        (row.code(view.at(4))?.as_str() == subtype).then_some(())?;
        Some(Contractor {
            id: row.code(view.at(0))?,
            kind: row.code(view.at(1))?,
            version: row.int(view.at(2))?,
            number: row.text(view.at(3))?,
            name: row.text(view.at(5)).unwrap_or_default(),
        })
    });
    rows.collect()
}

/// The contractors that may be the claim's: one, or several where only the ZIP code could tell; none after a note that the
/// edit cannot tell.
pub(super) fn of_claim<'t>(context: &Context<'t>, date: Date, report: &mut Report) -> Vec<Contractor<'t>> {
    let Some(contractors) = all(context, date, report) else { return Vec::new() };
    if let MacChoice::Number(number) = &context.switches.mac {
        let chosen: Vec<_> = contractors.into_iter().filter(|it| it.number == number.as_str()).collect();
        if chosen.is_empty() {
            let detail = format!("no contractor with this kind of work has the number `{number}` in the loaded tables");
            report.cannot_tell(NotEvaluatedReason::MissingTable, detail);
        }
        return chosen;
    }
    let Some(address) = address(context).filter(|it| it.state.len() == 2) else {
        report.lacks("the claim states no address, so the contractor that decides is not known");
        return Vec::new();
    };
    let (tables, known_at) = (&context.tables.coverage, context.switches.known_at);
    let localities = tables.localities.at(date, known_at).found();
    let zip = address.postal_code.get(..5).filter(|_| context.services.setting == Setting::Practitioner);
    let carrier = localities.zip(zip).and_then(|(Source { view, .. }, zip)| {
        let row = view.relation.rows_of(zip).next()?;
        row.text(view.at(0)).map(str::to_owned).or_else(|| row.code(view.at(0)).map(|code| code.as_str().to_owned()))
    });
    if let Some(carrier) = carrier
        && let Some(contractor) = contractors.iter().find(|it| it.number == carrier)
    {
        return vec![*contractor];
    }
    let (Some(jurisdictions), Some(states)) = (
        report.table(&tables.jurisdictions, date, known_at, REMEDY),
        report.table(&tables.states, date, known_at, REMEDY),
    ) else {
        return Vec::new();
    };
    let found = of_state(&contractors, jurisdictions.view, &parts_of(states.view, &address.state), date);
    if found.is_empty() {
        let detail = format!("no contractor of the loaded tables serves `{}` with this kind of claim", address.state);
        report.cannot_tell(NotEvaluatedReason::MissingTable, detail);
    }
    found
}

/// The database's numbers of a state and of the parts it is divided into: `California - Northern` is part of California.
fn parts_of(states: &Columns, abbreviation: &str) -> Vec<ShortCode> {
    let name = |description: &str| description.split(" - ").next().unwrap_or_default().trim().to_owned();
    let rows = || states.relation.rows();
    let of = |row: openclaim_reference::relation::Row<'_>, column| row.text(states.at(column)).map(name);
    let state = rows().find(|row| row.text(states.at(1)) == Some(abbreviation)).and_then(|row| of(row, 2));
    let Some(state) = state else { return Vec::new() };
    rows().filter(|row| of(*row, 2).as_ref() == Some(&state)).filter_map(|row| row.code(states.at(0))).collect()
}

/// The contractors that serve one of the places, those with the smallest jurisdiction: a workload for chains of many states
/// stands beside that of each state, and takes its providers by contract, which no claim shows.
fn of_state<'t>(
    contractors: &[Contractor<'t>],
    jurisdictions: &Columns,
    places: &[ShortCode],
    date: Date,
) -> Vec<Contractor<'t>> {
    let day = Day::from(date);
    let served = |contractor: &Contractor<'_>| -> Vec<ShortCode> {
        let key = [Cell::Code(contractor.id), Cell::Code(contractor.kind), Cell::Int(contractor.version)];
        let rows = jurisdictions.relation.find(&key).filter(|row| {
            row.day(jurisdictions.at(1)).is_none_or(|from| from <= day)
                && row.day(jurisdictions.at(2)).is_none_or(|to| day <= to)
        });
        rows.filter_map(|row| row.code(jurisdictions.at(0))).collect()
    };
    let mut found: Vec<(usize, Contractor<'t>)> = contractors
        .iter()
        .map(|contractor| (served(contractor), *contractor))
        .filter(|(served, _)| served.iter().any(|place| places.contains(place)))
        .map(|(served, contractor)| (served.len(), contractor))
        .collect();
    let fewest = found.iter().map(|(states, _)| *states).min();
    found.retain(|(states, _)| Some(*states) == fewest);
    found.into_iter().map(|(_, contractor)| contractor).collect()
}
