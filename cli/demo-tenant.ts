import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { CliError } from './cli-error.ts';
import type { ControlClient } from './control-client.ts';

const demoFile = z.object({ url: z.string(), tenant: z.string(), apiKey: z.string() });

/** The tenant that a newcomer tries the platform with, as `<data>/demo.json` tells it. */
export type DemoTenant = z.infer<typeof demoFile>;

/** Creates the demo tenant at the first start, keeps its key at later ones, and writes `file` (readable by its owner alone). */
export async function ensureDemoTenant(client: ControlClient, file: string, url: string): Promise<DemoTenant> {
  const { tenant, apiKey } = readDemo(file) ?? (await createTenant(client));
  const demo = { url, tenant, apiKey };
  writeFileSync(`${file}.new`, `${JSON.stringify(demo, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return demo;
}

/** What is no longer a demo file counts as lost: its tenant gets another key. */
function readDemo(file: string): DemoTenant | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return demoFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

async function createTenant(client: ControlClient): Promise<{ tenant: string; apiKey: string }> {
  try {
    return await create(client, '/tenants', { name: 'demo', plan: 'pro' });
  } catch (error) {
    if (!(error instanceof CliError && error.status === 409)) throw error;
    if (error.retryAfterSeconds !== undefined) {
      // A start before this one died while it created the tenant; the name is free again after that time.
      await new Promise((resolve) => setTimeout(resolve, Number(error.retryAfterSeconds) * 1000));
      return createTenant(client);
    }
    // The tenant is there and only demo.json was lost, and with it the key: make another.
    return create(client, '/tenants/demo/keys', { name: 'demo' });
  }
}

async function create(client: ControlClient, path: string, body: object): Promise<{ tenant: string; apiKey: string }> {
  const { tenant, apiKey } = await client.call<{ tenant: string; apiKey: string }>('POST', path, { body });
  return { tenant, apiKey };
}
