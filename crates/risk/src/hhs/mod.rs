//! HHS-HCC.
