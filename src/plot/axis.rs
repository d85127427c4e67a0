//! From values to positions, and the ticks of an axis.

use super::scene::Position;
use crate::sweep::figure::Axis;

/// An axis between two values, laid between two positions.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    low: f64,
    high: f64,
    logarithmic: bool,
    from: f64,
    to: f64,
}

impl Scale {
    /// `limits` as [`limits`] gives them.
    pub fn new(limits: (f64, f64), logarithmic: bool, (from, to): Position) -> Self {
        Self { low: limits.0, high: limits.1, logarithmic, from, to }
    }

    /// Where `value` lies, also outside the axis; `None` if it is not finite or has no logarithm.
    pub fn position(&self, value: f64) -> Option<f64> {
        /// Far outside every figure, near enough for exact clipping.
        const FAR: f64 = 1e7;
        drawable(value, self.logarithmic).then(|| {
            let fraction = if self.logarithmic {
                let low = libm::log10(self.low);
                (libm::log10(value) - low) / (libm::log10(self.high) - low)
            } else {
                // Halves: the span of two finite numbers need not be finite.
                (value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0)
            };
            (self.from + fraction.clamp(-FAR, FAR) * (self.to - self.from)).clamp(-FAR, FAR)
        })
    }

    /// About `count` ticks at round numbers.
    pub fn ticks(&self, count: usize) -> Vec<Tick> {
        if self.logarithmic { self.log_ticks(count) } else { self.linear_ticks(count) }
    }

    fn linear_ticks(&self, count: usize) -> Vec<Tick> {
        let raw = self.high / count.max(1) as f64 - self.low / count.max(1) as f64;
        let mut exponent = libm::floor(libm::log10(raw)) as i32;
        let fraction = raw / power_of_ten(exponent);
        let mut multiple = if fraction <= 1.5 {
            1
        } else if fraction <= 3.2 {
            2
        } else if fraction <= 7.0 {
            5
        } else {
            10
        };
        if multiple == 10 {
            multiple = 1;
            exponent += 1;
        }
        let step = f64::from(multiple) * power_of_ten(exponent);
        let first = libm::ceil(self.low / step - 1e-6);
        let last = libm::floor(self.high / step + 1e-6);
        // Counted from the first: far from zero a counter of its own would not be exact.
        (0..=((last - first).clamp(0.0, 100.0) as u32))
            .map(|i| (first + f64::from(i)) * f64::from(multiple))
            .map(|units| (units, scaled(units, exponent)))
            .filter(|(_, value)| value.is_finite())
            .map(|(units, value)| Tick {
                value,
                label: Some(label(units, exponent, self.low.abs().max(self.high.abs()))),
            })
            .collect()
    }

    fn log_ticks(&self, count: usize) -> Vec<Tick> {
        let (low, high) = (libm::log10(self.low), libm::log10(self.high));
        let (first, last) = (libm::floor(low + 1e-9) as i32, libm::ceil(high - 1e-9) as i32);
        let whole = libm::floor(high + 1e-9) - libm::ceil(low - 1e-9) + 1.0;
        let within = |value: f64| (low - 1e-9..=high + 1e-9).contains(&libm::log10(value));
        if whole >= 2.0 {
            let stride = (whole as usize).div_ceil(count.max(1)) as i32;
            let mut ticks = Vec::new();
            for decade in first..=last {
                for digit in 1..=9 {
                    let value = scaled(f64::from(digit), decade);
                    let named = digit == 1 && decade.rem_euclid(stride) == 0;
                    if value > 0.0 && value.is_finite() && within(value) && (stride == 1 || named) {
                        ticks.push(Tick {
                            value,
                            label: named.then(|| format!("10^{{{}}}", minus(&decade.to_string()))),
                        });
                    }
                }
            }
            return ticks;
        }
        // Less than two decade marks: 1, 2, 5, or round numbers where even these are too few.
        let coarse: Vec<Tick> = (first..=last)
            .flat_map(|decade| [1, 2, 3, 5, 7].map(|digit| (digit, decade)))
            .map(|(digit, decade)| (f64::from(digit), decade, scaled(f64::from(digit), decade)))
            .filter(|&(.., value)| value > 0.0 && within(value))
            .map(|(digit, decade, value)| Tick { value, label: Some(label(digit, decade, value)) })
            .collect();
        if coarse.len() >= 3 { coarse } else { self.linear_ticks(count) }
    }
}

/// A mark on an axis; a minor one has no label. Labels are rich text.
#[derive(Debug, Clone)]
pub struct Tick {
    pub value: f64,
    pub label: Option<String>,
}

/// Whether a value has a place on an axis.
pub fn drawable(value: f64, logarithmic: bool) -> bool {
    value.is_finite() && (!logarithmic || value > 0.0)
}

/// The limits of an axis: the fixed ones if they are sensible, else those of `data` with `margin` of the span on
/// both sides. The span is never zero.
pub fn limits(axis: &Axis, data: impl Iterator<Item = f64>, margin: f64) -> (f64, f64) {
    let ok = |value: &f64| drawable(*value, axis.logarithmic);
    if let Some((a, b)) = axis.limits
        && ok(&a)
        && ok(&b)
        && a != b
    {
        return widen(a.min(b), a.max(b), axis.logarithmic);
    }
    let span = data.filter(ok).fold(None, |span: Option<(f64, f64)>, v| {
        Some(span.map_or((v, v), |(low, high)| (low.min(v), high.max(v))))
    });
    let empty = if axis.logarithmic { (0.1, 10.0) } else { (0.0, 1.0) };
    let (low, high) = span.unwrap_or(empty);
    let (low, high) = widen(low, high, axis.logarithmic);
    if axis.logarithmic {
        let pad = libm::pow(high / low, margin);
        widen(low / pad, high * pad, true)
    } else {
        let pad = margin * high - margin * low;
        widen(low - pad, high + pad, false)
    }
}

/// Makes room where there is (nearly) none and keeps everything finite.
fn widen(low: f64, high: f64, logarithmic: bool) -> (f64, f64) {
    const LEAST: f64 = 1e-9;
    if logarithmic {
        let (low, high) = (low.clamp(1e-300, 1e300), high.clamp(1e-300, 1e300));
        return if high / low < 1.0 + LEAST { (low / 1.5, high * 1.5) } else { (low, high) };
    }
    let (low, high) = (low.clamp(-f64::MAX, f64::MAX), high.clamp(-f64::MAX, f64::MAX));
    let large = low.abs().max(high.abs());
    if high / 2.0 - low / 2.0 >= (large * LEAST).max(1e-280) {
        return (low, high);
    }
    let centre = low / 2.0 + high / 2.0;
    let room = if large < 1e-200 { 0.5 } else { 0.1 * large };
    ((centre - room).max(-f64::MAX), (centre + room).min(f64::MAX))
}

/// `units`·10^`exponent`, as exact as a power of ten allows.
fn scaled(units: f64, exponent: i32) -> f64 {
    if exponent < 0 && exponent > -300 {
        units / power_of_ten(-exponent)
    } else {
        units * power_of_ten(exponent)
    }
}

fn power_of_ten(exponent: i32) -> f64 {
    libm::pow(10.0, f64::from(exponent))
}

/// `units`·10^`exponent` in digits, or with a power of ten where the numbers of the axis, up to `largest`, are very
/// large or the step very small.
fn label(units: f64, exponent: i32, largest: f64) -> String {
    let top = libm::floor(libm::log10(largest.max(f64::MIN_POSITIVE)) + 1e-9) as i32;
    if (-4..=5).contains(&exponent) && top <= 5 {
        return minus(&format!("{:.*}", (-exponent).max(0) as usize, scaled(units, exponent)));
    }
    if units == 0.0 {
        return "0".to_string();
    }
    let decimals = (top - exponent).clamp(0, 15);
    let mantissa = minus(&format!("{:.*}", decimals as usize, scaled(units, -decimals)));
    let power = minus(&(exponent + decimals).to_string());
    if mantissa == "1" { format!("10^{{{power}}}") } else { format!("{mantissa}×10^{{{power}}}") }
}

/// A minus sign in place of the hyphen.
fn minus(number: &str) -> String {
    number.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(low: f64, high: f64, logarithmic: bool, count: usize) -> Vec<String> {
        let ticks = Scale::new((low, high), logarithmic, (0.0, 1.0)).ticks(count);
        ticks.into_iter().filter_map(|tick| tick.label).collect()
    }

    fn axis(logarithmic: bool, limits: Option<(f64, f64)>) -> Axis {
        Axis { label: String::new(), logarithmic, limits }
    }

    #[test]
    fn linear_ticks_are_round_numbers_with_one_number_of_digits() {
        assert_eq!(named(0.0, 1.0, false, 6), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(named(-0.03, 0.52, false, 6), ["0.0", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(named(-250.0, 250.0, false, 5), ["−200", "−100", "0", "100", "200"]);
    }

    #[test]
    fn very_large_and_very_small_numbers_have_powers_of_ten() {
        assert_eq!(named(0.0, 4e7, false, 4), ["0", "10^{7}", "2×10^{7}", "3×10^{7}", "4×10^{7}"]);
        assert_eq!(named(0.0, 3e-9, false, 3), ["0", "10^{−9}", "2×10^{−9}", "3×10^{−9}"]);
    }

    #[test]
    fn logarithmic_ticks_are_decades_down_to_one_decade_and_plain_below() {
        assert_eq!(named(0.002, 300.0, true, 8), ["10^{−2}", "10^{−1}", "10^{0}", "10^{1}", "10^{2}"]);
        assert_eq!(named(30.0, 110.0, true, 6), ["30", "50", "70", "100"]);
        assert_eq!(named(1e-30, 1e30, true, 6).len(), 5);
    }

    #[test]
    fn any_limits_and_data_give_a_finite_span_and_few_ticks() {
        let hostile = [
            0.0,
            -1.0,
            1.0,
            5e-324,
            -5e-324,
            f64::MAX,
            f64::MIN,
            1e-300,
            f64::NAN,
            f64::INFINITY,
            1.0 + 1e-15,
        ];
        for logarithmic in [false, true] {
            for a in hostile {
                for b in hostile {
                    for fixed in [None, Some((a, b))] {
                        let (low, high) = limits(&axis(logarithmic, fixed), [a, b].into_iter(), 0.04);
                        assert!(low.is_finite() && high.is_finite() && low < high, "{a} {b}: {low} {high}");
                        let scale = Scale::new((low, high), logarithmic, (0.0, 100.0));
                        let ticks = scale.ticks(6);
                        assert!(ticks.len() <= 101, "{a} {b}");
                        assert!(
                            ticks
                                .iter()
                                .all(|tick| scale.position(tick.value).is_some_and(|p| p.is_finite()))
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn values_without_a_place_have_no_position() {
        let scale = Scale::new((0.1, 10.0), true, (0.0, 1.0));
        for value in [f64::NAN, f64::INFINITY, 0.0, -1.0] {
            assert_eq!(scale.position(value), None);
        }
        assert!(scale.position(1.0).is_some_and(|p| (p - 0.5).abs() < 1e-12));
    }
}
