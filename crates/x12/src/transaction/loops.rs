//! The loops that a reader of claims tells apart.

/// The loop of the implementation guides that the last segment stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loop {
    Header,
    Submitter,
    Receiver,
    BillingLevel,
    Billing,
    PayTo,
    PayToPlan,
    SubscriberLevel,
    Subscriber,
    Payer,
    PatientLevel,
    Patient,
    Claim,
    ClaimProvider,
    OtherSubscriber,
    OtherInsured,
    OtherPayer,
    OtherPayerProvider,
    Line,
    Drug,
    LineProvider,
    LineAdjudication,
    Form,
    /// A loop that is not read: its first segment has been reported, the rest of it is passed over.
    PassedOver,
}

impl Loop {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Header => "header",
            Self::Submitter => "1000A",
            Self::Receiver => "1000B",
            Self::BillingLevel => "2000A",
            Self::Billing => "2010AA",
            Self::PayTo => "2010AB",
            Self::PayToPlan => "2010AC",
            Self::SubscriberLevel => "2000B",
            Self::Subscriber => "2010BA",
            Self::Payer => "2010BB",
            Self::PatientLevel => "2000C",
            Self::Patient => "2010CA",
            Self::Claim => "2300",
            Self::ClaimProvider => "2310",
            Self::OtherSubscriber => "2320",
            Self::OtherInsured => "2330A",
            Self::OtherPayer => "2330B",
            Self::OtherPayerProvider => "2330C-I",
            Self::Line => "2400",
            Self::Drug => "2410",
            Self::LineProvider => "2420",
            Self::LineAdjudication => "2430",
            Self::Form => "2440",
            Self::PassedOver => "a loop passed over",
        }
    }
}
