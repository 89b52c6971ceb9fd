import type { Access } from './access.ts';
import { carryOut, type Order } from './order.ts';
import { Watch } from './watch.ts';
import { watchedClient } from './watched-client.ts';

// A process of its own that carries out orders. Before and after each call of what is outside of it it tells its parent and waits for leave, so that it
// can be killed at exactly that point.
const access = JSON.parse(process.argv[2] ?? '') as Access;
const waiting = new Map<string, () => void>();

const tell = (message: object): void => {
  process.send?.(message);
};

process.on('message', (message: { id: number; order?: Order; leave?: string }) => {
  const { id, order, leave } = message;
  if (leave !== undefined) {
    waiting.get(leave)?.();
    waiting.delete(leave);
    return;
  }
  if (order === undefined) return;
  const watch = new Watch(
    (call, when, kind) =>
      new Promise<void>((resolve) => {
        waiting.set(`${id} ${when} ${call}`, resolve);
        tell({ id, call, when, kind });
      }),
  );
  const client = watchedClient(access, watch);
  carryOut(order, client, watch).then(
    (outcome) => tell({ id, outcome }),
    (error: unknown) => tell({ id, error: String(error) }),
  );
});
