import { expect, test } from 'vitest';
import { formOf, menuOf } from './taken-form';
import type { ReadoutView } from '../../parts/telegram/view';

const view = (device_type: string) =>
  ({
    bus: 'cellar-2', address: '0',
    identification: { id: '13653120', manufacturer: 'EFE', version: 0, device_type, secondary_address: { wire: '20316513C5140004', printed: '13653120C5140004' } },
  }) as ReadoutView;
const place = { gateway: 'gateway-1', buses: 2, baudrate: 9600 };

test('a27 lines of a meter nobody has configured fill in the form of a new one', () => {
  const energy = { line: 3, name: 'heat_energy_kwh', selector: '3 04/06' };
  expect(formOf(view('heat meter'), place, [energy])).toEqual({
    menu: 'heat', name: 'EFE heat meter 13653120', gateway: 'gateway-1', bus: 'cellar-2', address: '', model: 'manual_heat_secondary_ad',
    parameters: [{ key: 'secondary_ad', value: '20316513C5140004' }, { key: 'reg', value: "{'heat_energy_kwh': '3 04/06'}" }],
    protocol: 'mbus', baudrate: 9600, mode: 'consumption',
  });
  const volume = { line: 3, name: 'vol_m3', selector: '3 04/13' };
  expect(formOf(view('warm water meter'), { ...place, buses: 1 }, [volume])).toMatchObject({ menu: 'hot_water', model: 'manual_water_secondary_ad', bus: null });
  expect(formOf(view('gas meter'), place, [volume])).toMatchObject({ menu: 'gas', model: 'generic_mbus', address: '20316513C5140004' });
  expect(formOf({ ...view(''), identification: null }, place, [volume])).toMatchObject({ menu: 'heat', model: 'generic_mbus', address: '0' });
});

test('the menu follows from the kind of meter, and is heat where that tells nothing', () => {
  const kinds = ['heat/cooling meter', 'heat cost allocator', 'cooling meter (inlet)', 'hot water meter', 'cold water meter', 'water meter', 'electricity meter', 'gas meter', 'other'];
  expect(kinds.map(menuOf)).toEqual(['heat', 'heat', 'cold', 'hot_water', 'cold_water', 'cold_water', 'electricity', 'gas', 'heat']);
});
