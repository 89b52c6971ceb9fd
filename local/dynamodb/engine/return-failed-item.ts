import { database, validationOf } from './dynalite.ts';

/**
 * Teaches dynalite `ReturnValuesOnConditionCheckFailure: ALL_OLD`: the error of a failed condition carries the item as it is.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html
 */
export const returnFailedItem = (): void => {
  for (const name of ['putItem', 'updateItem', 'deleteItem']) {
    validationOf(name).types['ReturnValuesOnConditionCheckFailure'] = { type: 'String', enum: ['ALL_OLD', 'NONE'] };
  }
  const check = database.checkConditional;
  database.checkConditional = (data, existing) => {
    const error = check(data, existing);
    if (error && existing && data['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD') {
      error.body.Item = existing;
    }
    return error;
  };
};
