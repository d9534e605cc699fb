// A table as comma-separated values, for whatever program goes on with it (RFC 4180).

/** The rows as text; a cell with a comma, a quote or a line end is quoted. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

const cell = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** Hands the text to the browser as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A name as a file has it. */
export const fileName = (...parts: string[]) =>
  `${parts.map((part) => part.trim().replaceAll(/[^\p{L}\p{N}.-]+/gu, '-')).filter(Boolean).join('_')}.csv`;
