//! Replica theory, one file per theory. Knows units, never the simulation.
