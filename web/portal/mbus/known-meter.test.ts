import { expect, test } from 'vitest';
import { knownMeter } from './known-meter';
import type { Meter } from '../api/model';
import type { ReadoutView } from '../../parts/telegram/view';

const WIRE = '45234167C5140004';

const view = (address: string, wire: string | null = WIRE) =>
  ({ bus: 'cellar-1', address, identification: wire && { secondary_address: { wire, printed: '' } } }) as ReadoutView;

const meter = (id: string, form: object, wire: string | null = null) =>
  ({
    id, identification: wire && { secondary_address: { wire, printed: '' } },
    form: { gateway: 'gateway-1', bus: 'cellar-1', address: '', parameters: [], ...form },
  }) as unknown as Meter;

const called = (secondary_ad: string, address = '') => ({ address, parameters: [{ key: ' secondary_ad ', value: secondary_ad }] });
const found = (read: ReadoutView, ...meters: Meter[]) => knownMeter(read, 'gateway-1', meters)?.id;

test('a27 a meter is known by its secondary address, where F stands for any digit', () => {
  for (const mask of [WIRE, '45234167FFFFFFFF', '45234167ffff0004', 'FFFFFFFFC514FF04']) {
    expect(found(view('1'), meter('other', called('20316513FFFFFFFF')), meter('it', called(mask))), mask).toBe('it');
    expect(found(view('1'), meter('it', { address: mask })), mask).toBe('it');
  }
  expect(found(view('1'), meter('other', called('45234167FFFFFF07')))).toBeUndefined();
});

test('a27 a meter is known by the serial or the printed number it is called by', () => {
  for (const address of ['67412345', 'id:67412345', 'ID:6741234F', 'printed:67412345C5140004', ' Printed:67412345FFFFFFFF ']) {
    expect(found(view('1'), meter('it', { address })), address).toBe('it');
  }
  expect(found(view('1', '23010000C5140004'), meter('it', { address: 'id:123' }))).toBe('it');
  expect(found(view('1', '34120000C5140004'), meter('it', { address: '1234' }))).toBe('it');
  expect(found(view('1'), meter('other', { address: '67412346' }))).toBeUndefined();
});

test('a27 a meter is known by who it was when it was last read', () => {
  const at1 = meter('at-1', { address: '1' });
  expect(found(view('254'), at1, meter('it', { address: '7' }, WIRE))).toBe('it');
  expect(found(view('1'), at1, meter('it', { address: '7' }, WIRE))).toBe('it');
  // Its configuration asks for another one since.
  expect(found(view('254'), meter('it', called('20316513FFFFFFFF'), WIRE))).toBeUndefined();
});

test('a meter is known by its primary address, unless another one must answer there', () => {
  expect(found(view('1'), meter('other', called('20316513FFFFFFFF', '1')), meter('it', { address: '001' }))).toBe('it');
  expect(found(view('1'), meter('it', { address: '1' }, '20316513C5140004'))).toBe('it');
  expect(found(view('0'), meter('other', { address: '0' }, '20316513C5140004'))).toBeUndefined();
  expect(found(view('1', null), meter('it', { address: '1' }))).toBe('it');
});

test('a meter that does not say who it is is known by what it was read at', () => {
  expect(found(view('67412345', null), meter('other', called('20316513FFFFFFFF')), meter('it', called('45234167FFFFFFFF')))).toBe('it');
  expect(found(view('2', null), meter('other', called('45234167FFFFFFFF')))).toBeUndefined();
});

test('meters of another gateway or bus are others', () => {
  expect(found(view('1'), meter('other', { gateway: 'gateway-2', address: '1' }, WIRE))).toBeUndefined();
  expect(found(view('1'), meter('other', { bus: 'cellar-2', ...called(WIRE) }))).toBeUndefined();
  expect(found(view('1'), meter('it', { bus: null, ...called(WIRE) }))).toBe('it');
});
