// Sums of decimal texts, exact to the last digit: a number of a meter never passes through a float
// on its way to the page.

const NUMBER = /^-?\d+(\.\d+)?$/;

/** The sum of numbers, with as many digits after the point as the longest of them. */
export function sumOf(texts: readonly string[]): string {
  const numbers = texts.filter((text) => NUMBER.test(text)).map((text) => text.split('.'));
  const places = Math.max(0, ...numbers.map(([, fraction = '']) => fraction.length));
  const sum = numbers.reduce((all, [whole = '', fraction = '']) => all + BigInt(whole + fraction.padEnd(places, '0')), 0n);
  const digits = String(sum < 0n ? -sum : sum).padStart(places + 1, '0');
  const sign = sum < 0n ? '-' : '';
  return places === 0 ? sign + digits : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`;
}
