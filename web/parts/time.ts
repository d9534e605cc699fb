// Absolute times in the time zone of the site, which the page names once.

/** The full date and time of an instant, for example "2026-11-20 15:00:07". */
export function absoluteTime(at: string | number, timeZone: string): string {
  return `${dateOf(at, timeZone)} ${timeOfDay(at, timeZone)}`;
}

/** The time of day of an instant, for example "15:00:07". */
export function timeOfDay(at: string | number, timeZone: string): string {
  return parts(at, timeZone, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
}

function dateOf(at: string | number, timeZone: string): string {
  return parts(at, timeZone, { year: 'numeric', month: '2-digit', day: '2-digit' });
}

// sv-SE is the locale whose forms are ISO 8601.
function parts(at: string | number, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  return format(timeZone, options).format(new Date(at));
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${timeZone} ${Object.keys(options).join()}`;
  let known = formats.get(key);
  if (!known) {
    known = make(timeZone, options);
    formats.set(key, known);
  }
  return known;
}

function make(timeZone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('sv-SE', { ...options, timeZone });
  } catch {
    // The site's zone is newer than this browser's list: UTC is exact, a guess is not.
    return new Intl.DateTimeFormat('sv-SE', { ...options, timeZone: 'UTC' });
  }
}

/** A time zone as people write it. */
export function zoneName(timeZone: string): string {
  return timeZone.replace(/^Etc\//, '').replaceAll('_', ' ');
}

/** The meter's own local time as it told it, only easier to read: "2021-06-11 10:30". */
export function meterTime(text: string): string {
  return text.replace('T', ' ');
}
