import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { ResourceType } from '../cloudformation/resource-type.ts';
import { AwsError } from '../endpoint/aws-call.ts';
import { describeFailure } from '../endpoint/describe-failure.ts';
import type { CredentialStore } from '../iam/credential-store.ts';
import type { Principal } from '../iam/principal.ts';
import type { Keys } from '../kms/keys.ts';
import { Buckets } from './buckets.ts';
import { errorAnswer } from './error-answer.ts';
import { postObject } from './form/post-object.ts';
import { objectsOf, type S3Objects, type S3Place } from './objects-of.ts';
import { checkHeaders } from './operation/check-headers.ts';
import { findOperation } from './operation/find-operation.ts';
import { provideFile } from './provide-file.ts';
import { authenticate } from './request/authenticate.ts';
import { parseTarget } from './request/parse-target.ts';
import type { S3Answer } from './request/s3-answer.ts';
import { autoDeleteObjectsResource } from './resource/auto-delete-objects-resource.ts';
import { bucketPolicyResource } from './resource/bucket-policy-resource.ts';
import { bucketResource } from './resource/bucket-resource.ts';
import type { S3State } from './s3-state.ts';
import { sendAnswer } from './send-answer.ts';
import { Store } from './store/store.ts';

interface S3Options {
  /** S3 keeps what it has in the folder `s3` there. */
  readonly dataDir: string;
  readonly region: string;
  readonly account: string;
  readonly credentials: CredentialStore;
  readonly keys: Keys;
  /** Takes a line about each unexpected error. */
  readonly log: (line: string) => void;
  /** Epoch milliseconds. @default Date.now */
  readonly now?: () => number;
}

interface S3 {
  /** Answers one request, whatever it is. Never rejects. */
  handle(req: IncomingMessage, res: ServerResponse): Promise<void>;
  /** For services of the local cloud that read and write objects for a role. */
  objectsOf(principal: Principal): S3Objects;
  /** Puts a file of this machine where the CDK would have uploaded it, unless it is there. */
  provideFile(place: S3Place, path: string): Promise<void>;
  /** `AWS::S3::Bucket`, `AWS::S3::BucketPolicy`, `Custom::S3AutoDeleteObjects`. */
  readonly resourceTypes: readonly ResourceType[];
  /** Closes the files. To be called when no request is under way. */
  stop(): void;
}

/**
 * Opens the S3 of the local cloud. What it does is specified in README.md beside this file.
 *
 * @throws when the data folder cannot be read or written
 */
export function openS3({ dataDir, region, account, credentials, keys, log, now = Date.now }: S3Options): S3 {
  const state: S3State = { region, account, buckets: new Buckets(), store: new Store(join(dataDir, 's3')), keys, now };

  const serve = async (req: IncomingMessage, body: AsyncIterable<Uint8Array>): Promise<S3Answer> => {
    const method = req.method ?? '';
    const headers = joinedHeaders(req);
    const target = parseTarget(req.url ?? '');
    const isForm = /^multipart\/form-data\b/i.test(headers['content-type'] ?? '');
    if (
      method === 'POST' &&
      target.key === '' &&
      target.query === '' &&
      isForm &&
      headers['authorization'] === undefined
    ) {
      return postObject(state, { bucketName: target.bucketName, headers, body, credentials });
    }
    const call = authenticate({ method, target, headers, body }, { region, credentials, now });
    const operation = findOperation(call);
    checkHeaders(call, account);
    return operation.run(state, call);
  };

  const handle = async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    const requestId = randomBytes(8).toString('hex').toUpperCase();
    const [resource = ''] = (req.url ?? '').split('?');
    res.setHeader('x-amz-request-id', requestId);
    // Refusing a request must not cut the connection before the refusal is read.
    const body = req.iterator({ destroyOnReturn: false });
    try {
      const answer = await serve(req, body).catch((error: unknown) => {
        if (error instanceof AwsError) return errorAnswer(error, resource, requestId);
        if (!req.readableAborted) report(error, requestId);
        return errorAnswer(
          new AwsError('InternalError', 500, 'We encountered an internal error. Please try again.'),
          resource,
          requestId,
        );
      });
      await sendAnswer(res, answer);
    } catch (error) {
      // A client that leaves early is no failure of ours.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') report(error, requestId);
      res.destroy();
    } finally {
      await body.return?.();
      // What the client is still sending is read and dropped: only then does it look for the answer.
      req.resume();
    }
  };

  const report = (error: unknown, requestId: string): void =>
    log(`s3 failed in request ${requestId}: ${describeFailure(error)}`);

  return {
    handle,
    objectsOf: (principal) => objectsOf(state, principal),
    provideFile: (place, path) => provideFile(state, place, path),
    resourceTypes: [bucketResource(state), bucketPolicyResource(state.buckets), autoDeleteObjectsResource],
    stop: () => state.store.close(),
  };
}

const joinedHeaders = (req: IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(req.headersDistinct).map(([name, values = []]) => [name, values.join(',')]));
