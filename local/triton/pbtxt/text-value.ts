import type { Position } from './position.ts';

/** A value as written: what type it must have is known only with the field that it is for. Numbers and words keep their sign. */
export type TextValue = Position &
  (
    | { readonly kind: 'string' | 'number' | 'identifier'; readonly text: string }
    | { readonly kind: 'message'; readonly fields: readonly TextField[] }
  );

/** A field with one value; a list `[a, b]` has several. A repeated field may also be written several times. */
export interface TextField extends Position {
  readonly name: string;
  readonly values: readonly TextValue[];
}
