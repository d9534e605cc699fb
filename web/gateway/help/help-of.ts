// Which findings are about a serial port: each leads to its page of help.

import { hrefOf } from '../routes';
import type { Help } from '../../parts/finding-help';
import { language } from '../../texts/texts';

const SERIAL = new Set(['no_such_port', 'permission_denied', 'port_busy', 'not_a_serial_port', 'port_failed']);

/** Also a lost port, or a meter whose bus is away, where the reason is a serial port. */
export function helpOf({ code = '', what, why }: { code?: string; what: string; why: string }): Help | null {
  const serial = SERIAL.has(code) || (/^(port_|bus_offline$)/.test(code) && /\/dev\/|serial port/.test(`${what} ${why}`));
  return serial ? { word: language.texts.serialHelp.link, href: hrefOf({ page: 'serial-ports' }) } : null;
}
