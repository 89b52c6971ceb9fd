import { CliError } from './cli-error.ts';

/** Reads differences of units such as `items=-3,tokens=120`. Which units there are, the platform says. */
export function parseUnits(text: string): Readonly<Record<string, number>> {
  const units: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [, unit, difference] = /^\s*([a-zA-Z]{1,20})=([+-]?\d{1,15})\s*$/.exec(part) ?? [];
    if (unit === undefined || Object.hasOwn(units, unit)) {
      throw new CliError(`"${text}" does not say how units change; write for example items=-3 or items=-3,tokens=120`);
    }
    units[unit] = Number(difference);
  }
  return units;
}
