// The past of a made-up meter: it is read each quarter of an hour, was silent for three hours this
// morning, and was exchanged on the 9th of the month.

const QUARTER = 15 * 60_000;

/** @param {number} at */
function silent(at) {
  const { hours, day } = local(at);
  return (hours >= 2 && hours < 5) || day === 4;
}

/** @param {number} at */
function local(at) {
  const date = new Date(at);
  return { hours: date.getHours() + date.getMinutes() / 60, day: date.getDate() };
}

/** What is used in a quarter, in hundredths: more by day. @param {number} at */
const used = (at) => 15 + Math.round(12 * Math.sin(((local(at).hours - 6) / 24) * 2 * Math.PI)) + (Math.floor(at / QUARTER) % 3);

/** @param {number} hundredths */
const text = (hundredths) => `${Math.floor(hundredths / 100)}.${String(hundredths % 100).padStart(2, '0')}`;

/** @param {number} from @param {number} to @param {number} now */
function readings(from, to, now) {
  const days = (to - from) / 86_400_000;
  const every = days > 60 ? 6 * 3_600_000 : days > 2 ? 3_600_000 : QUARTER;
  const points = [];
  let index = 1_200_000;
  for (let at = Math.ceil(from / every) * every; at < Math.min(to, now); at += every) {
    index += used(at) * (every / QUARTER);
    if (!silent(at)) points.push({ at, index });
  }
  return points;
}

/** @param {number} from @param {number} to @param {number} now */
export function indexSeries(from, to, now) {
  const points = readings(from, to, now);
  const usual = usualPause(points);
  const told = points.map(({ at, index }, n) => {
    const gap = n > 0 && at - (points[n - 1]?.at ?? at) > usual * 1.5;
    return `{"at":"${new Date(at).toISOString()}","value":${text(index)},"after_gap":${gap}}`;
  });
  return `{"register":"heat_energy_kwh","registers":["heat_energy_kwh","flow_temp"],"unit":"kWh","is_cut":false,"is_thinned":false,"points":[${told.join(',')}]}`;
}

/** @param {number} from @param {number} to @param {string} period @param {number} now */
export function consumptionSeries(from, to, period, now) {
  const points = readings(from, to, now);
  const usual = usualPause(points);
  /** @type {Map<number, { amount: number | null, estimate: boolean }>} */
  const bars = new Map();
  const events = [];
  for (const [n, point] of points.entries()) {
    const before = points[n - 1];
    if (!before) continue;
    const bar = bars.get(start(point.at, period)) ?? { amount: null, estimate: false };
    if (local(point.at).day === 9 && local(before.at).day === 8) {
      events.push(`{"at":"${new Date(point.at).toISOString()}","code":"meter_exchanged","text":"the meter 13653120 with the index 12099 was exchanged for 13653199 with the index 3"}`);
      bar.estimate = true;
    } else bar.amount = (bar.amount ?? 0) + point.index - before.index;
    bar.estimate ||= point.at - before.at > usual * 1.5;
    bars.set(start(point.at, period), bar);
  }
  const steps = [...bars].map(([at, { amount, estimate }]) =>
    `{"from":"${new Date(at).toISOString()}","to":"${new Date(at + 1).toISOString()}","code":"${estimate ? 'estimated' : 'consumed'}","is_estimate":${estimate},"amount":${amount === null ? 'null' : text(amount)},"text":""}`,
  );
  return `{"register":"heat_energy_kwh","unit":"kWh","is_cut":false,"total":null,"steps":[${steps.join(',')}],"events":[${events.join(',')}]}`;
}

/** @param {{ at: number }[]} points */
const usualPause = (points) => Math.min(...points.slice(1).map((point, n) => point.at - (points[n]?.at ?? 0)));

/** Where the hour, day or month begins. @param {number} at @param {string} period */
function start(at, period) {
  const date = new Date(at);
  if (period === 'hour') return date.setMinutes(0, 0, 0);
  return new Date(date.getFullYear(), date.getMonth(), period === 'day' ? date.getDate() : 1).getTime();
}
