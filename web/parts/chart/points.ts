// The index over time as points to draw. A stretch without readings is a gap, and stays one.

/** The index at one time. */
export interface Point {
  at: number;
  /** With its digits; `null` where there is none to trust. */
  value: string | null;
}

/** A pause so many times longer than the usual one is a gap. */
const GAP = 3.5;

/** The points with an empty one in every stretch that is much longer than the usual pause. */
export function withGaps(points: readonly Point[]): Point[] {
  const usual = usualPause(points);
  const drawn: Point[] = [];
  for (const point of points) {
    const before = drawn.at(-1);
    if (before && before.value !== null && point.value !== null && point.at - before.at > usual * GAP) {
      drawn.push({ at: (before.at + point.at) / 2, value: null });
    }
    drawn.push(point);
  }
  return drawn;
}

/** The pause that stands in the middle of all, ordered by length. */
function usualPause(points: readonly Point[]): number {
  const pauses = points.slice(1).map((point, index) => point.at - (points[index]?.at ?? point.at));
  pauses.sort((one, other) => one - other);
  return pauses[Math.floor(pauses.length / 2)] ?? Number.POSITIVE_INFINITY;
}
