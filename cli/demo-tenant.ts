import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { CliError } from './cli-error.ts';
import type { ControlClient } from './control-client.ts';

const demoFile = z.object({ url: z.string(), tenant: z.string(), apiKey: z.string() });

/** The tenant that a newcomer tries the platform with, as `<data>/demo.json` tells it. */
export type DemoTenant = z.infer<typeof demoFile>;

/** Creates the demo tenant at the first start, keeps its key at later ones, and writes `file` (readable by its owner alone). */
export async function ensureDemoTenant(client: ControlClient, file: string, url: string): Promise<DemoTenant> {
  const kept = existsSync(file) ? demoFile.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
  const demo = { url, ...(kept ?? (await createTenant(client))) };
  const written = { ...demo, url };
  writeFileSync(`${file}.new`, `${JSON.stringify(written, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return written;
}

async function createTenant(client: ControlClient): Promise<{ tenant: string; apiKey: string }> {
  try {
    const { tenant, apiKey } = await client.call<{ tenant: string; apiKey: string }>('POST', '/tenants', {
      body: { name: 'demo', plan: 'pro' },
    });
    return { tenant, apiKey };
  } catch (error) {
    if (!(error instanceof CliError && error.status === 409)) throw error;
    // The tenant is there and only demo.json was lost, and with it the key: make another.
    const { tenant, apiKey } = await client.call<{ tenant: string; apiKey: string }>('POST', '/tenants/demo/keys', {
      body: { name: 'demo' },
    });
    return { tenant, apiKey };
  }
}
