import { type Data, database, isDynaliteError, type Store, validationOf, validations } from './dynalite.ts';
import { EngineError } from './engine-error.ts';

/** DynamoDB takes 32 levels of lists and maps, each of which is two levels of JSON, inside of a few of the operation's own. */
const jsonLevelsMax = 72;

/** Of each expression as it was sent, its placeholders not filled in. */
const expressionBytesMax = 4096;
const expressions = [
  'UpdateExpression',
  'ConditionExpression',
  'KeyConditionExpression',
  'FilterExpression',
  'ProjectionExpression',
];

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
    checkExpressions(data);
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

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html#limits-expression-parameters */
const checkExpressions = (data: Data): void => {
  for (const name of expressions) {
    const text = data[name];
    if (typeof text !== 'string') continue;
    const sizeBytes = Buffer.byteLength(text);
    if (sizeBytes > expressionBytesMax) {
      throw database.validationError(
        `Invalid ${name}: Expression size has exceeded the maximum allowed size; expression size: ${sizeBytes}`,
      );
    }
  }
};

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1)));
