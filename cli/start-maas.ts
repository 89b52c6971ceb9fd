import { join } from 'node:path';
import { startCloud } from '../local/cloud.ts';
import { TemplateError } from '../local/cloudformation/template-error.ts';
import { catalogue } from './catalogue.ts';
import { CliError } from './cli-error.ts';
import { ControlClient } from './control-client.ts';
import { ensureDemoTenant } from './demo-tenant.ts';
import { localStage } from './local-stage.ts';
import { localTarget } from './local-target.ts';
import { makeDataFolder } from './make-data-folder.ts';
import { pushModel } from './push-model.ts';
import { refuseTaken } from './refuse-taken.ts';
import { runScript } from './run-script.ts';
import { stopSignal } from './stop-signal.ts';
import { synthesize } from './synthesize.ts';
import { welcome } from './welcome.ts';

interface Options {
  /** Of the tenant API. */
  readonly port: number;
  /** Folder of all state. */
  readonly data: string;
  /** Whether the models for GPUs get their endpoints too. */
  readonly gpu: boolean;
}

/**
 * Brings the platform up on this machine: synthesizes the app, runs the assembly in the local cloud, registers the models of
 * `models/` and sets up the demo tenant, both through the control API as an operator would. Returns once Ctrl-C or SIGTERM ended it.
 *
 * @throws CliError when port or data folder are taken, or the folder cannot be written to
 */
export async function startMaas({ port, data, gpu }: Options): Promise<void> {
  const started = performance.now();
  const progress = (step: string): void => {
    console.log(`${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s  ${step}`);
  };
  await refuseTaken({ port, data });
  const signal = stopSignal();
  makeDataFolder(data);

  if (gpu) {
    progress('building the models for GPUs');
    await runScript('models/build.ts', 'building the models', { arguments: ['--all'], onLine: progress });
  }
  progress('synthesizing the CDK app');
  const assembly = await synthesize(join(data, 'cdk.out'), { gpu, onStep: progress });

  let ready = false;
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
    log: (line) => console.error(line),
    // The start's own requests would only hide its progress.
    onAccess: (line) => {
      if (ready) console.log(line);
    },
    onProgress: progress,
  }).catch((error: unknown) => {
    // It says what is wrong with the template, and where; the stack would say nothing more.
    throw error instanceof TemplateError ? new CliError(error.message, { cause: error }) : error;
  });
  const ended = signal.stops(() => cloud.stop());
  try {
    process.env['MAAS_DATA'] = data;
    const client = new ControlClient(await localTarget());
    for (const { folder, target } of catalogue()) {
      // Nothing would serve them.
      if (target === 'sagemaker' && !gpu) continue;
      const { model, version } = await pushModel(client, folder, progress);
      progress(`${model}: version ${version} is ready`);
    }
    progress('setting up the demo tenant');
    const url = cloud.domains[0] ?? '';
    const demo = await ensureDemoTenant(client, join(data, 'demo.json'), url);
    progress('ready');
    ready = true;
    console.log(welcome(demo, gpu));
  } catch (error) {
    // What fails because it is being stopped has not failed.
    if (!signal.came) {
      await cloud.stop();
      throw error;
    }
  }
  await ended;
}
