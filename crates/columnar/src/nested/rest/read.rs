//! JSON of the leftover, read into the claim itself.
//!
//! What `serde` derives builds each part on the stack, field by field, and moves it to its place. A claim is more than a
//! kilobyte and a line more than half of one, so the parts that every claim has are filled where they stand.

use openclaim_claim::{Address, Claim, Patient, Payer, Provider, ServiceLine, Spanned, Subscriber};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::Arc;

/// Sets what the JSON says, and nothing else.
///
/// Lines are added to those that the claim has: what the JSON says of the first is set in the first.
///
/// # Errors
/// `serde_json`'s for what is no JSON, for values of another kind than their field's, and for fields that come twice. The
/// claim is half filled then.
pub(in crate::nested) fn fill(claim: &mut Claim, json: &str) -> Result<(), serde_json::Error> {
    let mut reader = serde_json::Deserializer::from_str(json);
    Place(claim).deserialize(&mut reader)?;
    reader.end()
}

/// A value whose fields are set one by one.
trait Fill<'de> {
    const NAME: &'static str;

    fn fill<A: MapAccess<'de>>(&mut self, fields: A) -> Result<(), A::Error>;
}

/// Where the fields of an object go.
struct Place<'a, T>(&'a mut T);

impl<'de, T: Fill<'de>> DeserializeSeed<'de> for Place<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, T: Fill<'de>> Visitor<'de> for Place<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<(), A::Error> {
        self.0.fill(fields)
    }
}

/// Where a part goes that claims may share: it replaces the one that is there.
struct Shared<'a, T>(&'a mut Arc<T>);

impl<'de, T: Fill<'de> + Default + Clone> DeserializeSeed<'de> for Shared<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        *self.0 = Arc::default();
        Place(Arc::make_mut(self.0)).deserialize(deserializer)
    }
}

/// Where a part goes that is boxed, or `null`.
struct Boxed<'a, T>(&'a mut Option<Box<T>>);

impl<'de, T: Fill<'de> + Default> DeserializeSeed<'de> for Boxed<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: Fill<'de> + Default> Visitor<'de> for Boxed<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", T::NAME)
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        *self.0 = None;
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        Place(&mut **self.0.insert(Box::default())).deserialize(deserializer)
    }
}

/// Where the elements of a list go: into those that are there, then behind them.
struct Elements<'a, T>(&'a mut Vec<T>);

impl<'de, T: Fill<'de> + Default> DeserializeSeed<'de> for Elements<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, T: Fill<'de> + Default> Visitor<'de> for Elements<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of struct {}", T::NAME)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let mut at = 0;
        while elements.next_element_seed(Element { list: self.0, at })?.is_some() {
            at += 1;
        }
        Ok(())
    }
}

/// Where the elements of a list go in place of those that are there.
struct Anew<'a, T>(&'a mut Vec<T>);

impl<'de, T: Fill<'de> + Default> DeserializeSeed<'de> for Anew<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        self.0.clear();
        Elements(self.0).deserialize(deserializer)
    }
}

/// Where one element goes.
struct Element<'a, T> {
    list: &'a mut Vec<T>,
    at: usize,
}

impl<'de, T: Fill<'de> + Default> DeserializeSeed<'de> for Element<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        if self.list.len() <= self.at {
            self.list.resize_with(self.at + 1, T::default);
        }
        Place(&mut self.list[self.at]).deserialize(deserializer)
    }
}

/// Where a code goes that is read from text, or `null`; the text is looked at where it lies.
struct Code<'a, T>(&'a mut Option<Spanned<T>>);

impl<'de, T: FromStr<Err: fmt::Display>> DeserializeSeed<'de> for Code<'_, T> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, T: FromStr<Err: fmt::Display>> Visitor<'de> for Code<'_, T> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code")
    }

    fn visit_none<E: Error>(self) -> Result<(), E> {
        *self.0 = None;
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.visit_none()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        *self.0 = Some(Spanned::bare(deserializer.deserialize_str(Parsed(PhantomData))?));
        Ok(())
    }
}

struct Parsed<T>(PhantomData<T>);

impl<T: FromStr<Err: fmt::Display>> Visitor<'_> for Parsed<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a code")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

/// Declares which fields of a struct are set, and how: a field is read as its type reads itself, or goes to the place that
/// is named behind it. Names are compared in this order: the usual ones stand first. A field of the struct that is not named here does not compile. Names that no struct has are passed
/// over, as everywhere in the project.
macro_rules! filled {
    ($type:ident { $($field:ident $(=> $place:ident)?),* $(,)? }) => {
        const _: () = {
            #[allow(non_camel_case_types, reason = "the names of the fields")]
            #[derive(Clone, Copy)]
            enum Name {
                $($field,)*
                Unknown,
            }

            const NAMES: &[&str] = &[$(stringify!($field)),*];
            // Every name has a bit among those that were seen.
            const _: () = assert!(NAMES.len() < 64);

            struct Names;

            impl<'de> DeserializeSeed<'de> for Names {
                type Value = Name;

                fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
                    deserializer.deserialize_identifier(self)
                }
            }

            impl Visitor<'_> for Names {
                type Value = Name;

                fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.write_str("the name of a field")
                }

                fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
                    Ok(match text {
                        $(stringify!($field) => Name::$field,)*
                        _ => Name::Unknown,
                    })
                }
            }

            impl<'de> Fill<'de> for $type {
                const NAME: &'static str = stringify!($type);

                fn fill<A: MapAccess<'de>>(&mut self, mut fields: A) -> Result<(), A::Error> {
                    let Self { $($field),* } = self;
                    let mut seen = 0_u64;
                    while let Some(key) = fields.next_key_seed(Names)? {
                        let bit = 1_u64 << key as u32;
                        if seen & bit != 0
                            && let Some(twice) = NAMES.get(key as usize)
                        {
                            return Err(A::Error::duplicate_field(twice));
                        }
                        match key {
                            $(Name::$field => filled!(@set fields, $field $(, $place)?),)*
                            Name::Unknown => drop(fields.next_value::<serde::de::IgnoredAny>()?),
                        }
                        seen |= bit;
                    }
                    Ok(())
                }
            }
        };
    };
    (@set $fields:ident, $field:ident) => { *$field = $fields.next_value()? };
    (@set $fields:ident, $field:ident, $place:ident) => { $fields.next_value_seed($place($field))? };
}

filled!(Claim {
    lines => Elements,
    patient => Shared,
    providers => Anew,
    subscriber => Shared,
    references,
    admission,
    values,
    dates,
    claim_id,
    claim_type,
    purpose,
    transaction_date,
    billing_provider => Shared,
    pay_to,
    pay_to_plan,
    currency,
    payer => Shared,
    other_payers,
    type_of_bill,
    place_of_service,
    frequency,
    original_reference_number,
    provider_signature,
    assignment,
    benefits_assigned,
    release_of_information,
    patient_signature,
    accident,
    special_program,
    delay_reason,
    amounts,
    diagnoses,
    procedures,
    billed_drg,
    condition_codes,
    occurrences,
    occurrence_spans,
    treatment_codes,
    attachments,
    contract,
    notes,
    file_information,
    ambulance,
    spinal_manipulation,
    conditions,
    tooth_status,
    orthodontics,
    repricing,
    span,
});

filled!(ServiceLine {
    control_number,
    unit,
    providers,
    references,
    number,
    revenue_code,
    hcpcs,
    code_qualifier,
    modifiers,
    description,
    charge,
    non_covered,
    units,
    place_of_service,
    diagnosis_pointers,
    emergency,
    epsdt,
    family_planning,
    dates,
    amounts,
    quantities,
    measurements,
    contract,
    notes,
    drug,
    dental,
    ambulance,
    conditions,
    equipment,
    equipment_certification,
    forms,
    purchased_service,
    attachments,
    file_information,
    repricing,
    adjudications,
    span,
});

filled!(Subscriber {
    address => Boxed,
    first_name,
    last_name,
    middle_name,
    group_number,
    kind,
    payer_responsibility,
    relationship,
    name_suffix,
    member_id,
    group_name,
    insurance_type,
    claim_filing_indicator,
    birth_date,
    sex,
    identifiers,
    span,
});

filled!(Patient {
    last_name,
    first_name,
    middle_name,
    name_suffix,
    member_id,
    birth_date,
    sex,
    address => Boxed,
    relationship,
    death_date,
    weight_pounds,
    pregnant,
    identifiers,
    span,
});

filled!(Payer {
    name,
    id,
    address => Boxed,
    identifiers,
    span,
});

filled!(Provider {
    role,
    kind,
    name,
    first_name,
    middle_name,
    name_suffix,
    npi => Code,
    specialty,
    address => Boxed,
    identifiers,
    contacts,
    span,
});

filled!(Address { line1, line2, city, state, postal_code, country });
