import { Unresolved } from './unresolved.ts';

/** Replaces `${name}` by its value; `${!name}` stands for `${name}` itself. One `Unresolved` value makes the whole unresolved. */
export function substitute(pattern: string, lookUp: (name: string) => unknown): string | Unresolved {
  let pending: Unresolved | undefined;
  const whole = pattern.replace(/\$\{(!?)([^}]*)\}/g, (_, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    const value = lookUp(name.trim());
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return String(value);
    if (!(value instanceof Unresolved))
      throw new Error(`Fn::Sub cannot put ${JSON.stringify(value)} for \${${name}} into a text`);
    pending = value;
    return '';
  });
  return pending ?? whole;
}
