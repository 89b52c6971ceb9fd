import { DynamoDB } from '@aws-sdk/client-dynamodb';

/** A client of DynamoDB that asks at each call, before it is sent and when it has been carried out, whether to go on. */
export function watchedClient(
  endpoint: string,
  reached: (call: number, when: 'before' | 'after') => void | Promise<void>,
): DynamoDB {
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
      await reached(call, 'before');
      const result = await next(args);
      await reached(call, 'after');
      return result;
    },
    { step: 'initialize', name: 'watch' },
  );
  return client;
}
