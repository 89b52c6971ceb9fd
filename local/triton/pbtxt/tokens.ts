import { PbtxtError } from './pbtxt-error.ts';
import { stringValue } from './string-value.ts';
import type { Token } from './token.ts';

// One alternative a kind of token; the order matters. A number directly before a letter is none (`1a`).
const pattern =
  /(?<space>[ \t\r\f\v]+|#[^\n]*)|(?<newline>\n)|(?<identifier>[A-Za-z_][A-Za-z0-9_]*)|(?<number>(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?)(?![A-Za-z_0-9]))|(?<string>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*')|(?<symbol>[{}<>[\]:;,.\-/])/y;

/**
 * Splits a text in protobuf's text format into its tokens; comments and white space go, the last token is the end.
 *
 * @throws {PbtxtError}
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/#lexical-elements
 */
export function tokens(text: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  let lineStart = 0;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const position = { line, column: at - lineStart + 1 };
    const groups = pattern.exec(text)?.groups;
    if (groups === undefined) throw unknown(text.charAt(at), position);
    if (groups['newline'] !== undefined) {
      line++;
      lineStart = pattern.lastIndex;
    }
    const string = groups['string'];
    if (string !== undefined) {
      const value = stringValue(string.slice(1, -1));
      if (value === undefined) throw new PbtxtError(position, 'Invalid escape sequence in string literal.');
      found.push({ ...position, kind: 'string', text: value });
    }
    for (const kind of ['identifier', 'number', 'symbol'] as const) {
      const written = groups[kind];
      if (written !== undefined) found.push({ ...position, kind, text: written });
    }
  }
  found.push({ line, column: text.length - lineStart + 1, kind: 'end', text: '' });
  return found;
}

function unknown(character: string, position: { readonly line: number; readonly column: number }): PbtxtError {
  if (character === '"' || character === "'") {
    return new PbtxtError(position, 'String literals cannot cross line boundaries.');
  }
  if (/\d/.test(character)) return new PbtxtError(position, 'Need space between number and identifier.');
  return new PbtxtError(position, `Invalid control characters encountered in text: ${JSON.stringify(character)}`);
}
