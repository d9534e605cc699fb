/** Baudrates of the standard. */
export const BAUDRATES = [300, 600, 1200, 2400, 4800, 9600, 19200, 38400] as const;
