import { CliError } from './cli-error.ts';

const seconds: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, d: 86_400 };

/** Reads a duration such as `0`, `90s`, `1h` or `7d` as seconds. */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9})([smhd]?)$/.exec(text);
  const unit = match?.[2] === undefined ? undefined : seconds[match[2]];
  if (match === null || unit === undefined) {
    throw new CliError(`"${text}" is no duration; write for example 0, 30m, 24h or 7d`);
  }
  return Number(match[1]) * unit;
}
