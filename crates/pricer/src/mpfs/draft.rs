//! A line between its row and its price: what one unit is worth, before and after the rules about several procedures.

use super::anesthesia;
use super::figures::{Gpci, Rvus};
use super::modifiers::{Component, ModifierFault, Modifiers, Role, Split};
use super::outcome::{LineOutcome, LinePrice, NotPayable, NotPayableReason, SmallSteps, StepKind};
use super::rules::{InHospital, Rate, RolePayment, Share, StatusPayment, SurgeryRole, TechnicalPart};
use super::schedule::{FeeRow, FeeSchedule, LineRequest, not_evaluated};
use openclaim_claim::{HcpcsCode, Money, NotEvaluated, NotEvaluatedReason, Text};

/// More units than any line has.
const MOST_UNITS: u32 = 9_999;

/// A line that is not priced, and the multiple-procedure indicator of its code where it has one: a price that a person
/// sets may rank before those of its neighbours.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refusal {
    why: Why,
    pub(super) may_rank: Option<u8>,
}

/// Why a line is not priced.
#[derive(Debug, Clone, PartialEq)]
enum Why {
    NotPayable(NotPayable),
    Elsewhere(NotEvaluated),
    NotEvaluated(NotEvaluated),
}

impl From<Refusal> for LineOutcome {
    fn from(refusal: Refusal) -> Self {
        match refusal.why {
            Why::NotPayable(why) => Self::NotPayable(why),
            Why::Elsewhere(missing) => Self::Elsewhere(missing),
            Why::NotEvaluated(missing) => Self::NotEvaluated(missing),
        }
    }
}

impl From<NotEvaluated> for Refusal {
    fn from(missing: NotEvaluated) -> Self {
        Self { why: Why::NotEvaluated(missing), may_rank: None }
    }
}

impl Refusal {
    pub(super) fn cannot(reason: NotEvaluatedReason, detail: impl Into<Text>) -> Self {
        not_evaluated(reason, detail).into()
    }

    pub(super) fn not_payable(reason: NotPayableReason, detail: impl Into<Text>) -> Self {
        Self { why: Why::NotPayable(NotPayable { reason, detail: detail.into() }), may_rank: None }
    }

    fn ranking(mut self, row: &FeeRow) -> Self {
        self.may_rank = Some(row.multiple);
        self
    }
}

/// One unit of a line among several procedures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Instance {
    /// Cents of the base endoscopy that are taken off.
    pub(super) base: i64,
    pub(super) share: Share,
    pub(super) rank: usize,
}

/// What rules about several procedures take off, in cents for all units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Reductions {
    pub(super) technical: i64,
    pub(super) professional: i64,
    pub(super) practice_expense: i64,
    /// Highest rank of a unit that is reduced.
    pub(super) rank: usize,
}

/// The technical part of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Technical {
    pub(super) fee: i64,
    pub(super) cap: Option<i64>,
}

impl Technical {
    pub(super) fn paid(self) -> i64 {
        self.cap.map_or(self.fee, |cap| self.fee.min(cap))
    }

    /// The multiple-procedure reduction comes first, the cap after it.
    pub(super) fn reduced(self, share: Share) -> i64 {
        let reduced = share.of(self.fee);
        self.cap.map_or(reduced, |cap| reduced.min(cap))
    }
}

/// A line with the worth of its unit.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) hcpcs: HcpcsCode,
    pub(super) row: FeeRow,
    pub(super) modifiers: Modifiers,
    pub(super) rate: Rate,
    pub(super) locality: u16,
    pub(super) gpci: Gpci,
    pub(super) rvus: Rvus,
    fee: i64,
    cap: Option<i64>,
    split: Option<Share>,
    bilateral: Option<Share>,
    /// The other side of a line before it.
    pub(super) second_side: Option<Share>,
    pub(super) units: i64,
    pub(super) alone: bool,
    pub(super) reductions: Reductions,
    pub(super) instances: Vec<Instance>,
    practitioner: Share,
    participating: bool,
    charge: Option<Money>,
}

/// What a service is made of.
enum Parts {
    Technical,
    Professional,
    /// Both, each with a row of its own.
    Rows,
}

/// What becomes of a line before its neighbours are looked at.
#[derive(Debug)]
#[allow(
    clippy::large_enum_variant,
    reason = "nearly every item is a draft; a box for each would cost more than it saves"
)]
pub(super) enum Item {
    Draft(Draft),
    Priced(LinePrice),
    Refused(Refusal),
}

impl Item {
    pub(super) fn draft(&self) -> Option<&Draft> {
        match self {
            Self::Draft(draft) => Some(draft),
            Self::Priced(_) | Self::Refused(_) => None,
        }
    }
}

impl FeeSchedule {
    /// Reads the row and the modifiers of a line.
    pub(super) fn prepare(&self, request: &LineRequest<'_>) -> Item {
        match self.try_prepare(request) {
            Ok(item) => item,
            Err(refusal) => Item::Refused(refusal),
        }
    }

    fn try_prepare(&self, request: &LineRequest<'_>) -> Result<Item, Refusal> {
        let modifiers = self.modifiers(request)?;
        let row = self.row_for(request, &modifiers)?;
        let Some(gpci) = self.gpci(request.locality) else {
            return Err(Refusal::cannot(
                NotEvaluatedReason::MissingElement,
                "the locality is not one of this schedule",
            ));
        };
        if let Some(modifier) = modifiers.not_payable {
            let detail = format!("modifier {modifier} says that the line is not payable");
            return Err(Refusal::not_payable(NotPayableReason::Modifier, detail));
        }
        let status = self.status(request, &row)?;
        if status == StatusPayment::Anesthesia {
            return anesthesia::price(self, request, row, &modifiers, gpci).map(Item::Priced);
        }
        if modifiers.direction.is_some() {
            let detail = format!("{} is no anesthesia service, and a modifier says who gave anesthesia", request.hcpcs);
            return Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail));
        }
        self.hospital(request, &row)?;
        self.surgery_role(request, &row, &modifiers)?;
        let rvus = row.rvus(request.rate);
        if rvus.is_zero() {
            let detail = format!("{} has status {} and no relative values", request.hcpcs, char::from(row.status));
            return Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail).ranking(&row));
        }
        if let Some(modifier) = modifiers.by_documentation {
            let detail =
                format!("modifier {modifier} on {}: the contractor prices it from documentation", request.hcpcs);
            return Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail).ranking(&row));
        }
        let (units, bilateral) = self.sides(request, &row, &modifiers)?;
        Ok(Item::Draft(Draft {
            hcpcs: request.hcpcs,
            row,
            modifiers,
            rate: request.rate,
            locality: request.locality.0,
            gpci,
            rvus,
            fee: rvus.whole_fee(gpci, row.factor),
            cap: row.capped(request.rate).map(|rvus| rvus.whole_fee(gpci, row.factor)),
            split: split(&row, modifiers.split, request.hcpcs)?,
            bilateral,
            second_side: None,
            units,
            alone: status == StatusPayment::PricedAlone,
            reductions: Reductions::default(),
            instances: Vec::new(),
            practitioner: request.practitioner,
            participating: request.participating,
            charge: request.charge,
        }))
    }

    fn modifiers(&self, request: &LineRequest<'_>) -> Result<Modifiers, Refusal> {
        Modifiers::read(&self.rules, request.modifiers).map_err(|fault| {
            let detail = match fault {
                ModifierFault::Unknown(modifier) => {
                    format!("what modifier {modifier} does to a fee is not known for {}", self.date)
                }
                ModifierFault::Contradiction(modifier) => {
                    format!("modifier {modifier} contradicts another of the line")
                }
            };
            Refusal::cannot(NotEvaluatedReason::NotSupported, detail)
        })
    }

    /// The row of the component that is billed.
    fn row_for(&self, request: &LineRequest<'_>, modifiers: &Modifiers) -> Result<FeeRow, Refusal> {
        if let Some(row) = self.row(request.hcpcs, modifiers.component) {
            return Ok(row);
        }
        let hcpcs = request.hcpcs;
        let Some(whole) = self.row(hcpcs, Component::Global) else {
            let detail = format!("{hcpcs} has no usable row in {}", self.release);
            let missing = not_evaluated(NotEvaluatedReason::NotSupported, detail);
            let why = if self.knows(hcpcs) { Why::NotEvaluated(missing) } else { Why::Elsewhere(missing) };
            return Err(Refusal { why, may_rank: None });
        };
        // What the status says comes first: a component of a service that is not paid is not paid.
        self.status(request, &whole)?;
        match modifiers.component {
            Component::Discontinued => {
                let detail = format!("{hcpcs} was discontinued (53) and has no row for that: the contractor prices it");
                Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail).ranking(&whole))
            }
            Component::Global | Component::Professional | Component::Technical => {
                let detail =
                    format!("{hcpcs} has no such component: its PC/TC indicator is {}", char::from(whole.pctc));
                Err(Refusal::not_payable(NotPayableReason::NoSuchComponent, detail))
            }
        }
    }

    fn status(&self, request: &LineRequest<'_>, row: &FeeRow) -> Result<StatusPayment, Refusal> {
        use NotPayableReason as Reason;
        let (hcpcs, status) = (request.hcpcs, char::from(row.status));
        let says = |what: &str| format!("{hcpcs} has status {status}: {what}");
        let Some(payment) = self.rules.status(row.status) else {
            return Err(Refusal::cannot(NotEvaluatedReason::NotSupported, says("its meaning is not known")));
        };
        match payment {
            StatusPayment::Priced | StatusPayment::PricedAlone | StatusPayment::Anesthesia => Ok(payment),
            StatusPayment::Restricted if !row.rvus(request.rate).is_zero() => Ok(payment),
            StatusPayment::Restricted | StatusPayment::Carrier => {
                let cap =
                    self.gpci(request.locality).and_then(|gpci| Some((self.cap_values(row, request.rate)?, gpci)));
                let cap = cap.map(|(rvus, gpci)| Money::from_cents(rvus.whole_fee(gpci, row.factor)));
                let cap = cap.map_or(String::new(), |cap| format!(", at most {cap} by the OPPS cap"));
                let detail = says(&format!("the contractor prices it{cap}"));
                Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail).ranking(row))
            }
            StatusPayment::Bundled => {
                Err(Refusal::not_payable(Reason::Bundled, says("paid as part of other services")))
            }
            StatusPayment::NotCovered => Err(Refusal::not_payable(Reason::NotCovered, says("not covered"))),
            StatusPayment::NotValid => Err(Refusal::not_payable(Reason::NotValid, says("not valid for Medicare"))),
            StatusPayment::Reporting => Err(Refusal::not_payable(Reason::ReportingOnly, says("for reporting only"))),
            StatusPayment::Elsewhere => {
                let missing =
                    not_evaluated(NotEvaluatedReason::NotSupported, says("outside the physician fee schedule"));
                Err(Refusal { why: Why::Elsewhere(missing), may_rank: None })
            }
        }
    }

    fn hospital(&self, request: &LineRequest<'_>, row: &FeeRow) -> Result<(), Refusal> {
        if !request.hospital {
            return Ok(());
        }
        let paid = match self.rules.components(row.pctc).map(|row| row.in_hospital) {
            Some(InHospital::Paid) => true,
            Some(InHospital::ProfessionalOnly) => row.component == Component::Professional,
            Some(InHospital::NotPaid) => false,
            None => {
                let detail = format!("PC/TC indicator `{}` of {} is not known", char::from(row.pctc), request.hcpcs);
                return Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail));
            }
        };
        if paid {
            return Ok(());
        }
        let detail = format!(
            "{}: the technical part of a service to a hospital's patient is paid to the hospital (PC/TC indicator {})",
            request.hcpcs,
            char::from(row.pctc)
        );
        Err(Refusal::not_payable(NotPayableReason::HospitalPatient, detail))
    }

    fn surgery_role(&self, request: &LineRequest<'_>, row: &FeeRow, modifiers: &Modifiers) -> Result<(), Refusal> {
        let (role, indicator, called) = match modifiers.role {
            Role::Surgeon => return Ok(()),
            Role::Assistant(..) => (SurgeryRole::Assistant, row.assistant, "an assistant at surgery"),
            Role::CoSurgeon(_) => (SurgeryRole::CoSurgeon, row.co_surgeon, "a second surgeon"),
            Role::Team => (SurgeryRole::Team, row.team, "a team of surgeons"),
        };
        let (hcpcs, shown) = (request.hcpcs, char::from(indicator));
        match self.rules.role(role, indicator) {
            Some(RolePayment::Paid) => Ok(()),
            Some(RolePayment::Documentation) => {
                let detail = format!("{called} for {hcpcs} is paid from documentation only (indicator {shown})");
                Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail).ranking(row))
            }
            Some(RolePayment::NotPermitted) => {
                let detail = format!("{called} is not paid for {hcpcs} (indicator {shown})");
                Err(Refusal::not_payable(NotPayableReason::RoleNotPermitted, detail))
            }
            None => {
                let detail = format!("{called} for {hcpcs}: indicator `{shown}` is not known");
                Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail))
            }
        }
    }

    /// Units that are paid, and the share for both sides where they are one.
    fn sides(
        &self,
        request: &LineRequest<'_>,
        row: &FeeRow,
        modifiers: &Modifiers,
    ) -> Result<(i64, Option<Share>), Refusal> {
        let cannot = |detail: String| Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail));
        let (hcpcs, units) = (request.hcpcs, request.units);
        if !(1..=MOST_UNITS).contains(&units) {
            return cannot(format!("{units} units: 1 to {MOST_UNITS} are expected"));
        }
        let rule = self.rules.bilateral(row.bilateral);
        let one_part = modifiers.left || modifiers.right || modifiers.site;
        let both = if modifiers.both_sides() {
            if units != 1 {
                return cannot(format!("{hcpcs} is billed for both sides with {units} units; one is expected"));
            }
            let Some(rule) = rule else {
                let indicator = char::from(row.bilateral);
                return cannot(format!("{hcpcs} is billed for both sides; its bilateral indicator is {indicator}"));
            };
            Some(rule)
        } else {
            rule.filter(|rule| rule.by_units && units > 1 && !one_part)
        };
        let Some(rule) = both else { return Ok((i64::from(units), None)) };
        // Each side at the full fee is two units of it.
        if rule.share.0 % Share::WHOLE.0 == 0 && rule.share > Share::WHOLE {
            let sides = if modifiers.both_sides() { rule.share.0 / Share::WHOLE.0 } else { i64::from(units) };
            return Ok((sides, None));
        }
        if units > 2 {
            let detail = format!("{units} units of {hcpcs}, which may be bilateral, do not say which are two sides");
            return cannot(detail);
        }
        Ok((1, Some(rule.share)))
    }
}

/// The share of the global fee for the part of the package that is billed (chapter 12, section 40.4).
fn split(row: &FeeRow, split: Split, hcpcs: HcpcsCode) -> Result<Option<Share>, Refusal> {
    let [before, during, after] = row.split.map(i64::from);
    let share = match split {
        Split::Whole => return Ok(None),
        Split::Surgery => before + during,
        Split::Postoperative => after,
        // A procedure without days of aftercare has no shares: its return to the operating room is paid in full.
        Split::Return if before + during + after == 0 => return Ok(None),
        Split::Return => during,
    };
    if before + during + after == 0 {
        let detail = format!("{hcpcs} has no global package to be split: its percentages are blank");
        return Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail));
    }
    Ok(Some(Share::hundredths(share)))
}

impl Draft {
    /// An amount of one unit after split and sides.
    pub(super) fn scaled(&self, cents: i64) -> i64 {
        [self.split, self.bilateral, self.second_side].into_iter().flatten().fold(cents, |cents, share| share.of(cents))
    }

    /// Cents of one unit.
    pub(super) fn unit(&self) -> i64 {
        self.scaled(self.cap.map_or(self.fee, |cap| self.fee.min(cap)))
    }

    /// The technical part of one unit. Outer `None`: it cannot be told apart.
    pub(super) fn technical(&self, schedule: &FeeSchedule) -> Option<Option<Technical>> {
        let scaled = |fee, cap: Option<i64>| Technical { fee: self.scaled(fee), cap: cap.map(|cap| self.scaled(cap)) };
        match self.parts(schedule)? {
            Parts::Technical => Some(Some(scaled(self.fee, self.cap))),
            Parts::Rows => {
                let row = schedule.row_of_key(self.row.key, Component::Technical)?;
                let fee = |rvus: Rvus| rvus.whole_fee(self.gpci, row.factor);
                Some(Some(scaled(fee(row.rvus(self.rate)), row.capped(self.rate).map(fee))))
            }
            Parts::Professional => Some(None),
        }
    }

    /// Cents of the professional part of one unit. Outer `None`: it cannot be told apart.
    pub(super) fn professional(&self, schedule: &FeeSchedule) -> Option<Option<i64>> {
        match self.parts(schedule)? {
            Parts::Professional => Some(Some(self.unit())),
            Parts::Rows => {
                let row = schedule.row_of_key(self.row.key, Component::Professional)?;
                Some(Some(self.scaled(row.rvus(self.rate).whole_fee(self.gpci, row.factor))))
            }
            Parts::Technical => Some(None),
        }
    }

    fn parts(&self, schedule: &FeeSchedule) -> Option<Parts> {
        match self.row.component {
            Component::Technical => return Some(Parts::Technical),
            Component::Professional => return Some(Parts::Professional),
            Component::Global | Component::Discontinued => {}
        }
        match schedule.rules.components(self.row.pctc)?.technical {
            TechnicalPart::Row => Some(Parts::Rows),
            TechnicalPart::Whole => Some(Parts::Technical),
            TechnicalPart::None => Some(Parts::Professional),
            TechnicalPart::Unknown => None,
        }
    }

    /// The price, after what the neighbours took off.
    pub(super) fn finish(&self, schedule: &FeeSchedule) -> Result<LinePrice, Refusal> {
        let mut steps = SmallSteps::new();
        steps.add(StepKind::Fee, self.fee, 0);
        if let Some(cap) = self.cap.filter(|&cap| cap < self.fee) {
            steps.at_most(StepKind::OppsCap, cap);
        }
        let shares = [
            (StepKind::Split, self.split),
            (StepKind::Bilateral, self.bilateral),
            (StepKind::SecondSide, self.second_side),
        ];
        for (kind, share) in shares {
            if let Some(share) = share {
                steps.multiply(kind, share, 0);
            }
        }
        let unit = steps.cents;
        if self.units > 1 {
            steps.times(StepKind::Units, self.units);
        }
        let Reductions { technical, professional, practice_expense, rank } = self.reductions;
        let reductions = [
            (StepKind::TechnicalReduction, technical),
            (StepKind::ProfessionalReduction, professional),
            (StepKind::PracticeExpenseReduction, practice_expense),
        ];
        for (kind, cents) in reductions {
            if cents > 0 {
                steps.add(kind, -cents, rank);
            }
        }
        self.technical_modifier(schedule, &mut steps)?;
        self.several_procedures(unit, &mut steps);
        self.practitioners(schedule, &mut steps)?;
        if let Some(charge) = self.charge.filter(|charge| charge.cents() < steps.cents) {
            steps.at_most(StepKind::Charge, charge.cents());
        }
        Ok(LinePrice {
            hcpcs: self.hcpcs,
            row: self.row,
            rate: self.rate,
            locality: self.locality,
            gpci: self.gpci,
            rvus: self.rvus,
            anesthesia: None,
            steps,
        })
    }

    fn technical_modifier(&self, schedule: &FeeSchedule, steps: &mut SmallSteps) -> Result<(), Refusal> {
        let Some(share) = self.modifiers.technical else { return Ok(()) };
        let Some(technical) = self.technical(schedule) else {
            let detail = format!("the technical component of {} has no row, and a modifier reduces it", self.hcpcs);
            return Err(Refusal::cannot(NotEvaluatedReason::NotSupported, detail));
        };
        let left = technical.map_or(0, |part| part.paid() * self.units - self.reductions.technical);
        let reduction = left - share.of(left.max(0));
        if reduction > 0 {
            steps.add(StepKind::TechnicalModifier, -reduction, 0);
        }
        Ok(())
    }

    fn several_procedures(&self, unit: i64, steps: &mut SmallSteps) {
        match self.instances.as_slice() {
            [] => {}
            [only] => {
                if only.base > 0 {
                    steps.add(StepKind::EndoscopyBase, -only.base, only.rank);
                }
                if only.share != Share::WHOLE {
                    steps.multiply(StepKind::MultipleProcedures, only.share, only.rank);
                }
            }
            units => {
                let paid: i64 = units.iter().map(|instance| instance.share.of(unit - instance.base)).sum();
                let rank = units.iter().map(|instance| instance.rank).max().unwrap_or_default();
                if paid < steps.cents {
                    steps.add(StepKind::MultipleUnits, paid - steps.cents, rank);
                }
            }
        }
    }

    fn practitioners(&self, schedule: &FeeSchedule, steps: &mut SmallSteps) -> Result<(), Refusal> {
        let mut practitioner = self.practitioner;
        match self.modifiers.role {
            Role::Assistant(share, whole) => {
                steps.multiply(StepKind::Assistant, share, 0);
                // The share of AS holds the practitioner's own.
                practitioner = if whole { Share::WHOLE } else { practitioner };
            }
            Role::CoSurgeon(share) => steps.multiply(StepKind::CoSurgeon, share, 0),
            Role::Surgeon | Role::Team => {}
        }
        if practitioner != Share::WHOLE {
            steps.multiply(StepKind::Practitioner, practitioner, 0);
        }
        if !self.participating {
            let Some(constants) = schedule.rules.constants else {
                let detail = "data/mpfs/constants.csv has no share of nonparticipating practitioners for the day";
                return Err(Refusal::cannot(NotEvaluatedReason::MissingTable, detail));
            };
            steps.multiply(StepKind::Nonparticipating, constants.nonparticipating, 0);
        }
        Ok(())
    }
}
