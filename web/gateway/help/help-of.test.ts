import { expect, test } from 'vitest';
import { helpOf } from './help-of';

const finding = (code: string, why = '') => helpOf({ code, what: 'Bus cellar-2 is offline', why })?.href;

test('trouble with a serial port leads to its page of help', () => {
  for (const code of ['no_such_port', 'permission_denied', 'port_busy', 'not_a_serial_port', 'port_failed']) {
    expect(finding(code)).toBe('#/help/serial-ports');
  }
  expect(finding('bus_offline', 'There is no serial port /run/roof; these exist: /dev/ttyS0.')).toBe('#/help/serial-ports');
  expect(finding('port_lost', '/dev/ttyUSB0 is gone')).toBe('#/help/serial-ports');
});

test('other trouble does not', () => {
  for (const code of ['connection_refused', 'no_answer', 'mismatch']) expect(finding(code, '10.20.0.14:10001')).toBeUndefined();
  expect(finding('bus_offline', '127.0.0.1:35885 refused the connection')).toBeUndefined();
  expect(finding('port_lost', '10.20.0.14:10001 closed the connection')).toBeUndefined();
});
