import type { CredentialStore } from '../../iam/credential-store.ts';
import { authorizeS3 } from '../access/authorize-s3.ts';
import { useKey } from '../access/use-key.ts';
import { contentClaims } from '../body/content-claims.ts';
import { IncomingContent } from '../body/incoming-content.ts';
import { checkHeaders } from '../operation/check-headers.ts';
import { encryptionHeaders } from '../request/encryption-headers.ts';
import { objectAttributesOf } from '../request/object-attributes-of.ts';
import { objectLocation } from '../request/object-location.ts';
import type { S3Answer } from '../request/s3-answer.ts';
import type { S3Call } from '../request/s3-call.ts';
import { writeCondition } from '../request/write-condition.ts';
import { s3Error } from '../s3-error.ts';
import type { S3State } from '../s3-state.ts';
import { objectBytesMax } from '../store/object-bytes-max.ts';
import { writeObject } from '../store/write-object.ts';
import { xmlDocument } from '../xml/xml-document.ts';
import { checkPostPolicy } from './post-policy.ts';
import { readForm } from './read-form.ts';
import { verifyForm } from './verify-form.ts';

interface Upload {
  readonly bucketName: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly credentials: CredentialStore;
}

const keyBytesMax = 1024;
/** Fields that ask for what this S3 does not do. */
const unsupported = ['success_action_redirect', 'redirect', 'tagging'];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html: an upload from a web page, allowed by a signed policy. */
export async function postObject(state: S3State, upload: Upload): Promise<S3Answer> {
  const { bucketName, headers, body, credentials } = upload;
  const { fields, fileName, file } = await readForm(headers['content-type'] ?? '', body);
  const nowMs = state.now();
  const principal = verifyForm(fields, { region: state.region, credentials, nowMs });
  const allowance = checkPostPolicy(fields.get('policy') ?? '', new Map([...fields, ['bucket', bucketName]]), nowMs);
  for (const field of unsupported) if (fields.has(field)) throw s3Error.notImplemented(`The form field ${field}`);

  const key = fields.get('key')?.replaceAll(/\$\{filename\}/g, () => fileName) ?? '';
  if (key === '') throw s3Error.invalidArgument("Bucket POST must contain a field named 'key'.");
  if (Buffer.byteLength(key) > keyBytesMax) throw s3Error.keyTooLong();
  const call: S3Call = {
    method: 'POST',
    bucketName,
    key,
    query: new Map(),
    headers: { ...headersOf(fields), host: headers['host'] },
    body,
    principal,
    authType: 'POST',
  };
  checkHeaders(call, state.account);
  const bucket = state.buckets.find(bucketName);
  authorizeS3(state, call, { action: 's3:PutObject', bucket, key });
  const attributes = objectAttributesOf(state, call, bucket);
  useKey(state, call, 'kms:GenerateDataKey', { bucket, key, encryption: attributes.encryption });
  const claims = contentClaims(call.headers);
  const algorithm = claims.checksum?.algorithm ?? 'CRC64NVME';
  const content = new IncomingContent(file, {
    claims,
    sizeBytesMin: allowance.sizeBytesMin,
    sizeBytesMax: Math.min(allowance.sizeBytesMax, objectBytesMax),
    algorithms: [algorithm],
  });
  const condition = writeCondition(call);
  const object = await writeObject(state, { bucket: bucketName, key, attributes, condition, content, algorithm });

  const location = objectLocation(call);
  const etag = `"${object.etag}"`;
  const wanted = fields.get('success_action_status');
  const status = wanted === '200' || wanted === '201' ? Number(wanted) : 204;
  return {
    status,
    headers: { etag, location, ...encryptionHeaders(attributes.encryption) },
    ...(status === 201 && {
      body: xmlDocument('PostResponse', { Location: location, Bucket: bucketName, Key: key, ETag: etag }),
    }),
  };
}

/** Fields say what headers say elsewhere; those of the signature are no headers. */
function headersOf(fields: ReadonlyMap<string, string>): Record<string, string> {
  const signature = ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature', 'x-amz-security-token'];
  const headers = Object.fromEntries([...fields].filter(([name]) => !signature.includes(name)));
  const { acl, ...others } = headers;
  return acl === undefined ? others : { ...others, 'x-amz-acl': acl };
}
