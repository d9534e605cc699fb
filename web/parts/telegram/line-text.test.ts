import { expect, test } from 'vitest';
import { recordLine } from './line-text';

test('an energy line gives its columns', () => {
  expect(
    recordLine('DIB:04, VIB:06 -> descr:ENERGY, function:INST_VAL, scaled value:12345000, unit:WATT_HOUR, Wh'),
  ).toEqual({
    dib: '04', vib: '06', description: 'ENERGY', function: 'INST_VAL', storage: '', tariff: '', subunit: '',
    value: '12345000', unitName: 'WATT_HOUR', unit: 'Wh', qualifiers: '',
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

test('what follows the unit is not a part of it', () => {
  expect(
    recordLine(
      'DIB:0B, VIB:3B -> descr:VOLUME_FLOW, function:INST_VAL, value:NONE, unit:CUBIC_METRE_PER_HOUR, m³/h, quality:error_bcd, data:BDEBDD',
    ),
  ).toMatchObject({ value: 'NONE', unit: 'm³/h', qualifiers: '' });
  expect(
    recordLine(
      'DIB:04, VIB:8340 -> descr:ENERGY, function:INST_VAL, scaled value:5, unit:WATT_HOUR, Wh, qualifiers:lower_limit future_value',
    ),
  ).toMatchObject({ unit: 'Wh', qualifiers: 'lower limit future value' });
  expect(
    recordLine('DIB:42, VIB:6C -> descr:DATE, function:INST_VAL, storage:1, value:NONE, quality:invalid_date, data:FFFF'),
  ).toMatchObject({ value: 'NONE', unit: '' });
});

test('counters of the fixed structure have the same columns', () => {
  expect(
    recordLine('Counter: unit code 05 -> descr:ENERGY, function:INST_VAL, storage:1, scaled value:1200, unit:WATT_HOUR, Wh'),
  ).toMatchObject({ dib: '', vib: '', description: 'ENERGY', storage: '1', value: '1200', unit: 'Wh' });
});

test('lines of another form are not taken apart', () => {
  expect(recordLine('Short Header: {Access No.: 42, status: 0}')).toBeNull();
  expect(recordLine('More records follow in the next telegram')).toBeNull();
});
