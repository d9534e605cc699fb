// What the telegram view shows. The gateway's REST answers have this shape.

import type { Finding } from '../finding';

/** One numbered line of a readout. */
export interface TelegramLine {
  /** Counted from 0 over all telegrams of the readout. */
  number: number;
  /** Which telegram of the readout, from 0. */
  telegram: number;
  /** The line as it is printed. */
  text: string;
  hex: string;
  /** First byte of the line in its telegram. */
  offset: number;
  length: number;
  kind: 'address' | 'header' | 'record' | 'manufacturer' | 'more' | 'fault';
  /** Whether this is the value on the dial of the meter. */
  index: boolean;
  quality: string;
  /** The register it would usually be. */
  register: string | null;
  /** The line as the parameter `reg` takes it; lines without a record cannot be one. */
  selector: string | null;
}

/** Who the meter says it is. */
export interface Identification {
  id: string;
  manufacturer: string;
  version: number;
  device_type: string;
  secondary_address: { wire: string; printed: string };
}

/** A readout that was answered. What nobody kept of a stored one is null. */
export interface ReadoutView {
  bus: string;
  address: string;
  /** The frame that was sent; `null` where that is not told. */
  sent: string | null;
  /** As far as that was kept. */
  answered_after_ms: number | null;
  elapsed_ms: number | null;
  bytes: number;
  tries: number | null;
  identification: Identification | null;
  index: { line: number; value: string; unit: string | null } | null;
  telegrams: { hex: string; decoded: unknown }[];
  lines: TelegramLine[];
  findings: Finding[];
}

/** A readout and the text it came as, which has the exact digits of every number. */
export interface Readout {
  view: ReadoutView;
  source: string;
}

/** One entry of the trace of a readout that failed. */
export interface TraceEntry {
  at_ms: number;
  direction: 'sent' | 'received' | 'noise';
  hex: string;
}
