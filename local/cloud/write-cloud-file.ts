import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cloud } from '../cloud.ts';

/**
 * Tells other programs where the cloud is, in `<data>/cloud.json`, readable by its owner alone. It appears complete or not at all.
 * @returns removes it
 */
export async function writeCloudFile(data: string, cloud: Omit<Cloud, 'stop'>): Promise<() => Promise<void>> {
  const { endpoint, region, account, operator, outputs, domains } = cloud;
  const { accessKeyId, secretAccessKey } = operator;
  const content = {
    endpoint,
    region,
    account,
    operator: { accessKeyId, secretAccessKey },
    outputs,
    domains,
    pid: process.pid,
  };
  const file = join(data, 'cloud.json');
  await rm(`${file}.new`, { force: true });
  await writeFile(`${file}.new`, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${file}.new`, file);
  return () => rm(file, { force: true });
}
