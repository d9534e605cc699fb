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
  const points = readings(from, to, now).map(({ at, index }) => `{"at":"${new Date(at).toISOString()}","value":${text(index)}}`);
  return `{"register":"heat_energy_kwh","unit":"kWh","is_cut":false,"points":[${points.join(',')}]}`;
}

/** @param {number} from @param {number} to @param {number} now */
export function consumptionSeries(from, to, now) {
  const points = readings(from, to, now);
  const usual = points.length > 1 ? Math.min(...points.slice(1).map((point, n) => point.at - (points[n]?.at ?? 0))) : 0;
  const steps = points.slice(1).map((point, n) => {
    const before = points[n] ?? point;
    const exchanged = local(point.at).day === 9 && local(before.at).day === 8;
    const amount = exchanged ? 'null' : text(point.index - before.index);
    const code = exchanged ? 'meter_exchanged' : point.at - before.at > usual * 1.5 ? 'across_gap' : 'consumed';
    const words = exchanged ? 'the meter 13653120 with the index 12099 was exchanged for 13653199 with the index 3' : `${amount} was consumed`;
    return `{"from":"${new Date(before.at).toISOString()}","to":"${new Date(point.at).toISOString()}","code":"${code}","amount":${amount},"text":"${words}"}`;
  });
  return `{"register":"heat_energy_kwh","unit":"kWh","is_cut":false,"total":null,"steps":[${steps.join(',')}]}`;
}
