import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SageMakerDirectory } from '../../../../core/catalog/gpu/sagemaker-directory.ts';

interface Reply {
  readonly status?: number;
  readonly body: string;
}

let server: Server;
let directory: SageMakerDirectory;
let asked: { request: IncomingMessage; body: string } | undefined;
let reply: Reply | 'silence';
beforeAll(async () => {
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    asked = { request, body: await text(request) };
    if (reply !== 'silence') response.writeHead(reply.status ?? 200).end(reply.body);
  };
  server = createServer((request, response) => void respond(request, response));
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  directory = new SageMakerDirectory({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    random: () => 0,
  });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const described = (given: Reply | 'silence') => {
  reply = given;
  return directory.describe('maas-dev-model-a');
};
const refused = (status: number, type: string, message: string): Reply => ({
  status,
  body: JSON.stringify({ __type: type, message }),
});

test('SageMaker is asked for the endpoint by a signed DescribeEndpoint', async () => {
  // A field of each kind that the API reference has, most of which are of no interest here.
  const answer = {
    EndpointName: 'maas-dev-model-a',
    EndpointArn: 'arn:aws:sagemaker:eu-central-1:111122223333:endpoint/maas-dev-model-a',
    EndpointConfigName: 'c',
    EndpointStatus: 'InService',
    CreationTime: 1.7e9,
    LastModifiedTime: 1.7e9,
    ProductionVariants: [{ VariantName: 'AllTraffic', CurrentInstanceCount: 1 }],
  };
  expect(await described({ body: JSON.stringify(answer) })).toEqual({ status: 'InService', instances: 1 });
  expect(asked?.body).toBe('{"EndpointName":"maas-dev-model-a"}');
  expect(asked?.request).toMatchObject({
    method: 'POST',
    url: '/',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'SageMaker.DescribeEndpoint',
      authorization: expect.stringContaining('/eu-central-1/sagemaker/aws4_request'),
    },
  });
});

test('why it failed is told, on one line', async () => {
  const FailureReason = 'The primary container\ndid not pass the ping health check.\u0000';
  expect(await described({ body: JSON.stringify({ EndpointStatus: 'Failed', FailureReason }) })).toEqual({
    status: 'Failed',
    reason: 'The primary container did not pass the ping health check.',
  });
});

test.each([
  ['the sum of its variants', [{ CurrentInstanceCount: 2 }, { CurrentInstanceCount: 0 }], { instances: 2 }],
  ['not told when one of them does not tell', [{ CurrentInstanceCount: 2 }, {}], {}],
  ['not told when it is no list', 'two', {}],
])('how many instances it has is %s', async (_, ProductionVariants, instances) => {
  expect(await described({ body: JSON.stringify({ EndpointStatus: 'Updating', ProductionVariants }) })).toEqual({
    status: 'Updating',
    ...instances,
  });
});

test('an endpoint that is not there is absent', async () => {
  const arn = 'arn:aws:sagemaker:eu-central-1:111122223333:endpoint/maas-dev-model-a';
  expect(await described(refused(400, 'ValidationException', `Could not find endpoint "${arn}".`))).toEqual({
    status: 'absent',
    reason: 'it is not deployed; deploy the stage',
  });
});

test.each<[string, Reply, RegExp]>([
  [
    'without permission',
    refused(400, 'AccessDeniedException', 'User: arn:aws:sts::1:x is not authorized'),
    /needs sagemaker:DescribeEndpoint$/,
  ],
  [
    'throttled',
    refused(400, 'ThrottlingException', 'Rate exceeded'),
    /^SageMaker could not tell \(ThrottlingException\)$/,
  ],
  ['out of order', { status: 500, body: '<html>' }, /^SageMaker could not tell/],
  ['answered by something else', { body: 'hello' }, /gave no answer that could be read/],
  ['answered without a status', { body: '{}' }, /gave no answer that could be read/],
])('%s it is unknown, with the reason and nothing of the account', async (_, given, reason) => {
  const state = await described(given);
  expect(state).toEqual({ status: 'unknown', reason: expect.stringMatching(reason) });
  expect(JSON.stringify(state)).not.toContain('arn:');
});

test('a SageMaker that does not answer holds nobody up for long', { timeout: 5000 }, async () => {
  expect(await described('silence')).toMatchObject({ status: 'unknown' });
});
