import { refusals } from './refusals.ts';

const equality = String.raw`\$((?:\.[A-Za-z_]\w*)+)\s*=\s*"(\*?)([^"*\\]*)(\*?)"`;
const anyOf = new RegExp(String.raw`^\{\s*${equality}(?:\s*\|\|\s*${equality})*\s*\}$`);

/** That a member is a string, and which one. */
interface Condition {
  readonly names: readonly string[];
  /** A piece of each line in which it holds. */
  readonly piece: string;
  readonly holds: (value: string) => boolean;
}

/**
 * What a filter pattern lets through: all when it is empty, else the lines that are JSON with one of some members of one value, as in
 * `{ $.message = "request" }` or `{ $.status = "2*" || $.status = "5*" }`, where `*` is any beginning or end. No other pattern is known here.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function filterPattern(pattern: string): (line: string) => boolean {
  if (pattern.trim() === '') return () => true;
  if (!anyOf.test(pattern.trim())) {
    throw refusals.invalid(
      `the local cloud knows no filter pattern but { $.member = "value" || ... }, and not ${pattern.slice(0, 200)}`,
    );
  }
  const conditions = [...pattern.matchAll(new RegExp(equality, 'g'))].map(condition);
  return (line) => {
    // Most lines are told apart by this, without being parsed.
    if (!line.startsWith('{') || !conditions.some(({ piece }) => line.includes(piece))) return false;
    try {
      const parsed: unknown = JSON.parse(line);
      return conditions.some(({ names, holds }) => {
        const value = names.reduce<unknown>(member, parsed);
        return typeof value === 'string' && holds(value);
      });
    } catch {
      return false;
    }
  };
}

function condition([, path = '', before = '', text = '', behind = '']: readonly string[]): Condition {
  const quoted = JSON.stringify(text);
  return {
    names: path.slice(1).split('.'),
    piece: quoted.slice(before.length, quoted.length - behind.length),
    holds: (value) => {
      if (before === '') return behind === '' ? value === text : value.startsWith(text);
      return behind === '' ? value.endsWith(text) : value.includes(text);
    },
  };
}

const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;
