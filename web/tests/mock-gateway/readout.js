// Readout views made from a stored telegram and its printed lines, as the gateway answers them.

import { readFileSync } from 'node:fs';

const here = new URL('./', import.meta.url);
const s3uHex = readFileSync(new URL('s3u-example.hex', here), 'utf8').trim();
const s3uLines = readFileSync(new URL('s3u-example.lines.txt', here), 'utf8').trim().split('\n').map((line) => line.split('\t')[1] ?? '');

/** What the first lines would usually be. @type {Record<number, string>} */
const REGISTERS = { 3: 'heat_energy_kwh', 4: 'vol_m3', 5: 'power_kw', 7: 'vol_flow_m3_h', 9: 'flow_temp', 10: 'return_temp', 11: 'diff_temp' };

const DATA_LENGTH = [0, 1, 2, 3, 4, 4, 6, 8, 0, 1, 2, 3, 4, 0, 6, 0];

/**
 * The lines of one telegram with the bytes each stands on.
 * @param {string} hex
 * @param {string[]} texts
 * @param {number} telegram
 * @param {number} firstNumber
 */
function linesOf(hex, texts, telegram, firstNumber) {
  const bytes = hex.split(' ');
  let offset = 0;
  return texts.map((text, index) => {
    const record = /^DIB:(\w+), VIB:(\w+)/.exec(text);
    const dif = Number.parseInt(bytes[offset] ?? '0', 16);
    const length = record
      ? ((record[1] ?? '').length + (record[2] ?? '').length) / 2 + (DATA_LENGTH[dif & 0xf] ?? 0)
      : index === 0 ? 15 : 4;
    const line = {
      number: firstNumber + index,
      telegram,
      text,
      hex: bytes.slice(offset, offset + length).join(' '),
      offset,
      length,
      kind: record ? 'record' : index === 0 ? 'address' : 'header',
      index: firstNumber + index === 3,
      quality: 'ok',
      register: REGISTERS[index] ?? null,
      selector: record ? `${firstNumber + index} ${record[1]}/${record[2]}` : null,
    };
    offset += length;
    return line;
  });
}

const s3uIdentification = {
  id: '13653120', manufacturer: 'EFE', version: 0, device_type: 'heat meter',
  secondary_address: { wire: '20316513C5140004', printed: '13653120C5140004' },
};

// Written as text so that 600.000 keeps its zeros, as the gateway writes it.
const s3uDecoded = `{"schema":1,"frame":"long","function":"RSP_UD","address":0,"ci":"72","meter":{"id":"13653120","manufacturer":"EFE","version":0},
"access_number":42,"records":[{"line":3,"dib":"04","vib":"06","quantity":"energy","unit":"Wh","value":12345000,"quality":"ok","data":"39300000"},
{"line":15,"dib":"44","vib":"13","storage":1,"quantity":"volume","unit":"m³","value":600.000,"quality":"ok","data":"C0270900"}],"faults":[]}`;

/**
 * The answer of the S3U: `telegrams` copies of its telegram one below another.
 * @param {string} bus
 * @param {string} address
 * @param {number} telegrams
 */
export function s3uReadout(bus, address, telegrams = 1) {
  const pages = Array.from({ length: telegrams }, (_, page) => page);
  const lines = pages.flatMap((page) => linesOf(s3uHex, s3uLines, page, page * s3uLines.length));
  const view = {
    bus,
    address,
    sent: '10 5B 00 5B 16',
    answered_after_ms: 62,
    elapsed_ms: 1300,
    bytes: 185 * telegrams,
    tries: 1,
    identification: s3uIdentification,
    index: { line: 3, value: '12345', unit: 'kWh' },
    telegrams: pages.map(() => ({ hex: s3uHex, decoded: 'DECODED' })),
    lines,
    findings: [],
  };
  return JSON.stringify(view).replaceAll('"DECODED"', s3uDecoded);
}

/**
 * A water meter whose index is an error value and whose telegram is cut off.
 * @param {string} bus
 * @param {string} address
 */
export function cutOffReadout(bus, address) {
  const hex = '68 1F 1F 68 08 07 72 78 56 34 12 24 40 01 07 55 00 00 00 0C 13 DD BE EB DD 8C 20 3B 13 01 04 6D 1E 0A AB 26 04 37 3E 16';
  const line = (/** @type {object} */ fields) => ({ telegram: 0, kind: 'record', index: false, quality: 'ok', register: null, selector: null, ...fields });
  return JSON.stringify({
    bus,
    address,
    sent: '10 7B 07 82 16',
    answered_after_ms: 240,
    elapsed_ms: 2100,
    bytes: 40,
    tries: 2,
    identification: {
      id: '12345678', manufacturer: 'PAD', version: 1, device_type: 'water meter',
      secondary_address: { wire: '7856341224400107', printed: '1234567824400107' },
    },
    index: null,
    telegrams: [{ hex, decoded: {} }],
    lines: [
      line({ number: 0, kind: 'address', offset: 0, length: 15, hex: '68 1F 1F 68 08 07 72 78 56 34 12 24 40 01 07', text: 'Secondary address: {manufacturer ID: PAD, device ID: 12345678, device version: 1, device type: WATER_METER, as bytes: 7856341224400107}' }),
      line({ number: 1, kind: 'header', offset: 15, length: 4, hex: '55 00 00 00', text: 'Short Header: {Access No.: 85, status: 0, encryption mode: NONE, number of encrypted blocks: 0}' }),
      line({ number: 2, offset: 19, length: 6, hex: '0C 13 DD BE EB DD', quality: 'error_bcd', text: 'DIB:0C, VIB:13 -> descr:VOLUME, function:INST_VAL, value:NONE, unit:CUBIC_METRE, m³' }),
      line({ number: 3, offset: 25, length: 5, hex: '8C 20 3B 13 01', quality: 'truncated', text: 'DIB:8C20, VIB:3B -> descr:VOLUME_FLOW, function:INST_VAL, tariff:2, value:NONE, unit:CUBIC_METRE_PER_HOUR, m³/h' }),
      line({ number: 4, offset: 30, length: 6, hex: '04 6D 1E 0A AB 26', text: 'DIB:04, VIB:6D -> descr:DATE_TIME, function:INST_VAL, value:2021-06-11T10:30' }),
      line({ number: 5, kind: 'fault', offset: 36, length: 2, hex: '04 37', quality: 'truncated', text: 'The record at byte 36 needs 4 bytes of data; the telegram ends after 0' }),
    ],
    findings: [
      {
        code: 'retried', severity: 'attention', since: null,
        what: `The meter at address ${address} on ${bus} answered only on the second try`,
        why: 'The first request stayed without an answer for 187 ms; the second was answered after 240 ms.',
        remedy: 'If this happens often, give the bus a longer transport allowance.',
      },
    ],
  });
}

/**
 * What the gateway answers where nobody does.
 * @param {string} bus
 * @param {string} address
 */
export function silence(bus, address) {
  const finding = {
    code: 'no_answer',
    severity: 'fault',
    since: null,
    what: `No meter at address ${address} on ${bus} answered`,
    why: '3 tries, 187 ms each; the line was quiet.',
    remedy: 'Check the address, that the meter is connected, and that the bus has power; then read again.',
  };
  const trace = [
    { at_ms: 0, direction: 'sent', hex: '10 40 09 49 16' },
    { at_ms: 205, direction: 'sent', hex: '10 7B 09 84 16' },
    { at_ms: 392, direction: 'sent', hex: '10 7B 09 84 16' },
    { at_ms: 431, direction: 'noise', hex: '00 00 40 04' },
    { at_ms: 579, direction: 'sent', hex: '10 7B 09 84 16' },
  ];
  return problem(504, 'no_answer', 'No answer', `${finding.what}: ${finding.why}`, { finding, trace });
}

/**
 * A problem document (RFC 9457).
 * @param {number} status
 * @param {string} code
 * @param {string} title
 * @param {string} detail
 * @param {object} more
 */
export function problem(status, code, title, detail, more = {}) {
  return { status, body: JSON.stringify({ type: `about:blank#${code}`, title, status, detail, code, ...more }) };
}
