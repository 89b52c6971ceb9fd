import { DynamoDB } from '@aws-sdk/client-dynamodb';

/** The process is dead: nothing it would have done after this happens. */
export class Crash extends Error {}

/**
 * A client of DynamoDB whose process dies at its `at`-th call, before the call is sent or when it has been carried out; every later call
 * dies too, so that whatever runs on reaches nothing. 0 never dies.
 */
export function crashingClient(endpoint: string, at: number, when: 'before' | 'after'): DynamoDB {
  const client = new DynamoDB({
    endpoint,
    region: 'eu-west-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  let calls = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      calls += 1;
      const call = calls;
      if (at > 0 && (call > at || (call === at && when === 'before'))) throw new Crash(`died before call ${call}`);
      const result = await next(args);
      if (at > 0 && call === at) throw new Crash(`died after call ${call}`);
      return result;
    },
    { step: 'initialize', name: 'crash' },
  );
  return client;
}
