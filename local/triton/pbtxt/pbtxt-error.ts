import type { Position } from './position.ts';

/** What is wrong with a text, in the words of protobuf's own parser, behind `line:column: `. */
export class PbtxtError extends Error {
  override readonly name = 'PbtxtError';

  constructor({ line, column }: Position, problem: string) {
    super(`${line}:${column}: ${problem}`);
  }
}
