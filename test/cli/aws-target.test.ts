import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { CredentialStore } from '../../local/iam/credential-store.ts';
import { verifyRequest } from '../../local/sigv4/verify-request.ts';

/**
 * AWS as the command line meets it, on one loopback port. CloudFormation's DescribeStacks answers one stack with its outputs, and
 * ValidationError "Stack with id … does not exist" for others; the control API answers only requests whose SigV4 signature is right.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
const launcher = fileURLToPath(new URL('../../cli/maas.js', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'maas-aws-'));
const credentials = await CredentialStore.open(home, '123456789012');
const seen: string[] = [];
let server: Server;
let url: string;

const stackAnswer = (): string => `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <DescribeStacksResult><Stacks><member>
    <StackName>maas-prod-api</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime><StackStatus>CREATE_COMPLETE</StackStatus>
    <Outputs><member><OutputKey>ControlApiUrl</OutputKey><OutputValue>${url}/prod/</OutputValue></member></Outputs>
  </member></Stacks></DescribeStacksResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></DescribeStacksResponse>`;
const noStack = `<ErrorResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
  <Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id maas-dev-api does not exist</Message></Error><RequestId>r</RequestId></ErrorResponse>`;

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const [path = '', query = ''] = (request.url ?? '').split('?');
      const service = path.startsWith('/prod') ? 'execute-api' : 'cloudformation';
      try {
        const headers = Object.fromEntries(
          Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
        );
        const bodySha256 = createHash('sha256').update(body).digest('hex');
        const signed = { method: request.method ?? '', path, query, headers, bodySha256 };
        verifyRequest(signed, { service, region: 'eu-west-3', credentials });
      } catch (error) {
        response.writeHead(403).end(JSON.stringify({ message: String(error) }));
        return;
      }
      seen.push(`${request.method} ${path}${query === '' ? '' : `?${query}`}`);
      if (service === 'execute-api') {
        response.writeHead(200).end(JSON.stringify({ tenants: [], echo: body.toString() }));
      } else if (body.includes('StackName=maas-prod-api')) {
        response.writeHead(200, { 'content-type': 'text/xml' }).end(stackAnswer());
      } else {
        response.writeHead(400, { 'content-type': 'text/xml' }).end(noStack);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const { accessKeyId, secretAccessKey } = credentials.operator;
  writeFileSync(
    join(home, 'credentials'),
    `[ops]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`,
  );
  writeFileSync(join(home, 'config'), '[profile ops]\nregion = eu-west-3\n');
});
afterAll(() => server.close());
beforeEach(() => {
  seen.length = 0;
});

const maas = (...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    const env = {
      PATH: process.env['PATH'],
      AWS_ENDPOINT_URL_CLOUDFORMATION: url,
      AWS_SHARED_CREDENTIALS_FILE: join(home, 'credentials'),
      AWS_CONFIG_FILE: join(home, 'config'),
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_MAX_ATTEMPTS: '1',
    };
    execFile(process.execPath, [launcher, ...args], { env, cwd: home }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    );
  });

test('a stage in AWS is found by its stack, with the region and the credentials of the profile', async () => {
  const { code, stdout, stderr } = await maas('--stage', 'prod', '--profile', 'ops', 'tenants', 'list');
  expect(stderr).toBe('');
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'none\n' });
  expect(seen).toEqual(['POST /', 'GET /prod/tenants']);
});

test('a query is part of what is signed', async () => {
  const { stderr } = await maas(
    '--stage',
    'prod',
    '--profile',
    'ops',
    'usage',
    'a b',
    '--from',
    '2026-11-01T00:00:00+01:00',
    '--json',
  );
  expect(stderr).toBe('');
  expect(seen[1]).toBe('GET /prod/tenants/a%20b/usage?from=2026-11-01T00%3A00%3A00%2B01%3A00');
});

test('a stage that is not deployed is named', async () => {
  const { code, stderr } = await maas('--profile', 'ops', 'tenants', 'list');
  expect(code).toBe(1);
  expect(stderr).toContain('maas-dev-api');
  expect(stderr).toContain('does not exist');
});

test('missing credentials are an error that says so, not a stack', async () => {
  const { code, stderr } = await maas(
    '--stage',
    'prod',
    '--profile',
    'nobody',
    '--region',
    'eu-west-3',
    'tenants',
    'list',
  );
  expect(code).toBe(1);
  expect(stderr).toMatch(/^maas: .*(credentials|profile)/i);
});
