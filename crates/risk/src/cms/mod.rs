//! CMS-HCC, ESRD and RxHCC.
