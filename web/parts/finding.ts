/** What is wrong, as the four parts of a sentence. */
export interface Finding {
  code: string;
  /** What failed, and where. */
  what: string;
  /** Why, with the evidence. */
  why: string;
  /** What to do. */
  remedy: string;
  severity: 'attention' | 'fault';
  /** When it began; `null` where nobody knows. */
  since: string | null;
}
