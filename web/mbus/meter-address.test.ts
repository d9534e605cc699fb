import { expect, test } from 'vitest';
import { meterAddress, newAddress } from './meter-address';

test('a15 a meter can be given 1 to 250', () => {
  for (const text of ['1', '5', ' 250 ', '007']) expect(newAddress(text)).toMatchObject({ kind: 'primary', address: Number(text) });
});

test('a15 0, 251, 255, text and nothing are no new address, with the place of the fault', () => {
  expect(newAddress('0')).toEqual({ fault: 'unconfigured' });
  expect(newAddress('251')).toEqual({ fault: 'range', found: '251' });
  expect(newAddress('255')).toEqual({ fault: 'range', found: '255' });
  expect(newAddress('1000')).toEqual({ fault: 'length', digits: 4 });
  expect(newAddress(' ')).toEqual({ fault: 'empty' });
  expect(newAddress('1x')).toEqual({ fault: 'digit', found: 'x', position: 1 });
  expect(newAddress(' -1')).toEqual({ fault: 'digit', found: '-', position: 1 });
  expect(newAddress('5.0')).toEqual({ fault: 'digit', found: '.', position: 1 });
});

test('0 to 250 call by primary address', () => {
  expect(meterAddress('0')).toEqual({ kind: 'primary', address: 0 });
  expect(meterAddress('250')).toEqual({ kind: 'primary', address: 250 });
  expect(meterAddress('253')).toEqual({ fault: 'range', found: '253' });
});

test('serial and both spellings of the secondary address select one meter', () => {
  for (const text of ['13653120', '1365', 'id:7', '20316513FFFFFFFF', '20316513c5140004', 'PRINTED:13653120C5140004']) {
    expect(meterAddress(text), text).toEqual({ kind: 'selected' });
  }
});

test('what is no address is told with its place', () => {
  expect(meterAddress('')).toEqual({ fault: 'empty' });
  expect(meterAddress('id:')).toEqual({ fault: 'empty' });
  expect(meterAddress('2031651G')).toEqual({ fault: 'digit', found: 'G', position: 7 });
  expect(meterAddress('id:12x')).toEqual({ fault: 'digit', found: 'x', position: 5 });
  expect(meterAddress('203165130')).toEqual({ fault: 'length', digits: 9 });
});
