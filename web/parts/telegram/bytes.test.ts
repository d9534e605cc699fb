import { expect, test } from 'vitest';
// @ts-expect-error plain JavaScript of the mock gateway
import { cutOffReadout, s3uReadout } from '../../tests/mock-gateway/readout.js';
import { byteRows, hexBytes, namedRuns } from './bytes';
import type { ReadoutView } from './view';

const s3u = JSON.parse(s3uReadout('cellar-1', '0')) as ReadoutView;
const rows = byteRows(s3u.telegrams[0]?.hex ?? '', s3u.lines);

test('every byte of the telegram stands in exactly one row, in order', () => {
  const all = rows.flatMap((row) => row.bytes);
  expect(all.map((byte) => byte.offset)).toEqual(hexBytes(s3u.telegrams[0]?.hex ?? '').map((_, at) => at));
  expect(all.map((byte) => byte.hex).join(' ')).toBe(s3u.telegrams[0]?.hex);
});

test('the bytes of a line are those the gateway names', () => {
  for (const row of rows) if (row.line) expect(row.bytes.map((byte) => byte.hex).join(' ')).toBe(row.line.hex);
});

test('bytes are named by the standard: frame, secondary address, header, record', () => {
  expect(rows[0]?.bytes.map((byte) => byte.name)).toEqual([
    'start', 'length', 'length', 'start', 'control', 'address', 'ci', 'identification', 'identification',
    'identification', 'identification', 'manufacturer', 'manufacturer', 'version', 'device_type',
  ]);
  expect(rows[1]?.bytes.map((byte) => byte.name)).toEqual(['access_number', 'status', 'configuration', 'configuration']);
  expect(rows[3]?.bytes.map((byte) => byte.name)).toEqual(['dif', 'vif', 'data', 'data', 'data', 'data']);
  expect(rows[25]?.bytes.map((byte) => byte.name)).toEqual(['dif', 'dife', 'dife', 'vif', 'data', 'data', 'data', 'data']);
  expect(rows[17]?.bytes.map((byte) => byte.name)).toEqual(['dif', 'vif', 'vife', 'data']);
});

test('neighbours of one name are told together', () => {
  expect(namedRuns(rows[3]?.bytes ?? [])).toEqual([
    { name: 'dif', hex: '04' },
    { name: 'vif', hex: '06' },
    { name: 'data', hex: '39 30 00 00' },
  ]);
  expect(namedRuns([])).toEqual([]);
});

test('checksum and stop byte stand in a row without a line', () => {
  expect(rows.at(-1)).toEqual({
    line: null,
    bytes: [
      { hex: '9D', offset: 183, name: 'checksum' },
      { hex: '16', offset: 184, name: 'stop' },
    ],
  });
});

test('idle fillers between two lines are named and belong to no line', () => {
  const line = (offset: number, length: number) => ({ ...s3u.lines[3]!, offset, length, kind: 'record' as const });
  const made = byteRows('01 13 07 2F 2F 01 13 08 AA 16', [line(0, 3), line(5, 3)]);
  expect(made.map((row) => [row.line !== null, row.bytes.map((byte) => byte.name).join(' ')])).toEqual([
    [true, 'dif vif data'],
    [false, 'fill fill'],
    [true, 'dif vif data'],
    [false, 'checksum stop'],
  ]);
});

test('the bytes of the manufacturer are data, the DIF before them is not', () => {
  const line = { ...s3u.lines[3]!, kind: 'manufacturer' as const, index: false };
  const made = byteRows('0F 02 07 15 AA 16', [
    { ...line, offset: 0, length: 1, hex: '0F', text: 'Manufacturer specific bytes:' },
    { ...line, offset: 1, length: 3, hex: '02 07 15', text: '020715' },
  ]);
  expect(made.map((row) => row.bytes.map((byte) => byte.name).join(' '))).toEqual(['dif', 'data data data', 'checksum stop']);
});

test('the fixed structure has its own header', () => {
  const line = { ...s3u.lines[0]!, offset: 0, length: 11, hex: '' };
  const made = byteRows('68 13 13 68 08 05 73 78 56 34 12 0A 00 E9 7E 01 00 00 00 35 01 00 00 3C 16', [
    line,
    { ...line, kind: 'header', offset: 11, length: 4 },
    { ...line, kind: 'record', offset: 15, length: 4, text: 'Counter: unit code 29 -> descr:VOLUME, function:INST_VAL, value:1' },
  ]);
  expect(made[1]?.bytes.map((byte) => byte.name)).toEqual(['access_number', 'status', 'units', 'units']);
  expect(made[2]?.bytes.map((byte) => byte.name)).toEqual(['data', 'data', 'data', 'data']);
});

test('a line that reaches beyond the telegram takes what is there', () => {
  const cut = JSON.parse(cutOffReadout('cellar-1', '7')) as ReadoutView;
  const last = { ...cut.lines[5]!, offset: 38, length: 40 };
  const made = byteRows(cut.telegrams[0]?.hex ?? '', [...cut.lines.slice(0, 5), last]);
  expect(made.flatMap((row) => row.bytes)).toHaveLength(hexBytes(cut.telegrams[0]?.hex ?? '').length);
});
