//! Tests over the published files, and over small files made up to the published layouts.

mod faults;
mod layouts;
mod published;
