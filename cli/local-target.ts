import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import * as z from 'zod';
import { CliError } from './cli-error.ts';
import { localStage } from './local-stage.ts';
import type { Target } from './target.ts';

/** What the running local cloud tells about itself in `<data>/cloud.json`. */
const cloudFile = z.object({
  endpoint: z.url(),
  region: z.string(),
  pid: z.int(),
  operator: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  outputs: z.record(z.string(), z.record(z.string(), z.string())),
});

/** Finds the control API of the local cloud that runs on `$MAAS_DATA`, or on the nearest `.maas` folder upwards. */
export async function localTarget(): Promise<Target> {
  const data = findData();
  const file = join(data, 'cloud.json');
  if (!existsSync(file)) {
    throw new CliError(`no cloud runs on ${data}; start it with "npm start", or name a stage in AWS with --stage`);
  }
  const cloud = cloudFile.parse(JSON.parse(readFileSync(file, 'utf8')));
  if (!isAlive(cloud.pid)) {
    throw new CliError(`the cloud on ${data} (process ${cloud.pid}) is gone; start it again with "npm start"`);
  }
  const outputs = cloud.outputs[localStage.apiStack];
  const [api, stage] = [outputs?.['ControlApiId'], outputs?.['ControlApiStage']];
  if (api === undefined || stage === undefined) {
    throw new CliError(`${file} names no control API; start the cloud again with "npm start"`);
  }
  return {
    url: `${cloud.endpoint}/_aws/execute-api/${api}/${stage}`,
    region: cloud.region,
    credentials: cloud.operator,
    label: `the local cloud on ${data}`,
  };
}

function findData(): string {
  const named = process.env['MAAS_DATA'];
  if (named !== undefined && named !== '') return resolve(named);
  const start = process.cwd();
  for (let folder = start; ; folder = dirname(folder)) {
    const data = join(folder, '.maas');
    if (existsSync(data)) return data;
    if (dirname(folder) === folder) return join(start, '.maas');
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
