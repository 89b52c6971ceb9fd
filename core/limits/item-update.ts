import type { AttributeValue, UpdateItemInput } from '@aws-sdk/client-dynamodb';

type Expressions = Pick<
  UpdateItemInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeNames' | 'ExpressionAttributeValues'
>;

/**
 * Puts together the expressions of an UpdateItem whose attributes depend on what is limited. Every name goes through a placeholder, as
 * `items` and `tokens` are words of DynamoDB's own and reservations have a `#` in theirs.
 */
export class ItemUpdate {
  readonly #names = new Map<string, string>();
  readonly #values: Record<string, AttributeValue> = {};
  readonly #clauses = { SET: [] as string[], ADD: [] as string[], REMOVE: [] as string[] };
  readonly #conditions: string[] = [];

  /** The placeholder of an attribute. */
  name(attribute: string): string {
    const known = this.#names.get(attribute) ?? `#n${this.#names.size}`;
    this.#names.set(attribute, known);
    return known;
  }

  /** The placeholder of a value. */
  value(value: number | bigint | AttributeValue): string {
    const placeholder = `:v${Object.keys(this.#values).length}`;
    this.#values[placeholder] = typeof value === 'object' ? value : { N: String(value) };
    return placeholder;
  }

  set(attribute: string, value: number | bigint | AttributeValue): this {
    this.#clauses.SET.push(`${this.name(attribute)} = ${this.value(value)}`);
    return this;
  }

  add(attribute: string, count: number | bigint): this {
    this.#clauses.ADD.push(`${this.name(attribute)} ${this.value(count)}`);
    return this;
  }

  remove(attribute: string): this {
    this.#clauses.REMOVE.push(this.name(attribute));
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
