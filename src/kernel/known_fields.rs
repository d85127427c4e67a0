//! Fields that were found already, of the present configuration and of those that it may come back to.

use crate::model::Spins;
use std::collections::HashMap;

/// Bytes that the remembered configurations may take.
const ROOM: usize = 1 << 20;
/// Most remembered configurations.
const MOST: usize = 512;
/// Proposals from one flip to the next, on average, from which on configurations are remembered.
const SLOW: u64 = 10;
/// Bytes that each spin of a remembered configuration takes.
const BYTES_OF_A_SPIN: usize = size_of::<i64>() + size_of::<u64>() + size_of::<i8>();

/// Fields by configuration. In a cold network nearly all flips are excursions of a few loose spins out of one valley: the
/// configurations repeat, and with them their fields.
#[derive(Debug, Clone)]
pub struct KnownFields {
    spins: usize,
    /// Places for configurations, each with N spins and fields; one of them is the present one's.
    places: Vec<Place>,
    present: usize,
    configurations: Vec<i8>,
    fields: Vec<i64>,
    /// The label that the configuration had when the field was found.
    found: Vec<u64>,
    /// Places by the hash of the spins, which are compared before a place is used.
    by_hash: HashMap<u64, usize>,
    /// Of the present configuration.
    hash: u64,
    label: u64,
    /// The last label given to a configuration.
    last_label: u64,
    pace: Pace,
}

#[derive(Debug, Clone, Default)]
struct Place {
    /// Of the spins, once the configuration is remembered.
    hash: Option<u64>,
    label: u64,
    /// The last label when it was left.
    left: u64,
}

impl KnownFields {
    /// For N spins.
    pub fn new(spins: usize) -> Self {
        let (places, configurations, fields, found, by_hash, pace) = Default::default();
        let mut known = Self {
            spins,
            places,
            present: 0,
            configurations,
            fields,
            found,
            by_hash,
            hash: 0,
            label: 1,
            last_label: 1,
            pace,
        };
        known.add_place();
        known
    }

    /// F_i of the present configuration, if it is known.
    #[inline]
    pub fn get(&self, i: usize) -> Option<i128> {
        let at = self.present * self.spins + i;
        (self.found[at] == self.label).then(|| self.fields[at].into())
    }

    /// F_i of the present configuration; one that 64 bits do not hold is not remembered.
    pub fn set(&mut self, i: usize, field: i128) {
        if let Ok(field) = i64::try_from(field) {
            let at = self.present * self.spins + i;
            self.fields[at] = field;
            self.found[at] = self.label;
        }
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
            if let Some(&place) = self.by_hash.get(&self.hash)
                && self.configurations[place * self.spins..][..self.spins] == *spins.as_slice()
            {
                self.present = place;
                self.label = self.places[place].label;
                return true;
            }
            self.present = self.free_place();
        }
        self.last_label += 1;
        self.label = self.last_label;
        if let Some(hash) = self.places[self.present].hash.take() {
            self.by_hash.remove(&hash);
        }
        false
    }

    /// Makes the present configuration one that is found again.
    fn remember(&mut self, spins: &Spins) {
        let place = &mut self.places[self.present];
        place.left = self.last_label;
        if place.hash.is_none() {
            (place.hash, place.label) = (Some(self.hash), self.label);
            self.configurations[self.present * self.spins..][..self.spins].copy_from_slice(spins.as_slice());
            self.by_hash.insert(self.hash, self.present);
        }
    }

    /// A place for one more configuration: a new one, or that of the one left longest ago.
    fn free_place(&mut self) -> usize {
        if self.places.len() < most_places(self.spins) {
            return self.add_place();
        }
        let oldest = self.places.iter().enumerate().min_by_key(|(_, place)| place.left);
        oldest.map_or(0, |(at, _)| at)
    }

    fn add_place(&mut self) -> usize {
        let count = self.places.len() + 1;
        if self.fields.capacity() < count * self.spins {
            // Twice as many, but no more than may come.
            let more = (2 * count).min(most_places(self.spins)) * self.spins - self.fields.len();
            self.configurations.reserve_exact(more);
            self.fields.reserve_exact(more);
            self.found.reserve_exact(more);
        }
        self.configurations.resize(count * self.spins, 0);
        self.fields.resize(count * self.spins, 0);
        self.found.resize(count * self.spins, 0);
        self.places.push(Place::default());
        count - 1
    }
}

/// Configurations that are remembered at most.
fn most_places(spins: usize) -> usize {
    (ROOM / (BYTES_OF_A_SPIN * spins)).clamp(2, MOST)
}

/// Bytes that one configuration in overlap form may take to remember fields of others.
pub fn remembered_bytes(spins: usize) -> usize {
    most_places(spins) * BYTES_OF_A_SPIN * spins
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
