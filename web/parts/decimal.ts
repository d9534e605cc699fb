// Sums and shares of decimal texts, exact to the last digit: a number of a meter never passes
// through a float on its way to the page.

interface Decimal {
  /** The number without its point. */
  digits: bigint;
  /** How many of the digits stand behind the point. */
  places: number;
}

const NUMBER = /^-?\d+(\.\d+)?$/;

function parse(text: string): Decimal {
  if (!NUMBER.test(text)) return { digits: 0n, places: 0 };
  const [whole = '', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), places: fraction.length };
}

function write({ digits, places }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = String(digits < 0n ? -digits : digits).padStart(places + 1, '0');
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`;
}

const scaled = ({ digits, places }: Decimal, to: number) => digits * 10n ** BigInt(to - places);

/** The sum of numbers, with as many digits after the point as the longest of them. */
export function sumOf(texts: readonly string[]): string {
  const numbers = texts.map(parse);
  const places = Math.max(0, ...numbers.map((number) => number.places));
  return write({ digits: numbers.reduce((sum, number) => sum + scaled(number, places), 0n), places });
}

/**
 * A number in parts as large as the weights (whole numbers, one above 0 at least), with its own
 * digits after the point. The parts together are the number again.
 */
export function sharesOf(text: string, weights: readonly number[]): string[] {
  const { digits, places } = parse(text);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  let weight = 0;
  let given = 0n;
  return weights.map((one) => {
    weight += one;
    const until = (digits * BigInt(Math.round(weight))) / BigInt(Math.round(all));
    const part = until - given;
    given = until;
    return write({ digits: part, places });
  });
}

/** One number less another. */
export function differenceOf(text: string, less: string): string {
  const one = parse(text);
  const other = parse(less);
  const places = Math.max(one.places, other.places);
  return write({ digits: scaled(one, places) - scaled(other, places), places });
}
