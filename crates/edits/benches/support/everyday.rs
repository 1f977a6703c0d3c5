//! Diagnoses as claims carry them.

/// Everyday combinations of diagnoses, most of them right.
pub(crate) const DIAGNOSES: [[&str; 4]; 10] = [
    ["E1122", "N1832", "I129", "E785"],
    ["J449", "J4520", "Z87891", "I10"],
    ["M25561", "M1711", "E669", "Z6835"],
    ["I4891", "I10", "Z7901", "E039"],
    ["S93401A", "W010XXA", "Y9301", "M79671"],
    ["O09511", "Z3A12", "E039", "Z8759"],
    ["F329", "F419", "G4700", "I10"],
    ["Z0000", "E119", "I10", "E785"],
    ["C50911", "Z5111", "D6481", "R112"],
    ["R079", "R0602", "I2510", "Z955"],
];
