// What the gateway's REST interface answers.

import type { Finding } from '../../parts/finding';
import type { Identification, TraceEntry } from '../../parts/telegram/view';

export interface Gateway {
  name: string;
  version: string;
  time_zone: string;
  started_at: string;
}

export interface Bus {
  id: string;
  name: string;
  transport: 'tcp' | 'serial';
  port: string;
  baudrate: number;
  state: 'online' | 'offline' | 'connecting';
  problem: Finding | null;
  meters: number;
}

export interface Reading {
  register: string;
  /** The value as text with its own digits; the number in `value` would pass through a float. */
  text: string;
  value: number | string | null;
  unit: string | null;
  quality: string;
  /** The meter's own clock, local time without zone. */
  measured_at: string | null;
  read_at: string;
  is_index: boolean;
  source: { telegram: number; line: number; dib: string; vib: string } | null;
}

export interface Meter {
  id: string;
  name: string;
  bus: string;
  model: string;
  address: string;
  identification: Identification | null;
  state: 'ok' | 'attention' | 'fault' | 'waiting';
  problem: Finding | null;
  findings: Finding[];
  last_success_at: string | null;
  last_attempt_at: string | null;
  next_at: string | null;
  reading_now: boolean;
  readings: Reading[];
}

/** An error answer (RFC 9457). */
export interface Problem {
  title: string;
  status: number;
  detail?: string;
  code?: string;
  finding?: Finding;
  trace?: TraceEntry[];
}
