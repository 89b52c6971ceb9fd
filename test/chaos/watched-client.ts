import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Access } from './access.ts';
import type { Watch } from './watch.ts';

/** A client of DynamoDB whose calls are watched. */
export function watchedClient(access: Access, watch: Watch): DynamoDB {
  const client = new DynamoDB({ ...access, maxAttempts: 1 });
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) =>
        watch.call(commandName.replace(/Command$/, ''), () => next(args)),
    { step: 'initialize', name: 'watch' },
  );
  return client;
}
