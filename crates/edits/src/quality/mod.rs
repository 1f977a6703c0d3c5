//! Coding quality: patterns of over-, under- and miscoding that somebody should look at.

use crate::service::rules;

rules! {
    Quality "quality";
}
