import { randomUUID } from 'node:crypto';
import { Command } from 'commander';
import { ControlClient } from '../control-client.ts';
import type { Row } from '../format-table.ts';
import { parseDuration } from '../parse-duration.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { findTarget } from '../target.ts';

interface Key {
  readonly keyId: string;
  readonly name: string;
  readonly display: string;
  readonly status: string;
  readonly scopes: readonly string[];
  readonly models?: readonly string[];
  readonly createdAt: string;
  readonly expiresAt?: string;
  readonly lastUsedAt?: string;
}
interface CreatedKey {
  readonly tenant: string;
  readonly keyId: string;
  readonly apiKey: string;
}
interface RotatedKey extends CreatedKey {
  readonly rotatedFrom: string;
  readonly oldExpiresAt: string;
}
interface CreateOptions {
  readonly name?: string;
  readonly scopes?: readonly string[];
  readonly models?: readonly string[];
  readonly expires?: string;
}
interface RotateOptions {
  readonly overlap: string;
  readonly token: string;
}

const keysPath = (tenant: string): string => `/tenants/${pathSegment('tenant', tenant)}/keys`;
const keyPath = (tenant: string, key: string): string => `${keysPath(tenant)}/${pathSegment('key', key)}`;
const row = (key: Key): Row => ({
  'key id': key.keyId,
  name: key.name,
  key: key.display,
  status: key.status,
  scopes: key.scopes.join(' '),
  models: key.models?.join(' ') ?? 'all',
  created: key.createdAt,
  'last used': key.lastUsedAt,
  expires: key.expiresAt,
});
const shownOnce = 'Store the API key now: it cannot be shown again.';

/** `a b` and `a,b` alike. */
const listed = (value: string, before: readonly string[] = []): readonly string[] => [...before, ...value.split(',')];

/** `maas keys create|list|revoke|rotate` */
export function keysCommand(): Command {
  const keys = new Command('keys').description("create, list, revoke and rotate a tenant's API keys");

  keys
    .command('create <tenant>')
    .description('create one more API key, which is shown this once')
    .option('--name <name>', 'what the key is for')
    .option(
      '--scopes <scope...>',
      'of infer, usage:read, keys:read and keys:write; without it all but keys:write',
      listed,
    )
    .option('--models <model...>', 'the only models that exist for the key; without it all of the tenant', listed)
    .option('--expires <duration>', 'for how long the key works, e.g. 12h or 90d; without it until it is revoked')
    .action(async (tenant: string, { expires, ...wish }: CreateOptions, command: Command) => {
      const body = { ...wish, ...(expires === undefined ? {} : { expiresAt: after(parseDuration(expires)) }) };
      const client = new ControlClient(await findTarget(command));
      const created = await client.call<CreatedKey>('POST', keysPath(tenant), { body });
      print(command, created, () => `key id   ${created.keyId}\nAPI key  ${created.apiKey}\n\n${shownOnce}`);
    });

  keys
    .command('list <tenant>')
    .description("list a tenant's keys, without their secrets")
    .action(async (tenant: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<{ keys: Key[] }>('GET', keysPath(tenant));
      print(command, answer, () => answer.keys.map(row));
    });

  keys
    .command('revoke <tenant> <key-id>')
    .description('refuse a key from now on')
    .action(async (tenant: string, key: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Key>('DELETE', keyPath(tenant, key));
      print(command, answer, () => [row(answer)]);
    });

  keys
    .command('rotate <tenant> <key-id>')
    .description('replace a key by a new one; the old one keeps working for the overlap')
    .option('--overlap <duration>', 'how long the old key still works, e.g. 0, 1h, 24h, 7d', '24h')
    .option('--token <token>', 'repeat a rotation whose answer was lost, by the token that it had', randomUUID())
    .action(async (tenant: string, key: string, { overlap, token }: RotateOptions, command: Command) => {
      const body = { overlapSeconds: parseDuration(overlap) };
      const client = new ControlClient(await findTarget(command));
      const options = { body, idempotencyKey: token };
      let rotated: RotatedKey;
      try {
        rotated = await client.call<RotatedKey>('POST', `${keyPath(tenant, key)}/rotate`, options);
      } catch (error) {
        // Whatever became of it, the same token finishes it or gives the key that is there.
        console.error(`To repeat this rotation within a day: --token ${token}`);
        throw error;
      }
      print(
        command,
        rotated,
        () =>
          `key id   ${rotated.keyId}\nAPI key  ${rotated.apiKey}\n\nThe old key ${rotated.rotatedFrom} works until ${rotated.oldExpiresAt}.\n${shownOnce}`,
      );
    });

  return keys;
}

const after = (seconds: number): string => new Date(Date.now() + seconds * 1000).toISOString();
