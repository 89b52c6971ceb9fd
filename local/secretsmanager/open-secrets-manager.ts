import type { ResourceType } from '../cloudformation/resource-type.ts';
import { type AwsAnswer, AwsError, type AwsService } from '../endpoint/aws-call.ts';
import type { Keys } from '../kms/keys.ts';
import { authorizeSecret } from './authorize-secret.ts';
import { type Input, operations, secretOf } from './operations.ts';
import { secretResource } from './secret-resource.ts';
import { Secrets } from './secrets.ts';

interface Options {
  /** The values are in its folder `secretsmanager`. */
  readonly dataDir: string;
  readonly region: string;
  readonly keys: Keys;
}

/** The emulated Secrets Manager of one account and region. */
export interface SecretsManager {
  readonly service: AwsService;
  readonly resourceTypes: readonly ResourceType[];
}

const target = 'secretsmanager.';
/** A value of the allowed size, every byte of it escaped. */
const bodyBytesMax = 512 * 1024;

/** Opens Secrets Manager over a data folder. */
export function openSecretsManager({ dataDir, region, keys }: Options): SecretsManager {
  const secrets = new Secrets(dataDir);
  return {
    resourceTypes: [secretResource(secrets, keys)],
    service: {
      signingName: 'secretsmanager',
      bodyBytesMax,
      handle: async ({ headers, body, principal }) => {
        const name = (headers['x-amz-target'] ?? '').slice(0, 100);
        const operation = name.startsWith(target) ? operations.get(name.slice(target.length)) : undefined;
        if (operation === undefined) {
          throw new AwsError('NotImplemented', 501, `"${name}" is not part of the local cloud's Secrets Manager.`);
        }
        const input = inputOf(body);
        const secret = secretOf(secrets, input);
        authorizeSecret(principal, name.slice(target.length), secret, keys, region);
        return answer(200, operation(secrets, secret, input));
      },
      renderError: ({ status, code, message }) => answer(status, { __type: code, Message: message, message }),
    },
  };
}

function inputOf(body: Buffer): Input {
  try {
    const input: unknown = JSON.parse(body.toString('utf8'));
    if (typeof input === 'object' && input !== null) return input as Input;
  } catch {
    // Answered below like any other body that is no object.
  }
  throw new AwsError('SerializationException', 400, 'The body is not a JSON object.');
}

const answer = (status: number, output: object): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(output),
});
