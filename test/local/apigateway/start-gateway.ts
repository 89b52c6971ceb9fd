import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APIGatewayClient } from '@aws-sdk/client-api-gateway';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import type { ApiGateway } from '../../../local/apigateway/api-gateway.ts';
import type { LambdaAccess } from '../../../local/apigateway/lambda-access.ts';
import { openApiGateway } from '../../../local/apigateway/open-api-gateway.ts';
import type { AssemblyStack } from '../../../local/cloudformation/assembly.ts';
import { deploy, type StackOutputs } from '../../../local/cloudformation/deploy.ts';
import type { ResourceType } from '../../../local/cloudformation/resource-type.ts';
import { AwsError } from '../../../local/endpoint/aws-call.ts';
import { startEndpoint } from '../../../local/endpoint/start-endpoint.ts';
import { CredentialStore } from '../../../local/iam/credential-store.ts';
import { verifyRequest } from '../../../local/sigv4/verify-request.ts';

export const region = 'eu-central-1';
export const account = '123456789012';

/** What a function gets: a proxy event, or that of an authorizer. */
export type TestEvent = APIGatewayProxyEvent & { readonly type: string; readonly methodArn: string };

/** What an emulated function does with its event. A thrown error is a function error. */
export type TestFunction = (event: TestEvent) => unknown;

interface GatewayUnderTest {
  readonly stack: AssemblyStack;
  /** By logical id. */
  readonly functions: Readonly<Record<string, TestFunction>>;
  /** Kept by the caller; a fresh one is thrown away. */
  readonly dataDir?: string;
  readonly now?: () => number;
  readonly lambda?: Partial<LambdaAccess>;
  readonly more?: readonly ResourceType[];
}

/** A function's raw answer, byte for byte what Lambda would hand over. */
export class RawPayload {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Everything that a test asks of a running gateway. */
export interface RunningGateway {
  readonly gateway: ApiGateway;
  /** The stage on the execute-api endpoint, without a slash at the end. */
  readonly url: string;
  /** The stage at the root of a port of its own. */
  readonly domainUrl: string;
  readonly endpointUrl: string;
  readonly apiId: string;
  readonly outputs: StackOutputs;
  readonly client: APIGatewayClient;
  readonly credentials: CredentialStore;
  /** Events by logical id of the function, in order. */
  readonly events: Readonly<Record<string, TestEvent[]>>;
  /** `group: line` */
  readonly logLines: readonly string[];
  stop(): Promise<void>;
}

const arnOf = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}`;

/** Starts a gateway over HTTP, with functions that run in this process. It stops by itself when the test is over. */
export async function startGateway(wanted: GatewayUnderTest): Promise<RunningGateway> {
  const dataDir = wanted.dataDir ?? (await mkdtemp(join(tmpdir(), 'apigateway-')));
  const credentials = await CredentialStore.open(dataDir, account);
  const logLines: string[] = [];
  const events: Record<string, TestEvent[]> = Object.fromEntries(
    Object.keys(wanted.functions).map((name) => [name, []]),
  );
  const gateway = openApiGateway({
    dataDir,
    region,
    lambda: { ...inProcessLambda(wanted.functions, events), ...wanted.lambda },
    verifySignature: (request) => verifyRequest(request, { service: 'execute-api', region, credentials }),
    logs: { write: (group, line) => void logLines.push(`${group}: ${line}`) },
    ...(wanted.now && { now: wanted.now }),
  });
  const types = [...gateway.resourceTypes, functionType, ...(wanted.more ?? [])];
  const registry = { types: new Map(types.map((type) => [type.type, type])), unaffecting: {} };
  const outputs = await deploy(
    { stacks: [wanted.stack], assets: new Map() },
    { account, region },
    registry,
    () => undefined,
  );
  const apiId = outputs[wanted.stack.name]?.['ApiId'] ?? '';
  const endpoint = await startEndpoint({
    region,
    credentials,
    services: [gateway.service],
    s3: async (_, response) => void response.writeHead(501).end(),
    executeApi: (request, response) => gateway.executeApi(request, response),
    log: (line) => void logLines.push(`endpoint: ${line}`),
  });
  const domain = await listen(gateway, apiId);
  let stopped = false;
  const stop = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    domain.closeAllConnections();
    domain.close();
    await endpoint.stop();
    gateway.stop();
    if (wanted.dataDir === undefined) await rm(dataDir, { recursive: true });
  };
  onTestFinished(stop);
  return {
    gateway,
    url: `${endpoint.url}/_aws/execute-api/${apiId}/live`,
    domainUrl: `http://127.0.0.1:${(domain.address() as AddressInfo).port}`,
    endpointUrl: endpoint.url,
    apiId,
    outputs,
    client: new APIGatewayClient({ endpoint: endpoint.url, region, credentials: credentials.operator, maxAttempts: 1 }),
    credentials,
    events,
    logLines,
    stop,
  };
}

async function listen(gateway: ApiGateway, apiId: string): Promise<Server> {
  const target = (url: string) => ({ apiId, stage: 'live', path: url.split('?', 1)[0] ?? '', customDomain: true });
  const server = createServer(
    (request, response) => void gateway.handle(request, response, target(request.url ?? '/')),
  );
  server.on('checkContinue', (request, response) => {
    void gateway.handle(request, response, { ...target(request.url ?? '/'), awaitsContinue: true });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function inProcessLambda(
  functions: Readonly<Record<string, TestFunction>>,
  events: Record<string, unknown[]>,
): LambdaAccess {
  return {
    permits: ({ functionArn }) => Object.keys(functions).some((name) => arnOf(name) === functionArn),
    async invoke(functionArn, payload) {
      const name = functionArn.split(':').at(-1) ?? '';
      const handler = functions[name];
      if (handler === undefined) throw new AwsError('ResourceNotFoundException', 404, `no function ${name}`);
      const event = JSON.parse(payload.toString('utf8')) as TestEvent;
      events[name]?.push(event);
      try {
        const result = await handler(event);
        return { payload: Buffer.from(result instanceof RawPayload ? result.text : JSON.stringify(result ?? null)) };
      } catch (error) {
        if (error instanceof AwsError) throw error;
        const failure = { errorType: 'Error', errorMessage: (error as Error).message };
        return { payload: Buffer.from(JSON.stringify(failure)), functionError: 'Unhandled' };
      }
    },
  };
}

const functionType: ResourceType = {
  type: 'AWS::Lambda::Function',
  properties: z.looseObject({}),
  noLocalEffect: {},
  create: async ({ logicalId }) => ({ ref: logicalId, attributes: { Arn: arnOf(logicalId) } }),
};
