import type { Position } from './position.ts';

/** `text` is as written, but for strings, where it is what they stand for. */
export interface Token extends Position {
  readonly kind: 'identifier' | 'number' | 'string' | 'symbol' | 'end';
  readonly text: string;
}
