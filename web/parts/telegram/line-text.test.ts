import { expect, test } from 'vitest';
import { recordLine } from './line-text';

test('an energy line gives its columns', () => {
  expect(
    recordLine('DIB:04, VIB:06 -> descr:ENERGY, function:INST_VAL, scaled value:12345000, unit:WATT_HOUR, Wh'),
  ).toEqual({
    dib: '04', vib: '06', description: 'ENERGY', function: 'INST_VAL', storage: '', tariff: '', subunit: '',
    value: '12345000', unitName: 'WATT_HOUR', unit: 'Wh',
  });
});

test('storage, tariff and subunit are found where they are printed', () => {
  const line = recordLine(
    'DIB:C420, VIB:06 -> descr:ENERGY, function:INST_VAL, storage:1, tariff:2, subunit:3, scaled value:0, unit:WATT_HOUR, Wh',
  );
  expect(line).toMatchObject({ storage: '1', tariff: '2', subunit: '3', value: '0' });
});

test('a value without unit and a value without data are kept as printed', () => {
  expect(recordLine('DIB:04, VIB:6D -> descr:DATE_TIME, function:INST_VAL, value:2021-06-11T10:30')).toMatchObject({
    value: '2021-06-11T10:30',
    unit: '',
  });
  expect(recordLine('DIB:00, VIB:13 -> descr:VOLUME, function:INST_VAL, value:NONE, unit:CUBIC_METRE, m³')).toMatchObject({
    value: 'NONE',
    unit: 'm³',
  });
  expect(recordLine('DIB:04, VIB:6E -> descr:HCA, function:INST_VAL, value:17, unit:RESERVED')).toMatchObject({
    value: '17',
    unitName: 'RESERVED',
    unit: '',
  });
});

test('a text of the meter that holds commas and words of ours stays one value', () => {
  const line = recordLine('DIB:0D, VIB:7C08 -> descr:USER_DEFINED :cust. ID, function:INST_VAL, value:a, value:b');
  expect(line).toMatchObject({ description: 'USER_DEFINED :cust. ID', value: 'a, value:b' });
});

test('lines of another form are not taken apart', () => {
  expect(recordLine('Short Header: {Access No.: 42, status: 0}')).toBeNull();
  expect(recordLine('More records follow in the next telegram')).toBeNull();
});
