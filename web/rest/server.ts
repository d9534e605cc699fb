// Which server these pages came from: some sentences differ between the two.

export const server: { kind: 'gateway' | 'portal' } = { kind: 'gateway' };
