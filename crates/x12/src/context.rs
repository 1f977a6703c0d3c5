//! One segment with everything needed to read its elements into values and to say what is wrong with them.

use crate::fault::{Fault, FaultKind, quote};
use crate::lexer::{Field, Segment};
use crate::values;
use openclaim_claim::{CodeError, CodeSet, Date, Decimal, FileId, Money, MoneyError, Span, Spanned, Text};

/// Faults of one claim, or of what stands before it, up to a limit.
#[derive(Debug, Default)]
pub(crate) struct FaultLog {
    pub(crate) faults: Vec<Fault>,
}

impl FaultLog {
    pub(crate) fn push(&mut self, fault: Fault, limit: usize) {
        if self.faults.len() < limit {
            self.faults.push(fault);
        } else if self.faults.len() == limit {
            let detail = format!("more than {limit} faults: later ones are not listed");
            self.faults.push(Fault::new(FaultKind::TooManyFaults, fault.span, detail));
        }
    }
}

/// A segment being read, the loop it stands in and the faults met.
pub(crate) struct Context<'s, 'f> {
    pub(crate) segment: &'f Segment<'s>,
    pub(crate) file: FileId,
    pub(crate) within: &'static str,
    pub(crate) log: &'f mut FaultLog,
    pub(crate) fault_limit: usize,
    /// Whether a guide's tables say what stands where; the reader's own word on that is then not needed.
    pub(crate) guided: bool,
}

impl<'s> Context<'s, '_> {
    /// Span of the whole segment.
    pub(crate) fn span(&self) -> Span {
        self.segment.span(self.file)
    }

    /// Element `number` without trailing blanks.
    #[inline(always)]
    pub(crate) fn element(&self, number: usize) -> Field<'s> {
        self.segment.element(number).trimmed()
    }

    /// Element `number` as text.
    pub(crate) fn text(&self, number: usize) -> Text {
        // Most elements of most segments are empty.
        match self.element(number).text {
            "" => Text::const_new(""),
            text => Text::new(text),
        }
    }

    /// Element `number` as text with its place.
    #[inline]
    pub(crate) fn spanned_text(&self, number: usize) -> Spanned<Text> {
        let field = self.element(number);
        Spanned::at(Text::new(field.text), field.span(self.file))
    }

    #[cold]
    pub(crate) fn fault(&mut self, kind: FaultKind, span: Span, detail: String) {
        if self.guided && matches!(kind, FaultKind::UnexpectedSegment | FaultKind::RepeatedSegment) {
            return;
        }
        let mut fault = Fault::new(kind, span, detail).in_segment(self.segment.id());
        fault.within = Some(self.within);
        self.log.push(fault, self.fault_limit);
    }

    /// A fault of the whole segment.
    #[cold]
    pub(crate) fn segment_fault(&mut self, kind: FaultKind, detail: String) {
        self.fault(kind, self.span(), detail);
    }

    /// Reports element `number`, named `what`, as missing when it is empty; whether it is there.
    #[inline(always)]
    pub(crate) fn require(&mut self, number: usize, what: &str) -> bool {
        self.segment.has(number) || self.seek(number, what)
    }

    #[cold]
    fn seek(&mut self, number: usize, what: &str) -> bool {
        let field = self.segment.element(number);
        if field.is_empty() {
            let detail = format!("{}{number:02} ({what}) is empty", self.segment.name());
            self.fault(FaultKind::MissingElement, self.span(), detail);
            return false;
        }
        true
    }

    /// A qualifier that this reader has no place for.
    #[cold]
    pub(crate) fn unknown_qualifier(&mut self, field: Field<'_>, what: &str) {
        let detail = format!("`{}` is no {what} known here; what it qualifies is skipped", quote(field.text));
        self.fault(FaultKind::UnknownQualifier, field.span(self.file), detail);
    }

    #[cold]
    fn refused(&mut self, kind: FaultKind, field: Field<'_>, what: &str) {
        self.fault(kind, field.span(self.file), format!("`{}` is {what}", quote(field.text)));
    }

    #[cold]
    fn not_one_of(&mut self, field: Field<'_>, expected: &str) {
        self.fault(FaultKind::NotACode, field.span(self.file), format!("`{}` is not {expected}", quote(field.text)));
    }

    /// A code; `None` and a fault when the text cannot be one, `None` alone when it is empty.
    pub(crate) fn code<T: CodeSet>(&mut self, field: Field<'_>) -> Option<Spanned<T>> {
        let field = field.trimmed();
        if field.text.is_empty() {
            return None;
        }
        match T::parse_bytes(field.text.as_bytes()) {
            Ok(code) => Some(Spanned::at(code, field.span(self.file))),
            Err(error) => {
                self.no_code(field.span(self.file), &error);
                None
            }
        }
    }

    #[cold]
    fn no_code(&mut self, span: Span, error: &CodeError) {
        self.fault(FaultKind::NotACode, span, error.to_string());
    }

    /// A text from a short list; a fault when it is not on it.
    pub(crate) fn one_of<T>(
        &mut self,
        field: Field<'_>,
        parse: impl FnOnce(&[u8]) -> Option<T>,
        expected: &str,
    ) -> Option<Spanned<T>> {
        let field = field.trimmed();
        if field.text.is_empty() {
            return None;
        }
        let value = parse(field.text.as_bytes());
        if value.is_none() {
            self.not_one_of(field, expected);
        }
        value.map(|value| Spanned::at(value, field.span(self.file)))
    }

    /// A date `CCYYMMDD`.
    #[inline]
    pub(crate) fn date(&mut self, field: Field<'_>) -> Option<Spanned<Date>> {
        let field = field.trimmed();
        if field.text.is_empty() {
            return None;
        }
        let date = values::date(field.text.as_bytes());
        if date.is_none() {
            self.refused(FaultKind::NotADate, field, "no date: eight digits CCYYMMDD are expected");
        }
        date.map(|date| Spanned::at(date, field.span(self.file)))
    }

    /// Dates of a field in the format that `format` names: first day, last day (the same for a single date), and the
    /// time of the first where the format carries one.
    pub(crate) fn period<'v>(&mut self, format: Field<'_>, value: Field<'v>) -> Period<'v> {
        let (value, format) = (value.trimmed(), format.trimmed());
        let cut = |from: usize, to: usize| Field {
            text: value.text.get(from..to.min(value.text.len())).unwrap_or_default(),
            start: value.start + from as u64,
        };
        match format.text {
            _ if value.text.is_empty() => Period::default(),
            "D8" => {
                let from = self.date(value);
                Period { from, through: from, time: "" }
            }
            "RD8" if value.text.as_bytes().get(8) == Some(&b'-') => {
                let (from, through) = (self.date(cut(0, 8)), self.date(cut(9, usize::MAX)));
                Period { from, through, time: "" }
            }
            "DT" if value.text.len() >= 12 => {
                let from = self.date(cut(0, 8));
                Period { from, through: from, time: cut(8, usize::MAX).text }
            }
            "TM" => Period { time: value.text, ..Period::default() },
            "RD8" if values::date(value.text.as_bytes()).is_some() => {
                let detail = format!("`{}` is no period of format RD8; the one day is taken", value.text);
                self.fault(FaultKind::NotADate, value.span(self.file), detail);
                let from = self.date(value);
                Period { from, through: from, time: "" }
            }
            "RD8" | "DT" | "" => {
                let detail = format!("`{}` is no date of format `{}`", quote(value.text), quote(format.text));
                self.fault(FaultKind::NotADate, value.span(self.file), detail);
                Period::default()
            }
            _ => {
                self.unknown_qualifier(format, "format of dates");
                Period::default()
            }
        }
    }

    /// An amount of money.
    pub(crate) fn money(&mut self, field: Field<'_>) -> Option<Spanned<Money>> {
        let field = field.trimmed();
        if field.text.is_empty() {
            return None;
        }
        match Money::parse_bytes(field.text.as_bytes()) {
            Ok(amount) => Some(Spanned::at(amount, field.span(self.file))),
            Err(error) => {
                self.no_amount(field, &error);
                None
            }
        }
    }

    #[cold]
    fn no_amount(&mut self, field: Field<'_>, error: &MoneyError) {
        let detail = match error {
            MoneyError::NotANumber(_) => {
                format!("`{}` is no amount: digits, sign and decimal point are expected", quote(field.text))
            }
            MoneyError::FractionOfCent(_) => format!("`{}` has fractions of a cent", quote(field.text)),
            MoneyError::TooLarge(_) => {
                format!("`{}` has more than 16 digits before the decimal point", quote(field.text))
            }
        };
        self.fault(FaultKind::NotAnAmount, field.span(self.file), detail);
    }

    /// A quantity or rate.
    #[inline]
    pub(crate) fn decimal(&mut self, field: Field<'_>) -> Option<Spanned<Decimal>> {
        let field = field.trimmed();
        if field.text.is_empty() {
            return None;
        }
        let number = values::decimal(field.text.as_bytes());
        if number.is_none() {
            self.refused(FaultKind::NotANumber, field, "no number of at most 18 digits");
        }
        number.map(|number| Spanned::at(number, field.span(self.file)))
    }

    /// A whole number without sign.
    #[inline]
    pub(crate) fn whole(&mut self, field: Field<'_>) -> Option<Spanned<u32>> {
        let field = field.trimmed();
        if field.text.is_empty() {
            return None;
        }
        let number = values::whole(field.text.as_bytes());
        if number.is_none() {
            self.refused(FaultKind::NotANumber, field, "no whole number of at most nine digits");
        }
        number.map(|number| Spanned::at(number, field.span(self.file)))
    }

    /// Whether element `number` says yes.
    pub(crate) fn yes(&self, number: usize) -> bool {
        self.element(number).text == "Y"
    }
}

/// A date or period of a DTP segment.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Period<'s> {
    pub(crate) from: Option<Spanned<Date>>,
    pub(crate) through: Option<Spanned<Date>>,
    pub(crate) time: &'s str,
}
