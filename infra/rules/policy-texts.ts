import { asList } from './as-list.ts';
import { property } from './property.ts';

/** Each value of a statement's member as text. What a reference stands for is not known in a template, so it reads as its name. */
export const policyTexts = (value: unknown): readonly string[] => asList(value).map(text);

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  const join = property(value, 'Fn::Join');
  if (Array.isArray(join)) return asList(join[1]).map(text).join(String(join[0]));
  const sub = property(value, 'Fn::Sub');
  if (sub !== undefined) return text(Array.isArray(sub) ? sub[0] : sub);
  return '<reference>';
}
