import { expect, test } from 'vitest';
import { addressOfSerial, serialOfAddress } from './serial-address';

test('a22 a serial becomes the secondary address that finds it, and back', () => {
  for (const [serial, address] of [['13653120', '20316513FFFFFFFF'], ['94158192', '92811594FFFFFFFF']] as const) {
    expect(addressOfSerial(serial)).toEqual({ address });
    expect(serialOfAddress(address)).toEqual({ serial });
  }
});

test('a22 the other parts of the address do not matter, nor do upper and lower case', () => {
  expect(serialOfAddress('20316513C5140004')).toEqual({ serial: '13653120' });
  expect(serialOfAddress(' 20316513ffffffff ')).toEqual({ serial: '13653120' });
});

test('a short serial is filled with zeros in front', () => {
  expect(addressOfSerial('1234')).toEqual({ address: '34120000FFFFFFFF' });
});

test('a23 every wrong digit is told with its position', () => {
  expect(addressOfSerial('1365A12O')).toEqual({ fault: 'digits', positions: [4, 7] });
  expect(addressOfSerial(' 1x')).toEqual({ fault: 'digits', positions: [2] });
  expect(serialOfAddress('2031651GFFFFFFFF')).toEqual({ fault: 'digits', positions: [7] });
});

test('a23 a wrong number of digits is told', () => {
  expect(addressOfSerial('136531201')).toEqual({ fault: 'length', digits: 9 });
  expect(serialOfAddress('20316513FFFFFFF')).toEqual({ fault: 'length', digits: 15 });
  expect(serialOfAddress('')).toEqual({ fault: 'empty' });
});
