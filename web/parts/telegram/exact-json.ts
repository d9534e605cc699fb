// JSON numbers keep their own digits on the way through the page: 600.000 must not become 600.
// A float would lose them, so numbers travel as marked strings between reading and writing.

const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARK = '\uE000';

/** Reads JSON; every number becomes a marked string that only `writeExact` understands. */
export function readExact(source: string): unknown {
  return JSON.parse(source.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${MARK}${token}"`)));
}

/** Writes what `readExact` read, indented, with every number as it was. */
export function writeExact(value: unknown): string {
  return JSON.stringify(value, null, 2).replace(new RegExp(`"${MARK}([^"]*)"`, 'g'), '$1');
}

/** Reads JSON; every number becomes the text of its digits. */
export function readTexts(source: string): unknown {
  return JSON.parse(source.replace(TOKEN, (token) => (token.startsWith('"') ? token : `"${token}"`)));
}
