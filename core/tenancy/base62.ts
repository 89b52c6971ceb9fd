const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Writes a number in base 62 with exactly `length` digits, the most significant first. Throws when it does not fit. */
export function base62(value: bigint, length: number): string {
  let text = '';
  let rest = value;
  while (text.length < length) {
    text = digits.charAt(Number(rest % 62n)) + text;
    rest /= 62n;
  }
  if (rest !== 0n) throw new RangeError(`the number does not fit in ${length} base-62 digits`);
  return text;
}
