// Who may do what, as both servers tell it.

/** What an account or a token may do; each may also do what those before it may. */
export type Role = 'viewer' | 'operator' | 'admin';

/** Who is logged in. */
export interface Session {
  name: string;
  role: Role;
  /** When this ends in any case. */
  expires_at?: string | null;
}
