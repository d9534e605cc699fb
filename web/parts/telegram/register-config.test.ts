import { expect, test } from 'vitest';
import { meterToml, nameFault, regWith } from './register-config';
import type { Identification } from './view';

const identification: Identification = {
  id: '13653120', manufacturer: 'EFE', version: 0, device_type: 'heat meter',
  secondary_address: { wire: '20316513C5140004', printed: '13653120C5140004' },
};
const energy = { line: 3, name: 'heat_energy_kwh', selector: '3 04/06' };

test('a27 the index line of a heat meter becomes a meter of the manual model', () => {
  expect(meterToml({ bus: 'cellar-1', address: '0', identification }, [energy])).toBe(
    `[[meter]]
id = "meter-13653120"
name = "EFE heat meter 13653120"
bus = "cellar-1"
model = "manual_heat_secondary_ad"
[meter.parameters]
secondary_ad = "20316513C5140004"
reg = "{'heat_energy_kwh': '3 04/06'}"
`,
  );
});

test('a27 a meter that is configured keeps its id and name', () => {
  const toml = meterToml({ bus: 'cellar-1', address: '1', identification, known: { id: 'heat-1', name: 'Heat "1"' } }, [energy]);
  expect(toml).toContain('id = "heat-1"\nname = "Heat \\"1\\""\n');
});

test('a31 a water meter with its volume gets the water model, with anything else the generic one', () => {
  const water = { ...identification, device_type: 'cold water meter' };
  expect(meterToml({ bus: 'b', address: '2', identification: water }, [{ ...energy, name: 'vol_m3' }])).toContain('model = "manual_water_secondary_ad"');
  const generic = meterToml({ bus: 'b', address: '2', identification: water }, [{ ...energy, name: 'en_im' }]);
  expect(generic).toContain('address = "20316513C5140004"\nmodel = "generic_mbus"\n[meter.parameters]\nreg =');
});

test('a meter that does not say who it is keeps the address it was read at', () => {
  expect(meterToml({ bus: 'b', address: '17', identification: null }, [energy])).toContain('id = "meter-17"\nname = "meter 17"\nbus = "b"\naddress = "17"\nmodel = "generic_mbus"');
});

test('several lines stand in one list; quotes in names stay what they are', () => {
  const toml = meterToml({ bus: 'b', address: '1', identification }, [energy, { line: 4, name: "it's", selector: '4 04/13' }]);
  expect(toml).toContain(String.raw`reg = "{'heat_energy_kwh': '3 04/06', 'it\\'s': '4 04/13'}"`);
});

test('a register has a name of its own that can be seen', () => {
  expect(nameFault(' ', [])).toMatch(/Give the register a name/);
  expect(nameFault('a\u0007', [])).toMatch(/can be seen/);
  expect(nameFault('vol_m3', ['vol_m3'])).toMatch(/called vol_m3 already/);
  expect(nameFault('vol_m3', ['flow_temp'])).toBeNull();
});

test('picked lines stand behind the registers that are there, quoted as they are', () => {
  const picked = [{ line: 4, name: 'vol_m3', selector: '4 04/13' }];
  expect(regWith('', picked)).toBe("{'vol_m3': '4 04/13'}");
  expect(regWith("{'heat_energy_kwh': 3}", picked)).toBe("{'heat_energy_kwh': 3, 'vol_m3': '4 04/13'}");
  expect(regWith('{"heat_energy_kwh": 3,\n}', picked)).toBe('{"heat_energy_kwh": 3, "vol_m3": "4 04/13"}');
  expect(regWith('broken', picked)).toBe('broken');
});
