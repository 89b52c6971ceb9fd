/** What the values of one field of a cron expression may be. */
export interface FieldRange {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on. */
  readonly names?: readonly string[];
}

/** @throws Error for what is no value of the field */
export function fieldValue(text: string, { name, min, max, names = [] }: FieldRange): number {
  const named = names.indexOf(text.toUpperCase());
  const value = named >= 0 ? min + named : /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) throw new Error(`${text} is no ${name} (${min}-${max})`);
  return value;
}

/**
 * The values of a field made of `,`, `-`, `*` and `/`.
 * @throws Error
 */
export function fieldValues(text: string, range: FieldRange): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [base = '', step, ...more] = part.split('/');
    const increment = step === undefined ? 1 : /^[1-9]\d{0,3}$/.test(step) ? Number(step) : Number.NaN;
    if (more.length > 0 || Number.isNaN(increment)) throw new Error(`${part} is no increment of ${range.name}`);
    const [from, to] = bounds(base, step !== undefined, range);
    for (let value = from; value <= to; value += increment) values.add(value);
  }
  return values;
}

function bounds(base: string, isIncremented: boolean, range: FieldRange): readonly [number, number] {
  if (base === '*') return [range.min, range.max];
  const [first = '', last, ...more] = base.split('-');
  const from = fieldValue(first, range);
  if (last === undefined) return [from, isIncremented ? range.max : from];
  const to = fieldValue(last, range);
  if (more.length > 0 || to < from)
    throw new Error(`${base} is no range of ${range.name}: the lower value comes first`);
  return [from, to];
}
