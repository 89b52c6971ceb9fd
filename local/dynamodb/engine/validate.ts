import { type Data, type Store, validationOf, validations } from './dynalite.ts';

/**
 * Checks an operation's input and parses its expressions.
 *
 * @param name of the operation in lower camel case
 * @throws DynaliteError SerializationException, ValidationException
 */
export const validate = (store: Store, name: string, input: unknown): Data => {
  const { types, custom } = validationOf(name);
  const data = validations.checkTypes(input, types);
  validations.checkValidations(data, types, custom, store);
  return data;
};
