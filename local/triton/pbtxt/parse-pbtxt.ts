import { PbtxtError } from './pbtxt-error.ts';
import type { TextField, TextValue } from './text-value.ts';
import type { Token } from './token.ts';
import { tokens } from './tokens.ts';

/** protobuf's own default. */
const depthMax = 100;

/**
 * Reads protobuf's text format as far as no schema is needed: the fields in their order, each with its values.
 *
 * Extensions and expanded `Any` messages (`[name] { … }`) are not read.
 *
 * @throws {PbtxtError} with line and column
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/
 */
export function parsePbtxt(text: string): TextField[] {
  return new Parser(tokens(text)).document();
}

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(list: readonly Token[]) {
    this.#tokens = list;
  }

  document(): TextField[] {
    return this.#fields(undefined, 0);
  }

  /** Fields up to the symbol that closes their message, or to the end of the text. */
  #fields(close: string | undefined, depth: number): TextField[] {
    if (depth > depthMax) {
      throw this.#error('Message is too deep, the parser exceeded the configured recursion limit of 100.');
    }
    const fields: TextField[] = [];
    while (!(close === undefined ? this.#token.kind === 'end' : this.#take(close))) {
      fields.push(this.#field(depth));
      if (!this.#take(',')) this.#take(';');
    }
    return fields;
  }

  #field(depth: number): TextField {
    const { line, column, kind, text: name } = this.#token;
    if (kind !== 'identifier') throw this.#expected('identifier');
    this.#at++;
    const colon = this.#take(':');
    const values: TextValue[] = [];
    if (this.#take('[')) {
      if (!this.#take(']')) {
        do values.push(this.#value(colon, depth));
        while (this.#take(','));
        if (!this.#take(']')) throw this.#expected('"]"');
      }
    } else {
      values.push(this.#value(colon, depth));
    }
    return { line, column, name, values };
  }

  #value(colon: boolean, depth: number): TextValue {
    const { line, column } = this.#token;
    for (const [open, close] of [
      ['{', '}'],
      ['<', '>'],
    ] as const) {
      if (this.#take(open)) return { line, column, kind: 'message', fields: this.#fields(close, depth + 1) };
    }
    if (!colon) throw this.#expected('":"');
    const sign = this.#take('-') ? '-' : '';
    const { kind, text } = this.#token;
    if (kind === 'symbol' || kind === 'end' || (kind === 'string' && sign !== '')) throw this.#expected('value');
    this.#at++;
    if (kind !== 'string') return { line, column, kind, text: sign + text };
    let joined = text;
    // Neighbouring literals are one string, as in C.
    for (; this.#token.kind === 'string'; this.#at++) joined += this.#token.text;
    return { line, column, kind, text: joined };
  }

  get #token(): Token {
    return this.#tokens[this.#at] as Token;
  }

  #take(symbol: string): boolean {
    const found = this.#token.kind === 'symbol' && this.#token.text === symbol;
    if (found) this.#at++;
    return found;
  }

  #expected(what: string): PbtxtError {
    return this.#error(`Expected ${what}, got: ${this.#token.kind === 'end' ? 'end of text' : this.#token.text}`);
  }

  #error(problem: string): PbtxtError {
    return new PbtxtError(this.#token, problem);
  }
}
