import { crc32 } from 'node:zlib';
import { type AwsAnswer, type AwsCall, AwsError, type AwsService } from '../endpoint/aws-call.ts';
import { authorize } from '../iam/authorize.ts';
import type { Principal } from '../iam/principal.ts';
import type { Keys } from '../kms/keys.ts';
import { type Access, accesses } from './accesses.ts';
import { dynamodbError } from './dynamodb-error.ts';
import type { EngineProcess } from './engine-process.ts';
import type { Tables } from './tables.ts';

interface Parts {
  readonly engine: EngineProcess;
  readonly tables: Tables;
  readonly keys: Keys;
  readonly region: string;
  readonly account: string;
  readonly log: (line: string) => void;
}

const target = 'DynamoDB_20120810.';
const denied = { code: 'AccessDeniedException', status: 400 };

/** DynamoDB behind the endpoint: says who may do what, and leaves the doing to the engine. */
export const dynamodbService = (parts: Parts): AwsService => ({
  signingName: 'dynamodb',
  handle: async (call) => {
    const operation = operationOf(call);
    const read = accesses.get(operation);
    if (!read) {
      throw dynamodbError('UnknownOperationException', `The operation ${operation} is not part of the local cloud.`);
    }
    for (const access of read(operation, call.body, parts.tables)) {
      check(access, call.principal, parts);
    }
    return forward(operation, call, parts);
  },
  renderError: ({ code, status, message }) =>
    render(status, JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message })),
});

const operationOf = ({ headers }: AwsCall): string => {
  const name = headers['x-amz-target'] ?? '';
  if (!name.startsWith(target)) {
    throw dynamodbError('UnknownOperationException', `x-amz-target does not begin with ${target}`);
  }
  return name.slice(target.length, target.length + 100);
};

const check = (access: Access, principal: Principal, { tables, keys, region, account }: Parts): void => {
  const { action, table, index, context, items } = access;
  const arn = `arn:aws:dynamodb:${region}:${account}:table/${table}`;
  const resource = index === undefined ? arn : `${arn}/index/${index}`;
  authorize({ principal, action: `dynamodb:${action}`, resource, context }, denied);
  const known = tables.get(table);
  if (!known) {
    // It may lie in the data folder still, from an earlier template.
    throw dynamodbError('ResourceNotFoundException', `Requested resource not found: Table: ${table} not found`);
  }
  if (known.keyArn !== undefined && items) {
    checkKey(known.keyArn, table, principal, keys, region, account);
  }
};

/**
 * Reading and writing the items of an encrypted table both take the principal's right to decrypt under its key.
 * https://docs.aws.amazon.com/kms/latest/developerguide/services-dynamodb.html
 */
const checkKey = (
  keyArn: string,
  table: string,
  principal: Principal,
  keys: Keys,
  region: string,
  account: string,
): void => {
  try {
    keys.authorizeUse(principal, keyArn, 'kms:Decrypt', {
      'kms:ViaService': `dynamodb.${region}.amazonaws.com`,
      'kms:EncryptionContext:aws:dynamodb:tableName': table,
      'kms:EncryptionContext:aws:dynamodb:subscriberId': account,
    });
  } catch (error) {
    if (error instanceof AwsError) {
      throw dynamodbError('AccessDeniedException', `KMS key access denied error: ${error.message}`);
    }
    throw error;
  }
};

const forward = async (operation: string, call: AwsCall, { engine, log }: Parts): Promise<AwsAnswer> => {
  try {
    const { status, body } = await engine.call(operation, call.body.toString('utf8'));
    return render(status, body);
  } catch (error) {
    // Whether a write happened is not known then, as with AWS's own 500; clients retry.
    log(`dynamodb ${operation} ${call.requestId}: ${error instanceof Error ? error.message : 'failed'}`);
    throw new AwsError('InternalServerError', 500, 'Internal server error');
  }
};

const render = (status: number, body: string): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-crc32': String(crc32(body)) },
  body,
});
