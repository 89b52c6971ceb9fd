import type { AttributeValue, UpdateItemInput } from '@aws-sdk/client-dynamodb';

type Expressions = Pick<
  UpdateItemInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/** An attribute, or an entry of one that is a map. */
export type Place = string | readonly [map: string, entry: string];

/**
 * Puts together the expressions of an UpdateItem whose attributes depend on what is limited. Every name goes through a placeholder, as
 * `items` and `tokens` are words of DynamoDB's own and prices have slashes in theirs.
 */
export class ItemUpdate {
  readonly #names = new Map<string, string>();
  readonly #values: Record<string, AttributeValue> = {};
  readonly #clauses = { SET: [] as string[], ADD: [] as string[], REMOVE: [] as string[] };
  readonly #conditions: string[] = [];

  /** The placeholder of a place. */
  name(place: Place): string {
    if (typeof place !== 'string') return place.map((part) => this.name(part)).join('.');
    const known = this.#names.get(place) ?? `#n${this.#names.size}`;
    this.#names.set(place, known);
    return known;
  }

  /** The placeholder of a value. */
  value(value: number | bigint | AttributeValue): string {
    const placeholder = `:v${Object.keys(this.#values).length}`;
    this.#values[placeholder] = typeof value === 'object' ? value : { N: String(value) };
    return placeholder;
  }

  set(place: Place, value: number | bigint | AttributeValue): this {
    this.#clauses.SET.push(`${this.name(place)} = ${this.value(value)}`);
    return this;
  }

  /** Adds to a number; one that is not there counts as 0. */
  add(place: Place, count: number | bigint): this {
    const name = this.name(place);
    if (typeof place === 'string') this.#clauses.ADD.push(`${name} ${this.value(count)}`);
    // ADD knows attributes only.
    else this.#clauses.SET.push(`${name} = if_not_exists(${name}, ${this.value(0)}) + ${this.value(count)}`);
    return this;
  }

  remove(place: Place): this {
    this.#clauses.REMOVE.push(this.name(place));
    return this;
  }

  /** One more condition that must hold; made of placeholders. */
  where(condition: string): this {
    this.#conditions.push(condition);
    return this;
  }

  expressions(): Expressions {
    const clauses = Object.entries(this.#clauses).filter(([, parts]) => parts.length > 0);
    return {
      UpdateExpression: clauses.map(([word, parts]) => `${word} ${parts.join(', ')}`).join(' '),
      ...(this.#conditions.length === 0 ? {} : { ConditionExpression: this.#conditions.join(' AND ') }),
      ExpressionAttributeNames: Object.fromEntries([...this.#names].map(([name, placeholder]) => [placeholder, name])),
      ...(Object.keys(this.#values).length === 0 ? {} : { ExpressionAttributeValues: this.#values }),
    };
  }
}
