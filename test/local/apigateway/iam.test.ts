import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import { describe, expect, test } from 'vitest';
import type { PolicyDocument } from '../../../local/iam/principal.ts';
import { restApiStack } from './rest-api-template.ts';
import { account, type RunningGateway, region, startGateway } from './start-gateway.ts';

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

const start = (): Promise<RunningGateway> =>
  startGateway({
    stack: restApiStack({
      api: { BinaryMediaTypes: ['*/*'] },
      methods: {
        'GET /tenants/{tenant}': { AuthorizationType: 'AWS_IAM' },
        'POST /tenants': { AuthorizationType: 'AWS_IAM' },
      },
    }),
    functions: { Function: (event) => ({ body: JSON.stringify(event) }) },
  });

/** Signs as AWS SDKs do. */
async function signed(
  url: string,
  keys: Keys,
  init: { method?: string; body?: string; service?: string } = {},
): Promise<RequestInit> {
  const { host, hostname, pathname, searchParams } = new URL(url);
  const { method = 'GET', body, service = 'execute-api' } = init;
  const signer = new SignatureV4({ service, region, credentials: keys, sha256: Sha256 });
  const { headers } = await signer.sign({
    method,
    protocol: 'http:',
    hostname,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { host },
    ...(body !== undefined && { body }),
  });
  return { method, headers, ...(body !== undefined && { body }) };
}

const roleKeys = ({ credentials }: RunningGateway, statement: PolicyDocument['Statement']): Keys =>
  credentials.issue({
    arn: `arn:aws:sts::${account}:assumed-role/caller/session`,
    account,
    roleArn: `arn:aws:iam::${account}:role/caller`,
    policies: [{ Version: '2012-10-17', Statement: statement }],
  });

describe('a method with IAM authorization', () => {
  test('lets in who signed, on both endpoints, and names the caller to the function', async () => {
    const gateway = await start();
    const { operator } = gateway.credentials;
    for (const base of [gateway.url, gateway.domainUrl]) {
      const url = `${base}/tenants/a%20b?x=1&y=%2F`;
      const response = await fetch(url, await signed(url, operator));
      expect(response.status).toBe(200);
      const event = (await response.json()) as { requestContext: object; headers: object };
      expect(event.requestContext).toMatchObject({
        identity: {
          accountId: account,
          accessKey: operator.accessKeyId,
          caller: 'operator',
          user: 'operator',
          userArn: `arn:aws:iam::${account}:user/operator`,
        },
      });
      // The signature is for the gateway only.
      expect(Object.keys(event.headers).map((name) => name.toLowerCase())).not.toContain('authorization');
    }
  });

  test('refuses a body, path or method other than the signed one', async () => {
    const gateway = await start();
    const { operator } = gateway.credentials;
    const url = `${gateway.url}/tenants`;
    const init = await signed(url, operator, { method: 'POST', body: '{"plan":"free"}' });
    expect((await fetch(url, init)).status).toBe(200);
    const tampered = await fetch(url, { ...init, body: '{"plan":"pro!"}' });
    expect(tampered.status).toBe(403);
    expect(((await tampered.json()) as { message: string }).message).toContain(
      'signature we calculated does not match',
    );
    expect(tampered.headers.get('x-amzn-errortype')).toBe('InvalidSignatureException');
    const other = `${gateway.url}/tenants/a`;
    expect((await fetch(`${gateway.url}/tenants/b`, await signed(other, operator))).status).toBe(403);
    expect(gateway.events['Function']).toHaveLength(1);
  });

  test('refuses an unsigned request, another service and unknown keys', async () => {
    const gateway = await start();
    const url = `${gateway.url}/tenants/a`;
    const unsigned = await fetch(url);
    expect([unsigned.status, await unsigned.json()]).toEqual([403, { message: 'Missing Authentication Token' }]);
    const { operator } = gateway.credentials;
    expect((await fetch(url, await signed(url, operator, { service: 'apigateway' }))).status).toBe(403);
    const stranger = await fetch(url, await signed(url, { accessKeyId: 'AKIAAAAAAAAAAAAAAAAA', secretAccessKey: 'x' }));
    expect([stranger.status, await stranger.json()]).toEqual([
      403,
      { message: 'The security token included in the request is invalid.' },
    ]);
  });

  test('asks the policies of the caller for execute-api:Invoke on this method', async () => {
    const gateway = await start();
    const url = `${gateway.url}/tenants/a`;
    const arn = `arn:aws:execute-api:${region}:${account}:${gateway.apiId}/live/GET/tenants/a`;
    const may = roleKeys(gateway, { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: arn });
    expect((await fetch(url, await signed(url, may))).status).toBe(200);
    const mayNot = roleKeys(gateway, {
      Effect: 'Allow',
      Action: 'execute-api:Invoke',
      Resource: arn.replace('GET', 'POST'),
    });
    const response = await fetch(url, await signed(url, mayNot));
    expect(response.status).toBe(403);
    expect(((await response.json()) as { Message: string }).Message).toBe(
      `User: arn:aws:sts::${account}:assumed-role/caller/session is not authorized to perform: execute-api:Invoke on resource: ${arn} ` +
        'because no identity-based policy allows the execute-api:Invoke action',
    );
    expect(response.headers.get('x-amzn-errortype')).toBe('AccessDeniedException');
  });
});
