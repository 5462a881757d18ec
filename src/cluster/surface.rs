//! Kernel density: how many points there are around every cell of a grid, smoothed. Knows points on a plane.

use std::f64::consts::PI;

use super::progress::Going;

/// How a point's weight falls with distance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kernel {
    /// 3 / (π h²) (1 - d² / h²)² within the bandwidth h, 0 beyond (Silverman, "Density Estimation for Statistics and Data Analysis", 1986).
    Quartic,
    /// exp(-d² / 2 h²) / (2 π h²), cut off at four bandwidths, where less than 0.04 % of it lies beyond.
    Gaussian,
}

/// Densities on a grid of square cells.
#[derive(Clone, Debug, PartialEq)]
pub struct Surface {
    /// The lower left corner, in metres.
    pub left: f64,
    pub bottom: f64,
    pub cell_m: f64,
    pub columns: usize,
    pub rows: usize,
    /// Points per square kilometre at the middle of each cell, row by row from below.
    pub values: Vec<f64>,
}

/// Why there is no surface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undrawn {
    /// A grid would have more than four million cells: wider cells are needed.
    #[error("the grid would have more than {MOST_CELLS} cells")]
    TooFine,
    /// Whoever asked wants it no more.
    #[error("stopped before the end")]
    Stopped,
}

const MOST_CELLS: usize = 4_000_000;

/// The density of points, x and y in metres, over all that they reach. Points beyond the edge of the data are not known, so the density is too
/// low within a bandwidth of that edge; nothing is done about it. This is exploration: it says where points lie densely, never whether that is more than chance.
pub fn density(points: &[(f64, f64)], kernel: Kernel, bandwidth_m: f64, cell_m: f64, going: Going) -> Result<Surface, Undrawn> {
    let reach = match kernel {
        Kernel::Quartic => bandwidth_m,
        Kernel::Gaussian => 4.0 * bandwidth_m,
    };
    let empty = (f64::INFINITY, f64::NEG_INFINITY);
    let span = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).fold(empty, |(low, high), at| (low.min(at), high.max(at)));
    let ((west, east), (south, north)) = (span(|point| point.0), span(|point| point.1));
    if points.is_empty() {
        return Ok(Surface { left: 0.0, bottom: 0.0, cell_m, columns: 0, rows: 0, values: Vec::new() });
    }
    let (left, bottom) = (west - reach, south - reach);
    let cells = |low: f64, high: f64| ((high + reach - low) / cell_m).ceil();
    let (columns, rows) = (cells(left, east), cells(bottom, north));
    // As numbers that cannot overflow.
    let all_cells = columns * rows;
    if !all_cells.is_finite() || all_cells > MOST_CELLS as f64 {
        return Err(Undrawn::TooFine);
    }
    let (columns, rows) = (columns as usize, rows as usize);
    let mut values = vec![0.0; columns * rows];
    let square = bandwidth_m * bandwidth_m;
    let at = |distance_square: f64| match kernel {
        Kernel::Quartic => 3.0 / (PI * square) * (1.0 - distance_square / square).powi(2),
        Kernel::Gaussian => (-distance_square / (2.0 * square)).exp() / (2.0 * PI * square),
    };
    let near = |middle: f64, low: f64, count: usize| {
        let cell = |metres: f64| ((metres - low) / cell_m).floor().max(0.0) as usize;
        cell(middle - reach)..(cell(middle + reach) + 1).min(count)
    };
    // A point of a wide kernel and small cells is long work.
    const RUN: usize = 16;
    for (done, &(x, y)) in points.iter().enumerate() {
        if done % RUN == 0 && !going(done, points.len()) {
            return Err(Undrawn::Stopped);
        }
        for row in near(y, bottom, rows) {
            let up = bottom + (row as f64 + 0.5) * cell_m - y;
            for column in near(x, left, columns) {
                let across = left + (column as f64 + 0.5) * cell_m - x;
                let distance_square = across * across + up * up;
                if distance_square < reach * reach {
                    values[row * columns + column] += at(distance_square) * 1e6;
                }
            }
        }
    }
    Ok(Surface { left, bottom, cell_m, columns, rows, values })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: Going = &|_, _| true;

    #[test]
    fn a_surface_holds_all_points_and_is_highest_at_the_densest() {
        let points = [(0.0, 0.0), (10.0, 5.0), (12.0, 5.0), (900.0, 400.0)];
        for kernel in [Kernel::Quartic, Kernel::Gaussian] {
            let surface = density(&points, kernel, 100.0, 10.0, ON).unwrap();
            let held = surface.values.iter().sum::<f64>() * surface.cell_m.powi(2) / 1e6;
            assert!((held - 4.0).abs() < 0.01, "{held}");
            let top = (0..surface.values.len()).max_by(|&a, &b| surface.values[a].total_cmp(&surface.values[b])).unwrap();
            let middle = |at: usize, low: f64| low + (at as f64 + 0.5) * surface.cell_m;
            let (x, y) = (middle(top % surface.columns, surface.left), middle(top / surface.columns, surface.bottom));
            assert!((0.0..15.0).contains(&x) && (-5.0..10.0).contains(&y), "{x} {y}");
        }
    }

    #[test]
    fn one_point_has_the_kernel_s_own_height() {
        let surface = density(&[(0.0, 0.0)], Kernel::Quartic, 105.0, 10.0, ON).unwrap();
        let top = surface.values.iter().fold(0.0_f64, |top, value| top.max(*value));
        assert!((top - 3.0 / (PI * 105.0 * 105.0) * 1e6).abs() < 1e-9);
    }

    #[test]
    fn too_fine_a_grid_is_refused() {
        assert_eq!(density(&[(0.0, 0.0), (1e9, 1e9)], Kernel::Quartic, 10.0, 1.0, ON), Err(Undrawn::TooFine));
        assert_eq!(density(&[], Kernel::Quartic, 10.0, 1.0, ON).unwrap().values.len(), 0);
    }
}
