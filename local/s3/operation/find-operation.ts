import type { S3Call } from '../request/s3-call.ts';
import { s3Error } from '../s3-error.ts';
import type { Operation } from './operation.ts';
import { operationName } from './operation-name.ts';
import { operations } from './operations.ts';

/** Says which operation an SDK meant. It is for logs; the path and the other parameters decide. */
const sdkParameter = 'x-id';

/**
 * The operation that a request asks for.
 *
 * @throws AwsError `NotImplemented`, with the operation's name, for one that is missing here or has a parameter that is
 */
export function findOperation(call: S3Call): Operation {
  const name = operationName(call);
  const operation = operations.get(name);
  if (operation === undefined) throw s3Error.notImplemented(name);
  for (const parameter of call.query.keys()) {
    if (parameter !== sdkParameter && !operation.parameters.includes(parameter)) {
      throw s3Error.notImplemented(`${name} with the parameter ${parameter}`);
    }
  }
  if (call.query.get('list-type') !== undefined && call.query.get('list-type') !== '2') {
    throw s3Error.invalidArgument('list-type must be 2.');
  }
  return operation;
}
