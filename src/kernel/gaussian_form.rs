//! Gaussian form, any P: F_i = Σ_{tuples with i} j Π_{others} s of explicit couplings, all N fields kept up to date.
//!
//! A flip of s_i moves every other field by −2 s_i Σ_S j_{i j S} s_S, S over the subsets of P − 2 other spins: the couplings
//! stand as an N × N × C(N, P−2) array, so that this is a signed sum of consecutive integers. Cost 1 per proposal,
//! N C(N, P−2) per accepted flip.

use super::{Fields, Twin};
use crate::model::gaussian_couplings::binomial;
use crate::model::{GaussianCouplings, Spins};

/// The couplings by (i, j, S), S a subset of P − 2 spins; 0 where an index is met twice. 4 N² C(N, P−2) bytes, shared by all
/// replicas.
#[derive(Debug, Clone)]
pub struct CouplingTensor {
    spins: usize,
    order: usize,
    scale: f64,
    subsets: usize,
    entries: Vec<i32>,
    twin: Twin,
    /// The subsets that hold each spin.
    holding: Vec<Vec<u32>>,
}

impl CouplingTensor {
    pub fn new(couplings: &GaussianCouplings) -> Self {
        let (n, p) = (couplings.spins(), couplings.order().get() as usize);
        let subsets = binomial(n, p - 2) as usize;
        let mut entries = vec![0; n * n * subsets];
        let mut rest = Vec::with_capacity(p);
        couplings.for_each(|tuple, integer| {
            for (a, &i) in tuple.iter().enumerate() {
                for (b, &j) in tuple.iter().enumerate().filter(|&(b, _)| b != a) {
                    rest.clear();
                    rest.extend((0..p).filter(|&c| c != a && c != b).map(|c| tuple[c]));
                    entries[(i * n + j) * subsets + rank(&rest)] = integer;
                }
            }
        });
        let mut holding = vec![Vec::new(); n];
        for_each_subset(n, p - 2, |subset| {
            subset.iter().for_each(|&i| holding[i].push(rank(subset) as u32));
        });
        Self { spins: n, order: p, scale: couplings.scale(), subsets, entries, twin: Twin::best(), holding }
    }

    /// The number of spins N.
    pub fn spins(&self) -> usize {
        self.spins
    }

    /// Interaction order P.
    pub fn order(&self) -> usize {
        self.order
    }

    /// c of H = −c Σ j s…s.
    pub fn scale(&self) -> f64 {
        self.scale
    }
}

/// Position of an ascending subset in the combinatorial number system: Σ_a C(i_a, a + 1).
fn rank(subset: &[usize]) -> usize {
    subset.iter().enumerate().map(|(a, &i)| binomial(i, a + 1) as usize).sum()
}

fn for_each_subset(n: usize, size: usize, mut visit: impl FnMut(&[usize])) {
    fn grow(n: usize, size: usize, subset: &mut Vec<usize>, visit: &mut impl FnMut(&[usize])) {
        if subset.len() == size {
            return visit(subset);
        }
        for i in subset.last().map_or(0, |&last| last + 1)..n {
            subset.push(i);
            grow(n, size, subset, visit);
            subset.pop();
        }
    }
    grow(n, size, &mut Vec::new(), &mut visit);
}

/// A configuration with all its fields. Memory: 8 N + 4 C(N, P−2) bytes beside the shared couplings.
#[derive(Debug, Clone)]
pub struct GaussianForm<'a> {
    tensor: &'a CouplingTensor,
    spins: Spins,
    /// s_S of every subset: 0 for +1, −1 (all bits) for −1.
    products: Vec<i32>,
    fields: Vec<i64>,
    energy_sum: i64,
}

impl<'a> GaussianForm<'a> {
    /// The configuration `spins` of N = tensor.spins() spins.
    pub fn new(tensor: &'a CouplingTensor, spins: Spins) -> Self {
        let mut products = vec![0; tensor.subsets];
        for (i, _) in spins.as_slice().iter().enumerate().filter(|&(_, &s)| s < 0) {
            tensor.holding[i].iter().for_each(|&subset| products[subset as usize] ^= -1);
        }
        let mut form = Self { tensor, spins, products, fields: Vec::new(), energy_sum: 0 };
        // Every tuple with i is met once for each of its other P − 1 spins.
        let field = |i: usize| {
            let signs = form.spins.as_slice().iter();
            let twice: i64 = signs.enumerate().map(|(j, &s)| i64::from(s) * form.pair_field(i, j)).sum();
            twice / (tensor.order as i64 - 1)
        };
        let fields: Vec<i64> = (0..tensor.spins).map(field).collect();
        let sum: i64 = fields.iter().zip(form.spins.as_slice()).map(|(f, &s)| f * i64::from(s)).sum();
        form.energy_sum = sum / tensor.order as i64;
        form.fields = fields;
        form
    }

    /// Σ_S j_{i j S} s_S. Inlined, so that it is compiled for the vectors of the twin that calls it.
    #[inline(always)]
    fn pair_field(&self, i: usize, j: usize) -> i64 {
        let length = self.tensor.subsets;
        let row = &self.tensor.entries[(i * self.tensor.spins + j) * length..][..length];
        // |j| < 2^23.2: 128 of them fit 32 bits.
        let sum = |(row, products): (&[i32], &[i32])| -> i64 {
            i64::from(row.iter().zip(products).map(|(&j, &s)| (j ^ s) - s).sum::<i32>())
        };
        row.chunks(128).zip(self.products.chunks(128)).map(sum).sum()
    }
}

impl Fields for GaussianForm<'_> {
    fn scale(&self) -> f64 {
        self.tensor.scale
    }

    fn spins(&self) -> &Spins {
        &self.spins
    }

    #[inline]
    fn field(&self, i: usize) -> i128 {
        i128::from(self.fields[i])
    }

    fn flip(&mut self, i: usize, field: i128) {
        let s = i64::from(self.spins.get(i));
        self.energy_sum -= 2 * s * field as i64;
        self.tensor.twin.compiled(|| {
            if self.tensor.subsets == 1 {
                // P = 2: the couplings of spin i are one row.
                let row = &self.tensor.entries[i * self.tensor.spins..][..self.tensor.spins];
                self.fields.iter_mut().zip(row).for_each(|(field, &j)| *field -= 2 * s * i64::from(j));
            } else {
                for j in 0..self.tensor.spins {
                    let step = 2 * s * self.pair_field(i, j);
                    self.fields[j] -= step;
                }
            }
        });
        for &subset in &self.tensor.holding[i] {
            self.products[subset as usize] ^= -1;
        }
        self.spins.flip(i);
    }

    fn energy_sum(&self) -> i128 {
        i128::from(self.energy_sum)
    }

    fn overlaps(&self) -> &[i16] {
        &[]
    }
}
