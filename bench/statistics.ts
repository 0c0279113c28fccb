// Figures that one slow moment of the machine does not move.

/** The middle of the values; the mean of the two in the middle where their number is even. NaN of none. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Half the distance between the quartiles, as a share of the median: half of the values lie closer to it than that, roughly. */
export function spread(values: readonly number[]): number {
  return (quantile(values, 0.75) - quantile(values, 0.25)) / 2 / median(values);
}

/** Linear interpolation between the two values next to it. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

export interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Coefficient of determination: 1 when all points lie on the line. */
  readonly r2: number;
}

/** The line of least squares through the points. */
export function lineThrough(points: readonly { readonly x: number; readonly y: number }[]): Line {
  const meanX = mean(points.map(({ x }) => x));
  const meanY = mean(points.map(({ y }) => y));
  const covariance = mean(points.map(({ x, y }) => (x - meanX) * (y - meanY)));
  const varianceX = mean(points.map(({ x }) => (x - meanX) ** 2));
  const varianceY = mean(points.map(({ y }) => (y - meanY) ** 2));
  const slope = covariance / varianceX;
  return { slope, intercept: meanY - slope * meanX, r2: covariance ** 2 / (varianceX * varianceY) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
