import { refusals } from './refusals.ts';

const equality = /^\{\s*\$((?:\.[A-Za-z_]\w*)+)\s*=\s*"([^"*\\]*)"\s*\}$/;

/**
 * What a filter pattern lets through: all when it is empty, else the lines that are JSON with one member of one value, as in
 * `{ $.message = "request" }`. No other pattern is known here.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function filterPattern(pattern: string): (line: string) => boolean {
  if (pattern.trim() === '') return () => true;
  const [, path, value] = equality.exec(pattern.trim()) ?? [];
  if (path === undefined || value === undefined) {
    throw refusals.invalid(
      `the local cloud knows no filter pattern but { $.member = "value" }, and not ${pattern.slice(0, 200)}`,
    );
  }
  const names = path.slice(1).split('.');
  return (line) => {
    // Most lines are told apart by this, without being parsed.
    if (!line.startsWith('{') || !line.includes(JSON.stringify(value))) return false;
    try {
      return names.reduce<unknown>(member, JSON.parse(line)) === value;
    } catch {
      return false;
    }
  };
}

const member = (of: unknown, name: string): unknown =>
  typeof of === 'object' && of !== null && Object.hasOwn(of, name) ? (of as Record<string, unknown>)[name] : undefined;
