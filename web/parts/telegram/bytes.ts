// Which byte of a telegram belongs to which line, and what each byte is called.

import type { TelegramLine } from './view';
import { recordLine } from './line-text';

/** What a byte is, by the words of the standard; the catalogue holds the sentence for each. */
export type ByteName =
  | 'start' | 'length' | 'control' | 'address' | 'ci' | 'identification' | 'manufacturer' | 'version' | 'device_type'
  | 'access_number' | 'status' | 'configuration' | 'units' | 'dif' | 'dife' | 'vif' | 'vife' | 'data' | 'fill' | 'checksum'
  | 'stop' | 'other';

/** One byte of a telegram. */
export interface NamedByte {
  /** Two hex digits. */
  hex: string;
  /** Position in the telegram, from 0. */
  offset: number;
  name: ByteName;
}

/** A run of bytes that stands in one row: those of a line, or those between and after the lines. */
export interface ByteRow {
  line: TelegramLine | null;
  bytes: NamedByte[];
}

/** The bytes of a hex text, with or without spaces. */
export function hexBytes(hex: string): string[] {
  return hex.replace(/\s/g, '').toUpperCase().match(/../g) ?? [];
}

/** The rows of one telegram, in the order of its bytes; every byte stands in exactly one row. */
export function byteRows(hex: string, lines: readonly TelegramLine[]): ByteRow[] {
  const bytes = hexBytes(hex);
  const rows: ByteRow[] = [];
  let at = 0;
  const gapUntil = (end: number) => {
    if (end > at) rows.push({ line: null, bytes: named(bytes, at, end, (offset) => gapName(bytes, offset)) });
    at = Math.max(at, end);
  };
  for (const line of lines) {
    const start = Math.min(Math.max(line.offset, at), bytes.length);
    const end = Math.min(Math.max(line.offset + line.length, start), bytes.length);
    if (end > start) gapUntil(start);
    rows.push({ line, bytes: named(bytes, start, end, lineNames(line, bytes)) });
    at = Math.max(at, end);
  }
  gapUntil(bytes.length);
  return rows;
}

function named(bytes: string[], start: number, end: number, nameOf: (offset: number) => ByteName): NamedByte[] {
  return bytes.slice(start, end).map((hex, index) => ({ hex, offset: start + index, name: nameOf(start + index) }));
}

/** Neighbours of one name together: `04` DIF, `06` VIF, `39 30 00 00` data. */
export function namedRuns(bytes: readonly NamedByte[]): { name: ByteName; hex: string }[] {
  const runs: { name: ByteName; hex: string }[] = [];
  for (const byte of bytes) {
    const last = runs.at(-1);
    if (last?.name === byte.name) last.hex += ` ${byte.hex}`;
    else runs.push({ name: byte.name, hex: byte.hex });
  }
  return runs;
}

/** Bytes outside every line: idle fillers between records, checksum and stop byte at the end. */
function gapName(bytes: string[], offset: number): ByteName {
  const left = bytes.length - offset;
  if (left === 1 && bytes[offset] === '16') return 'stop';
  if (left === 2 && bytes[offset + 1] === '16') return 'checksum';
  return bytes[offset] === '2F' ? 'fill' : 'other';
}

// A long frame is 68 L L 68 C A CI; behind CI 72 come the eight bytes of the secondary address.
const LONG_FRAME: ByteName[] = ['start', 'length', 'length', 'start', 'control', 'address', 'ci'];
const SECONDARY_ADDRESS: ByteName[] = [
  'identification', 'identification', 'identification', 'identification', 'manufacturer', 'manufacturer', 'version',
  'device_type',
];
/** The fixed structure (CI 73) has its own order, and units where others have manufacturer and type. */
const FIXED: ByteName[] = [
  'identification', 'identification', 'identification', 'identification', 'access_number', 'status', 'units', 'units',
];
const HEADER: ByteName[] = ['access_number', 'status', 'configuration', 'configuration'];

const AFTER_CI: Record<string, ByteName[]> = {
  '72': [...SECONDARY_ADDRESS, ...HEADER],
  '73': FIXED,
  '7A': HEADER,
};

function lineNames(line: TelegramLine, bytes: string[]): (offset: number) => ByteName {
  if (line.kind === 'record') {
    const record = recordLine(line.text);
    return record ? recordNames(line, bytes, record.dib.length / 2, record.vib.length / 2) : () => 'other';
  }
  if (line.kind === 'manufacturer') {
    // The heading stands on the DIF, the line below it on the manufacturer's own bytes.
    const data = hexBytes(line.text).join('') === hexBytes(line.hex).join('');
    return () => (data ? 'data' : 'dif');
  }
  if (line.kind === 'more') return () => 'dif';
  if (line.kind === 'fault' || bytes[0] !== '68' || bytes[3] !== '68') return () => 'other';
  const afterCi = AFTER_CI[bytes[6] ?? ''] ?? [];
  return (offset) => LONG_FRAME[offset] ?? afterCi[offset - LONG_FRAME.length] ?? 'other';
}

function recordNames(line: TelegramLine, bytes: string[], dib: number, vib: number): (offset: number) => ByteName {
  // Idle fillers may stand before the first DIF of a record.
  let first = line.offset;
  while (first < line.offset + line.length && bytes[first] === '2F') first += 1;
  return (offset) => {
    const at = offset - first;
    if (at < 0) return 'fill';
    if (at < dib) return at === 0 ? 'dif' : 'dife';
    if (at < dib + vib) return at === dib ? 'vif' : 'vife';
    return 'data';
  };
}
