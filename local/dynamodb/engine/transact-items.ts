import { database } from './dynalite.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html */
const itemsMax = 100;

/**
 * The parts of a transaction, each by its kind (`Put`, `Get`, …).
 *
 * @throws DynaliteError ValidationException when it has none or too many, or a part is not of exactly one of the kinds
 */
export const transactItems = (
  input: Record<string, unknown>,
  kinds: readonly string[],
): { part: string; input: unknown }[] => {
  const items = input['TransactItems'];
  if (!Array.isArray(items) || items.length < 1 || items.length > itemsMax) {
    throw database.validationError(`TransactItems must be a list of 1 to ${itemsMax} items`);
  }
  return items.map((item: unknown) => {
    const entries = Object.entries(typeof item === 'object' && item !== null ? item : {}).filter(
      ([, value]) => value !== null,
    );
    const [entry] = entries;
    if (entries.length !== 1 || !entry || !kinds.includes(entry[0])) {
      throw database.validationError(`TransactItems can only contain one of ${kinds.join(', ')}`);
    }
    return { part: entry[0], input: entry[1] };
  });
};
