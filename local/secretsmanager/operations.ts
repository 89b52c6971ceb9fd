import { AwsError } from '../endpoint/aws-call.ts';
import type { Declared, Secrets, SecretVersion } from './secrets.ts';

/** A call's input as JSON has it; nothing of it is known to be what it should. */
export type Input = Readonly<Record<string, unknown>>;

type Operation = (secrets: Secrets, secret: Declared, input: Input) => object;

const labels = ['AWSCURRENT', 'AWSPREVIOUS'];
const valueBytesMax = 65_536;

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', 400, message);
const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', 400, `Secrets Manager can't find the specified secret ${what}.`);

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
const getSecretValue: Operation = (secrets, secret, { VersionId, VersionStage }) => {
  const { versions } = secrets.get(secret);
  const label = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
  const index = versions.findIndex(
    ({ id }, at) => (VersionId === undefined || id === VersionId) && (label === undefined || labels[at] === label),
  );
  const found = versions[index];
  if (found === undefined) throw notFound(`value for ${VersionId === undefined ? 'staging label' : 'VersionId'}`);
  return {
    ARN: secret.arn,
    Name: secret.name,
    VersionId: found.id,
    SecretString: found.value,
    VersionStages: labels.slice(index, index + 1),
    CreatedDate: found.createdAtMs / 1000,
  };
};

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html */
const putSecretValue: Operation = (secrets, secret, input) => {
  const { SecretString: value, ClientRequestToken: id, VersionStages, SecretBinary } = input;
  if (VersionStages !== undefined || SecretBinary !== undefined) {
    throw invalid('VersionStages and SecretBinary are not part of the local cloud.');
  }
  if (typeof value !== 'string' || value === '') throw invalid('You must provide a SecretString.');
  if (Buffer.byteLength(value) > valueBytesMax) throw invalid(`SecretString is longer than ${valueBytesMax} bytes.`);
  if (typeof id !== 'string' || id.length < 32 || id.length > 64) {
    throw invalid('ClientRequestToken must have 32 to 64 characters.');
  }
  const { versions, ...rest } = secrets.get(secret);
  const known = versions.find((version) => version.id === id);
  if (known === undefined) {
    const version: SecretVersion = { id, value, createdAtMs: Date.now() };
    secrets.put({ ...rest, versions: [version, ...versions.slice(0, 1)] });
  } else if (known.value !== value) {
    throw new AwsError('ResourceExistsException', 400, 'A version with this token has another value.');
  }
  return { ARN: secret.arn, Name: secret.name, VersionId: id, VersionStages: ['AWSCURRENT'] };
};

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html */
const describeSecret: Operation = (secrets, secret) => {
  const { versions } = secrets.get(secret);
  return {
    ARN: secret.arn,
    Name: secret.name,
    KmsKeyId: secret.keyArn,
    LastChangedDate: versions[0] && versions[0].createdAtMs / 1000,
    VersionIdsToStages: Object.fromEntries(versions.map(({ id }, index) => [id, labels.slice(index, index + 1)])),
  };
};

/** The operations that there are. */
export const operations: ReadonlyMap<string, Operation> = new Map([
  ['DescribeSecret', describeSecret],
  ['GetSecretValue', getSecretValue],
  ['PutSecretValue', putSecretValue],
]);

/** The secret that a call is about. @throws AwsError when it names none that there is */
export function secretOf(secrets: Secrets, { SecretId }: Input): Declared {
  if (typeof SecretId !== 'string' || SecretId === '') throw invalid('SecretId is missing.');
  const found = secrets.find(SecretId);
  if (found === undefined) throw notFound('');
  return found;
}
