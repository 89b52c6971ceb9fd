import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Cloud, startCloud } from '../local/cloud.ts';
import { ControlClient } from './control-client.ts';
import { ensureDemoTenant } from './demo-tenant.ts';
import { localStage } from './local-stage.ts';
import { localTarget } from './local-target.ts';
import { pushModel } from './push-model.ts';
import { synthesize } from './synthesize.ts';
import { welcome } from './welcome.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * Brings the platform up on this machine: synthesizes the app, runs the assembly in the local cloud, registers the models of
 * `models/` and sets up the demo tenant, both through the control API as an operator would. Returns once Ctrl-C or SIGTERM ended it.
 */
export async function startMaas({ port, data }: { readonly port: number; readonly data: string }): Promise<void> {
  const started = performance.now();
  const progress = (step: string): void => {
    console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${step}`);
  };
  mkdirSync(data, { recursive: true, mode: 0o700 });

  progress('synthesizing the CDK app and bundling its functions');
  const assembly = await synthesize(join(data, 'cdk.out'));

  progress('creating the resources of the template');
  const cloud = await startCloud({
    assembly: join(assembly, localStage.assembly),
    data,
    domains: [
      {
        port,
        apiOutput: { stack: localStage.apiStack, output: 'TenantApiId' },
        stageOutput: { stack: localStage.apiStack, output: 'TenantApiStage' },
      },
    ],
    log: (line) => console.log(line),
  });
  const ended = endOnSignal(cloud);
  try {
    process.env['MAAS_DATA'] = data;
    const client = new ControlClient(await localTarget());
    for (const model of readdirSync(join(root, 'models'), { withFileTypes: true })) {
      if (model.isDirectory() && existsSync(join(root, 'models', model.name, 'model.json')))
        await pushModel(client, join(root, 'models', model.name), progress);
    }
    progress('setting up the demo tenant');
    const url = cloud.domains[0] ?? '';
    const demo = await ensureDemoTenant(client, join(data, 'demo.json'), url);
    progress('ready');
    console.log(welcome(demo));
  } catch (error) {
    await cloud.stop();
    throw error;
  }
  await ended;
}

/** Stops the cloud at the first signal; a second one, while it is stopping, ends the process at once. */
function endOnSignal(cloud: Cloud): Promise<void> {
  return new Promise((resolve, reject) => {
    let stopping = false;
    const stop = (): void => {
      if (stopping) process.exit(1);
      stopping = true;
      console.log('stopping');
      cloud.stop().then(resolve, reject);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
}
