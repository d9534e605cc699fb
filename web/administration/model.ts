// What Administration shows, as both servers tell it.

import type { Role } from '../access/model';

export interface Account {
  id: string;
  name: string;
  role: Role;
  created_at?: string | null;
}

export interface NewAccount {
  name: string;
  role: Role;
  password: string;
}

/** What is to be another; the rest stays. */
export interface AccountChange {
  role?: Role;
  password?: string;
}

/** A token, without its text. */
export interface Token {
  id: string;
  name: string;
  role: Role;
  created_at: string;
  last_used_at?: string | null;
  expires_at?: string | null;
}

export interface NewToken extends Token {
  token: string;
}

export interface TokenRequest {
  name: string;
  role: Role;
  expires_at?: string;
}

export interface AuditEntry {
  id: number;
  at: string;
  who?: string | null;
  via: 'nothing' | 'session' | 'token' | 'program';
  token?: string | null;
  source?: string | null;
  action: string;
  details: unknown;
  result: 'begun' | 'done' | 'refused' | 'failed';
  reason?: string | null;
  ended_at?: string | null;
}

export interface AuditPage {
  items: AuditEntry[];
  /** What to ask for older ones with; `null` where there are none. */
  next?: number | null;
}
