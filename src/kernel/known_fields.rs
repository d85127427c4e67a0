//! Fields that were found already, of the present configuration and of those that it may come back to.

use crate::model::Spins;
use std::collections::HashMap;

/// Bytes that the remembered configurations may take.
const ROOM: usize = 1 << 20;
/// Most remembered configurations.
const MOST: usize = 512;
/// Proposals from one flip to the next, on average, from which on configurations are remembered.
const SLOW: u64 = 10;

/// Fields by configuration. In a cold network nearly all flips are excursions of a few loose spins out of one valley: the
/// configurations repeat, and with them their fields.
#[derive(Debug, Clone)]
pub struct KnownFields {
    configurations: Vec<Known>,
    present: usize,
    /// Places by the hash of the spins, which are compared before a place is used.
    places: HashMap<u64, usize>,
    hash: u64,
    /// The last label given to a configuration.
    label: u64,
    pace: Pace,
}

/// What is known of one configuration.
#[derive(Debug, Clone)]
struct Known {
    /// Of the spins, once the configuration is remembered.
    hash: Option<u64>,
    spins: Spins,
    fields: Vec<i128>,
    /// The label that the configuration had when the field was found.
    found: Vec<u64>,
    label: u64,
    /// The count of labels when it was last left.
    left: u64,
}

impl KnownFields {
    pub fn new(spins: &Spins) -> Self {
        let n = spins.len();
        let (fields, found) = (vec![0; n], vec![0; n]);
        let first = Known { hash: None, spins: spins.clone(), fields, found, label: 1, left: 0 };
        let (places, pace) = Default::default();
        Self { configurations: vec![first], present: 0, places, hash: 0, label: 1, pace }
    }

    /// F_i of the present configuration, if it is known.
    #[inline]
    pub fn get(&self, i: usize) -> Option<i128> {
        let known = &self.configurations[self.present];
        (known.found[i] == known.label).then(|| known.fields[i])
    }

    pub fn set(&mut self, i: usize, field: i128) {
        let known = &mut self.configurations[self.present];
        known.fields[i] = field;
        known.found[i] = known.label;
    }

    /// Counts a proposal.
    #[inline]
    pub fn propose(&mut self) {
        self.pace.waiting += 1;
    }

    /// Proposals from one flip to the next, about.
    #[inline]
    pub fn pace(&self) -> u64 {
        self.pace.waiting.max(self.pace.eight_means / 8)
    }

    /// Flips these spins; whether fields of the new configuration are known.
    pub fn flip(&mut self, sites: &[usize], spins: &mut Spins) -> bool {
        self.pace.flip();
        let slow = self.pace() >= SLOW;
        if slow {
            self.remember(spins);
        }
        sites.iter().for_each(|&i| spins.flip(i));
        self.hash = sites.iter().fold(self.hash, |hash, &i| hash ^ scattered(i));
        if slow {
            if let Some(&place) = self.places.get(&self.hash)
                && self.configurations[place].spins == *spins
            {
                self.present = place;
                return true;
            }
            self.present = self.make_room();
        }
        self.label += 1;
        let known = &mut self.configurations[self.present];
        known.label = self.label;
        if let Some(hash) = known.hash.take() {
            self.places.remove(&hash);
        }
        false
    }

    /// Makes the present configuration one that is found again.
    fn remember(&mut self, spins: &Spins) {
        let known = &mut self.configurations[self.present];
        known.left = self.label;
        if known.hash.is_none() {
            known.hash = Some(self.hash);
            known.spins.clone_from(spins);
            self.places.insert(self.hash, self.present);
        }
    }

    /// A place for one more configuration: a new one, or that of the one left longest ago.
    fn make_room(&mut self) -> usize {
        if self.configurations.len() < places(self.configurations[0].fields.len()) {
            let new = Known { hash: None, ..self.configurations[self.present].clone() };
            self.configurations.push(new);
            return self.configurations.len() - 1;
        }
        let oldest = self.configurations.iter().enumerate().min_by_key(|(_, known)| known.left);
        oldest.map_or(0, |(at, _)| at)
    }
}

/// Bytes that N spins need of one configuration.
const BYTES_OF_A_SPIN: usize = size_of::<i128>() + size_of::<u64>() + size_of::<i8>();

/// Configurations that are remembered at most.
fn places(spins: usize) -> usize {
    (ROOM / (BYTES_OF_A_SPIN * spins)).clamp(2, MOST)
}

/// Bytes that one configuration in overlap form may take to remember fields of others.
pub fn remembered_bytes(spins: usize) -> usize {
    places(spins) * BYTES_OF_A_SPIN * spins
}

/// 64 bits that differ from site to site (the finaliser of SplitMix64).
fn scattered(i: usize) -> u64 {
    let mut z = (i as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// How often spins flip.
#[derive(Debug, Clone, Default)]
struct Pace {
    /// Proposals since the last flip.
    waiting: u64,
    /// 8 × the running mean of proposals from flip to flip.
    eight_means: u64,
}

impl Pace {
    fn flip(&mut self) {
        self.eight_means = self.eight_means - self.eight_means / 8 + self.waiting;
        self.waiting = 0;
    }
}
