//! Numbers without physics: Gaussian averages, roots, special functions.
