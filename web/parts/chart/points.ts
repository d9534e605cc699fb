// A value over time as points to draw. A stretch without readings is a gap, and stays one.

/** The value at one time. */
export interface Point {
  at: number;
  /** With its digits; `null` where there is none to trust. */
  value: string | null;
  /** Whether readings are missing before it. */
  afterGap: boolean;
}

/** The points, with an empty one in every stretch in which readings are missing. */
export function withGaps(points: readonly Point[]): Point[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    const gap = point.afterGap && before !== undefined;
    return gap ? [{ at: (before.at + point.at) / 2, value: null, afterGap: false }, point] : [point];
  });
}
