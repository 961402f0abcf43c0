/** The slope of a straight line through points, and how uncertain it is. */
export interface Slope {
  readonly perStep: number;
  /** Standard error: a true slope of 0 gives a slope beyond three of them once in hundreds of runs. */
  readonly error: number;
}

/** Fits a line by least squares to values at the steps 0, 1, 2, … @throws RangeError below three values */
export function slopeOf(values: readonly number[]): Slope {
  const n = values.length;
  if (n < 3) throw new RangeError(`values: expected at least 3, got ${n}`);
  const meanStep = (n - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const steps = values.map((_, i) => i - meanStep);
  const spread = steps.reduce((sum, step) => sum + step * step, 0);
  const perStep = values.reduce((sum, value, i) => sum + (steps[i] ?? 0) * value, 0) / spread;
  const residuals = values.map((value, i) => value - mean - perStep * (steps[i] ?? 0));
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  return { perStep, error: Math.sqrt(squares / (n - 2) / spread) };
}
