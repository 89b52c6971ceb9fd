import { type Data, database, isDynaliteError, type Store, validationOf, validations } from './dynalite.ts';
import { EngineError } from './engine-error.ts';

/** DynamoDB takes 32 levels of lists and maps, each of which is two levels of JSON, inside of a few of the operation's own. */
const jsonLevelsMax = 72;

/**
 * Checks an operation's input and parses its expressions.
 *
 * @param name of the operation in lower camel case
 * @throws DynaliteError SerializationException, ValidationException
 */
export const validate = (store: Store, name: string, input: unknown): Data => {
  if (isDeeper(input, jsonLevelsMax)) {
    throw database.validationError('Nesting Levels have exceeded supported limits');
  }
  const { types, custom } = validationOf(name);
  try {
    const data = validations.checkTypes(input, types);
    validations.checkValidations(data, types, custom, store);
    return data;
  } catch (error) {
    if (isDynaliteError(error)) {
      throw error;
    }
    // Validation looks at nothing but the input, so where dynalite stumbles (a null in place of a value) the input is to blame.
    throw new EngineError('SerializationException', 'The input is malformed');
  }
};

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));
