//! Reading the tables under `data/mpfs`, which are part of the binary.

use super::{
    Bilateral, Components, Constants, InHospital, ModifierEffect, Part, Place, Practitioner, RankShare, Rate,
    RolePayment, Share, StatusPayment, SurgeryRole, TechnicalPart,
};
use openclaim_tables::Day;

#[derive(Debug, Clone, Copy)]
struct Period {
    from: Day,
    to: Day,
}

impl Period {
    fn parse(from: &str, to: &str) -> Result<Self, String> {
        let day = |text: &str, open: u32| match text {
            "" => Ok(Day(open)),
            text => Day::parse_iso(text).ok_or_else(|| format!("`{text}` is not a date")),
        };
        Ok(Self { from: day(from, 0)?, to: day(to, u32::MAX)? })
    }

    fn holds(self, day: Day) -> bool {
        self.from <= day && day <= self.to
    }
}

const STATUSES: &str = include_str!("../../../../../data/mpfs/status_indicators.csv");
const MODIFIERS: &str = include_str!("../../../../../data/mpfs/modifiers.csv");
const RANKS: &str = include_str!("../../../../../data/mpfs/multiple_procedures.csv");
const BILATERAL: &str = include_str!("../../../../../data/mpfs/bilateral.csv");
const ROLES: &str = include_str!("../../../../../data/mpfs/surgery_roles.csv");
const COMPONENTS: &str = include_str!("../../../../../data/mpfs/components.csv");
const PLACES: &str = include_str!("../../../../../data/mpfs/places_of_service.csv");
const PRACTITIONERS: &str = include_str!("../../../../../data/mpfs/practitioners.csv");
const CONSTANTS: &str = include_str!("../../../../../data/mpfs/constants.csv");

/// All rows of one table, each as its fields in the order of `columns`.
fn rows<const N: usize>(text: &'static str, columns: [&str; N]) -> Result<Vec<[&'static str; N]>, String> {
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let mut positions = [0; N];
    for (position, column) in positions.iter_mut().zip(columns) {
        *position =
            header.iter().position(|name| *name == column).ok_or_else(|| format!("there is no column `{column}`"))?;
    }
    // Only the last column, the source, is quoted; it is never asked for.
    let fields = |line: &'static str| {
        let cells: Vec<&'static str> = line.split(',').collect();
        positions.map(|position| cells.get(position).copied().unwrap_or_default())
    };
    Ok(lines.map(fields).collect())
}

fn byte(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        [byte] => Ok(*byte),
        _ => Err(format!("`{text}` is not one character")),
    }
}

fn unknown<T>(text: &str) -> Result<T, String> {
    Err(format!("`{text}` is no word of this table"))
}

fn status_payment(text: &str) -> Result<StatusPayment, String> {
    Ok(match text {
        "priced" => StatusPayment::Priced,
        "priced_alone" => StatusPayment::PricedAlone,
        "restricted" => StatusPayment::Restricted,
        "anesthesia" => StatusPayment::Anesthesia,
        "carrier" => StatusPayment::Carrier,
        "bundled" => StatusPayment::Bundled,
        "not_covered" => StatusPayment::NotCovered,
        "not_valid" => StatusPayment::NotValid,
        "elsewhere" => StatusPayment::Elsewhere,
        "reporting" => StatusPayment::Reporting,
        other => return unknown(other),
    })
}

fn modifier_effect(text: &str, percent: &str) -> Result<ModifierEffect, String> {
    let share = || percent.parse::<Share>();
    Ok(match text {
        "none" => ModifierEffect::None,
        "professional_component" => ModifierEffect::Professional,
        "technical_component" => ModifierEffect::Technical,
        "discontinued" => ModifierEffect::Discontinued,
        "bilateral" => ModifierEffect::Bilateral,
        "left" => ModifierEffect::Left,
        "right" => ModifierEffect::Right,
        "site" => ModifierEffect::Site,
        "assistant" => ModifierEffect::Assistant(share()?),
        "assistant_practitioner" => ModifierEffect::AssistantPractitioner(share()?),
        "co_surgeon" => ModifierEffect::CoSurgeon(share()?),
        "team" => ModifierEffect::Team,
        "split_surgery" => ModifierEffect::SplitSurgery,
        "split_postoperative" => ModifierEffect::SplitPostoperative,
        "split_return" => ModifierEffect::SplitReturn,
        "by_documentation" => ModifierEffect::ByDocumentation,
        "anesthesia_personal" => ModifierEffect::AnesthesiaPersonal(share()?),
        "anesthesia_directed" => ModifierEffect::AnesthesiaDirected(share()?),
        "anesthesia_supervised" => ModifierEffect::AnesthesiaSupervised,
        "technical_percent" => ModifierEffect::TechnicalShare(share()?),
        "separate_session" => ModifierEffect::SeparateSession,
        "not_payable" => ModifierEffect::NotPayable,
        other => return unknown(other),
    })
}

pub(super) fn statuses() -> Result<Vec<(u8, StatusPayment)>, String> {
    let rows = rows(STATUSES, ["status", "payment"])?;
    rows.into_iter().map(|[status, payment]| Ok((byte(status)?, status_payment(payment)?))).collect()
}

pub(super) fn modifiers(day: Day) -> Result<Vec<([u8; 2], ModifierEffect)>, String> {
    let mut found = Vec::new();
    for [modifier, effect, percent, from, to] in rows(MODIFIERS, ["modifier", "effect", "percent", "from", "to"])? {
        let key = modifier.as_bytes().try_into().map_err(|_| format!("`{modifier}` is not a modifier"))?;
        if Period::parse(from, to)?.holds(day) {
            found.push((key, modifier_effect(effect, percent)?));
        }
    }
    found.sort_unstable_by_key(|&(key, _)| key);
    Ok(found)
}

pub(super) fn ranks(day: Day) -> Result<Vec<RankShare>, String> {
    let mut found = Vec::new();
    let columns = ["indicator", "part", "from_rank", "percent", "from", "to"];
    for [indicator, part, from_rank, percent, from, to] in rows(RANKS, columns)? {
        let part = match part {
            "whole" => Part::Whole,
            "technical" => Part::Technical,
            "professional" => Part::Professional,
            "practice_expense" => Part::PracticeExpense,
            other => return unknown(other),
        };
        let from_rank = from_rank.parse().map_err(|_| format!("`{from_rank}` is not a rank"))?;
        let share = if percent.is_empty() { None } else { Some(percent.parse()?) };
        if Period::parse(from, to)?.holds(day) {
            found.push(RankShare { indicator: byte(indicator)?, part, from_rank, share });
        }
    }
    Ok(found)
}

pub(super) fn bilateral() -> Result<Vec<(u8, Bilateral)>, String> {
    let rows = rows(BILATERAL, ["indicator", "percent", "by_units"])?;
    let read = |[indicator, percent, by_units]: [&'static str; 3]| {
        Ok((byte(indicator)?, Bilateral { share: percent.parse()?, by_units: by_units == "Y" }))
    };
    rows.into_iter().map(read).collect()
}

pub(super) fn roles() -> Result<Vec<(SurgeryRole, u8, RolePayment)>, String> {
    let role = |text| match text {
        "assistant" => Ok(SurgeryRole::Assistant),
        "co_surgeon" => Ok(SurgeryRole::CoSurgeon),
        "team" => Ok(SurgeryRole::Team),
        other => unknown(other),
    };
    let payment = |text| match text {
        "paid" => Ok(RolePayment::Paid),
        "documentation" => Ok(RolePayment::Documentation),
        "not_permitted" => Ok(RolePayment::NotPermitted),
        other => unknown(other),
    };
    let rows = rows(ROLES, ["role", "indicator", "payment"])?;
    rows.into_iter().map(|[who, indicator, paid]| Ok((role(who)?, byte(indicator)?, payment(paid)?))).collect()
}

pub(super) fn components() -> Result<Vec<(u8, Components)>, String> {
    let paid = |text| match text {
        "paid" => Ok(InHospital::Paid),
        "professional_only" => Ok(InHospital::ProfessionalOnly),
        "not_paid" => Ok(InHospital::NotPaid),
        other => unknown(other),
    };
    let part = |text| match text {
        "none" => Ok(TechnicalPart::None),
        "row" => Ok(TechnicalPart::Row),
        "whole" => Ok(TechnicalPart::Whole),
        "unknown" => Ok(TechnicalPart::Unknown),
        other => unknown(other),
    };
    let rows = rows(COMPONENTS, ["indicator", "in_hospital", "technical"])?;
    let read = |[indicator, hospital, technical]: [&'static str; 3]| {
        Ok((byte(indicator)?, Components { in_hospital: paid(hospital)?, technical: part(technical)? }))
    };
    rows.into_iter().map(read).collect()
}

pub(super) fn places(day: Day) -> Result<Vec<(&'static str, Place)>, String> {
    let mut found = Vec::new();
    for [place, rate, hospital, home, from] in rows(PLACES, ["place", "rate", "hospital", "home", "from"])? {
        let rate = match rate {
            "facility" => Rate::Facility,
            "nonfacility" => Rate::NonFacility,
            other => return unknown(other),
        };
        if Period::parse(from, "")?.holds(day) {
            found.push((place, Place { rate, hospital: hospital == "Y", home: home == "Y" }));
        }
    }
    Ok(found)
}

pub(super) fn practitioners(day: Day) -> Result<Vec<(&'static str, Practitioner)>, String> {
    let mut found = Vec::new();
    for [taxonomy, percent, from, to] in rows(PRACTITIONERS, ["taxonomy", "percent", "from", "to"])? {
        if Period::parse(from, to)?.holds(day) {
            let paid =
                if percent.is_empty() { Practitioner::OtherSystem } else { Practitioner::Paid(percent.parse()?) };
            found.push((taxonomy, paid));
        }
    }
    Ok(found)
}

pub(super) fn constants(day: Day) -> Result<Option<Constants>, String> {
    let all = rows(CONSTANTS, ["name", "value", "from", "to"])?;
    let value = |wanted: &str| -> Result<Option<&'static str>, String> {
        for &[name, value, from, to] in &all {
            if name == wanted && Period::parse(from, to)?.holds(day) {
                return Ok(Some(value));
            }
        }
        Ok(None)
    };
    let number = |text: &str| text.parse::<i64>().map_err(|_| format!("`{text}` is not a whole number"));
    let minutes = value("anesthesia_minutes_per_unit")?.map(number).transpose()?.filter(|minutes| *minutes > 0);
    let supervised = value("anesthesia_supervised_base_units")?.map(number).transpose()?;
    let nonparticipating = value("nonparticipating_percent")?.map(str::parse).transpose()?;
    let (Some(minutes), Some(supervised), Some(nonparticipating)) = (minutes, supervised, nonparticipating) else {
        return Ok(None);
    };
    Ok(Some(Constants {
        anesthesia_minutes_per_unit: minutes,
        anesthesia_supervised_base_units: supervised,
        nonparticipating,
    }))
}

pub(super) fn kept_for(day: Day) -> Result<bool, String> {
    for [name, from, to] in rows(CONSTANTS, ["name", "from", "to"])? {
        if name == "payment_rules" && Period::parse(from, to)?.holds(day) {
            return Ok(true);
        }
    }
    Ok(false)
}
